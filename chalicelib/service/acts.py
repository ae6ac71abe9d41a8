"""What agents do and say: into the log as any other event, and folded at once so that it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events import Act, Availability
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.service.fold import Folder
from chalicelib.store import keys
from chalicelib.store.log import Log, folded_mark


@dataclass(frozen=True, slots=True)
class Acts:
    log: Log
    folder: Folder
    clock: Callable[[], datetime]

    def perform(self, act: Act, raw: str = "{}") -> Ticket:
        """Do `act` and return its ticket. Raises what `record` raises."""
        ticket = self.record(act, raw)
        if ticket is None:
            raise NotFoundError(f"no ticket {act.ticket_id}")
        return ticket

    def record(self, said: Act | Availability, raw: str = "{}") -> Ticket | None:
        """Do or note what an agent says, and return the ticket that it is about, if any.

        Once it is in the log it will be done, come what may: the stream folds it too, and
        whoever is second finds it done.

        Raises `ConflictError` for what was done before (a link used twice), `NotFoundError`, and
        `InvalidRequestError` for what can't be done on this ticket; then nothing is logged.
        """
        self.folder.preview(said)
        if not self.log.append(said, raw, self.clock()):
            raise ConflictError("this was done before")
        return self.folder.fold(said, folded_mark(keys.log(said), self.clock()))
