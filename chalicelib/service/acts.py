"""An agent's act: into the log as any other event, and folded at once so that he sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.events import Act
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
        """Do `act` and return its ticket.

        Once it is in the log it will be done, come what may: the stream folds it too, and
        whoever is second finds it done.

        Raises `ConflictError` for an act done before (a link used twice), `NotFoundError`, and
        `InvalidRequestError` for what can't be done on this ticket; then nothing is logged.
        """
        self.folder.preview(act)
        if not self.log.append(act, raw, self.clock()):
            raise ConflictError("this was done before")
        ticket = self.folder.fold(act, folded_mark(keys.act(act), self.clock()))
        if ticket is None:
            raise NotFoundError(f"no ticket {act.ticket_id}")
        return ticket
