"""Fires the moments of tickets at their exact time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events import MomentDue
from chalicelib.domain.pace import Pace
from chalicelib.errors import NotFoundError
from chalicelib.service.fold import Folder

LONGEST_WAIT = 4.0
"""Seconds that a delivery may be early: by its head start, and as queues count whole seconds."""


@dataclass(frozen=True, slots=True)
class Firing:
    folder: Folder
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    pace: Callable[[], Pace]

    def fire(self, due: Iterable[tuple[str, datetime]]) -> None:
        """Fire each moment when it is due; a stale or doubled one changes nothing.

        One that fails holds up no other. Raises `ExceptionGroup` afterwards, for a retry.
        """
        errors = []
        for ticket_id, moment_at in due:
            self._wait_for(moment_at)
            try:
                self.folder.fold(MomentDue(ticket_id=ticket_id, moment_at=moment_at))
            except NotFoundError:
                continue
            except Exception as error:
                errors.append(error)
        if errors:
            raise ExceptionGroup("not every moment was fired", errors)

    def _wait_for(self, moment_at: datetime) -> None:
        early = self.pace().real_wait(moment_at - self.clock()).total_seconds()
        if 0 < early <= LONGEST_WAIT:
            self.sleep(early)
