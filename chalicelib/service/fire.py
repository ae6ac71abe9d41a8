"""Fires the moments of tickets at their exact time."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events import MomentDue
from chalicelib.domain.pace import Pace
from chalicelib.errors import NotFoundError
from chalicelib.service.fold import Folder
from chalicelib.store.tickets import Tickets

GIVE_WAY = 0.25
"""Seconds to wait when somebody else is at the same tickets, more each time."""

WAYS_GIVEN = 8
"""How often that is done for one message: nine seconds, of the thirty that the function has."""

LONGEST_WAIT = 4.0
"""Seconds that a delivery may be early: by its head start, and as queues count whole seconds."""


@dataclass(frozen=True, slots=True)
class Firing:
    tickets: Tickets
    folder: Folder
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    pace: Callable[[], Pace]

    def fire(self, due: Sequence[tuple[str, datetime]]) -> None:
        """Fire each moment when it is due; a stale or doubled one changes nothing.

        They come soonest first, and are gone through so until somebody else is met at them.

        One that fails holds up no other. Raises `ExceptionGroup` afterwards, for a retry.
        """
        self._wait_for(due[0][1])
        together = self.tickets.together(ticket_id for ticket_id, _ in due)
        waiting, errors = deque(dict.fromkeys(due)), []
        while waiting:
            ticket_id, moment_at = waiting.popleft()
            self._wait_for(moment_at)
            event = MomentDue(ticket_id=ticket_id, moment_at=moment_at)
            reads = together.reads
            try:
                self.folder.fold(event, reading=together.get)
            except NotFoundError:
                continue
            except Exception as error:
                errors.append(error)
            if reads < together.reads and reads <= WAYS_GIVEN:
                # Who goes on from the other end meets the other one only in the middle.
                waiting.reverse()
                self.sleep(GIVE_WAY * reads)
        if errors:
            raise ExceptionGroup("not every moment was fired", errors)

    def _wait_for(self, moment_at: datetime) -> None:
        early = self.pace().real_wait(moment_at - self.clock()).total_seconds()
        if 0 < early <= LONGEST_WAIT:
            self.sleep(early)
