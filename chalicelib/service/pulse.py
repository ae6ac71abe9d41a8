"""Notes that an account was heard or spoke: once a minute at most, so that it costs little."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.store.health import Healths

SELDOM = timedelta(minutes=1)


@dataclass(slots=True)
class Pulse:
    """One per container."""

    healths: Healths
    clock: Callable[[], datetime]
    _noted: dict[tuple[str, str, str], datetime] = field(default_factory=dict)

    def heard(self, channel: str, account: str) -> None:
        self._note(channel, account, "last_event_at")

    def spoke(self, channel: str, account: str) -> None:
        self._note(channel, account, "last_send_at")

    def refused(self, channel: str, account: str, problem: str) -> None:
        """Note that the platform refuses the account itself, not a message of it."""
        self._note(channel, account, "refused_at", problem=problem)

    def _note(self, channel: str, account: str, fact: str, **more: str) -> None:
        now = self.clock()
        noted = self._noted.get((channel, account, fact))
        if noted is None or now - noted >= SELDOM:
            self._noted[channel, account, fact] = now
            self.healths.note(channel, account, **{fact: now}, **more)
