"""Folds an event into tickets: read, decide, write; again when somebody was faster."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.desk.decide import decide
from chalicelib.desk.model import Desk
from chalicelib.domain.events import Event, Logged
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import BusyError, ConflictError
from chalicelib.service.passing import is_passing
from chalicelib.store.commit import AlreadyDoneError, Committer
from chalicelib.store.context import ContextReader
from chalicelib.store.items import Item, attribute
from chalicelib.store.keys import Key
from chalicelib.store.log import folded_mark, read_event
from chalicelib.store.quarantine import Quarantine, Quarantined

ATTEMPTS = 10
FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Folder:
    """`desk` returns the desk in force; `clock` and `sleep` are given so that tests have theirs."""

    reader: ContextReader
    committer: Committer
    quarantine: Quarantine
    desk: Callable[[], Desk]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]

    def fold_logged(self, item: Mapping[str, Any]) -> bool:
        """Fold the event of a log item; return False when it went to quarantine instead.

        Raises only what a retry may mend: `BusyError`, `ConflictError`, botocore's own errors.
        """
        key = Key(item["pk"]["S"], item["sk"]["S"])
        try:
            event = read_event(item)
            self.fold(event, folded_mark(key, self.clock()))
        except Exception as error:
            if is_passing(error):
                raise
            self._set_aside(key, item, error)
            return False
        return True

    def fold(
        self,
        event: Event,
        done: Item | None = None,
        reading: Callable[[str], Ticket] | None = None,
    ) -> Ticket | None:
        """Apply an event and mark it `done` in the same write; return its ticket, if any.

        An event already marked changes nothing. `reading` reads the ticket of an act or signal,
        at each attempt once. Raises `ConflictError` or `BusyError` when others were faster
        `ATTEMPTS` times, and what `decide` raises.
        """
        for attempt in range(ATTEMPTS):
            now = self.clock()
            context = self.reader.read(event, desk := self.desk(), attempt, reading)
            try:
                return self.committer.commit(context, decide(event, context, desk, now), done, now)
            except AlreadyDoneError:
                return context.ticket
            except (ConflictError, BusyError):
                if attempt == ATTEMPTS - 1:
                    raise
                self.sleep(_pause(attempt))
        raise AssertionError("unreachable")

    def preview(self, event: Logged) -> None:
        """Raise what `fold` would raise of an act that can't be done, changing nothing."""
        context = self.reader.read(event, desk := self.desk(), 0)
        decide(event, context, desk, self.clock())

    def _set_aside(self, key: Key, item: Mapping[str, Any], error: Exception) -> None:
        part = Quarantined(
            id=f"folding:{key.sk}",
            channel=item["pk"]["S"].split("#")[1],
            account=item["pk"]["S"].split("#")[2],
            reason=f"{type(error).__name__} while folding",
            received_at=self.clock(),
            raw=attribute(item, "raw") or item["data"]["S"],
            log_key=key,
        )
        self.committer.set_aside(folded_mark(key, self.clock()), self.quarantine.item(part))


def _pause(attempt: int) -> float:
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)
    return random.uniform(longest / 2, longest)  # noqa: S311  spreads load, guards nothing
