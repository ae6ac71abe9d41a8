"""Where the story is played: the stack's API, the world outside, the terminal and the diary."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from infra.demo.api import Api, Json
from infra.demo.cast import Customer
from infra.demo.diary import Case, Diary
from infra.demo.found import about, entries, reached
from infra.demo.outside import Outside
from infra.demo.terminal import RED, Terminal

Found = TypeVar("Found")

LOOK = 0.25
PATIENCE = timedelta(seconds=12)
"""How long to look for what is promised in five seconds: late is told as late, not as missing."""


class StoryError(Exception):
    """The story can't go on; the words are for the person at the keyboard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """`agents` are the desk's people by id; `webhook_urls` the stack's, by channel."""

    api: Api
    outside: Outside
    terminal: Terminal
    agents: dict[str, Json]
    webhook_urls: dict[str, str]
    started_at: datetime
    diary: Diary = field(default_factory=Diary)

    def until(self, second: float) -> None:
        """Wait for a second of the story; go on at once when it is over."""
        left = self.started_at + timedelta(seconds=second) - now()
        time.sleep(max(0.0, left.total_seconds()))

    def name(self, agent_id: str) -> str:
        return str(self.agents[agent_id]["name"])

    def owner(self, case: Case) -> str:
        """Return who has the ticket. Raises `StoryError`."""
        owner_id = self.api.ticket(case.ticket_id)["assignee"]
        if owner_id is None:
            raise StoryError(f"yêu cầu {case.ticket_id} chưa có người nhận · nobody has the ticket")
        return str(owner_id)

    def line(self, case: Case, kind: str, since_at: datetime) -> Json | None:
        """Wait for a line of a ticket's story."""
        return wait_for(lambda: first(entries(self.api.ticket(case.ticket_id), kind, since_at)))

    def mail(self, case: Case, kind: str, to: str, since_at: datetime) -> Json | None:
        """Wait for the mail that tells an agent of something."""
        address = str(self.agents[to]["email"])
        return wait_for(
            lambda: first(about(self.outside.mails(address), case.ticket_id, kind, since_at))
        )

    def arrival(self, to: Customer, text: str) -> Json | None:
        """Wait until the customer has a message before him, wherever he is."""
        return wait_for(
            lambda: first(
                reached(
                    self.outside.calls(to.channel), self.outside.mails(to.external_id), to, text
                )
            )
        )

    def missing(self, case: Case, vi: str, en: str) -> None:
        """Tell that something promised was not to be seen in time."""
        self.terminal.say(now(), case.customer.channel, f"✗ {vi}", f"not seen: {en}", RED)


def wait_for(look: Callable[[], Found | None], patience: timedelta = PATIENCE) -> Found | None:
    """Return what `look` finds, looking again until patience ends; then None."""
    end = time.monotonic() + patience.total_seconds()
    while (found := look()) is None and time.monotonic() < end:
        time.sleep(LOOK)
    return found


def first(found: list[Found]) -> Found | None:
    return found[0] if found else None


def now() -> datetime:
    return datetime.now(UTC)
