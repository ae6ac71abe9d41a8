"""Acts whose id says what they are, so that the same request sent twice is one act."""

from dataclasses import dataclass, replace

from chalicelib.domain.events import Act
from chalicelib.errors import BusyError, ConflictError
from chalicelib.service.acts import Acts
from chalicelib.store import keys
from chalicelib.store.log import read_event
from chalicelib.store.table import Table


@dataclass(frozen=True, slots=True)
class Once:
    acts: Acts
    table: Table

    def perform(self, act: Act) -> bool:
        """Do `act` and return True, or return False when it was done before.

        Raises `ConflictError` when its id was used for something else, and what `Acts.perform`
        raises of an act that can't be done.
        """
        if self._is_logged(act):
            return False
        try:
            self.acts.perform(act)
        except (ConflictError, BusyError):
            # What is in the log will be done by the stream, however busy the ticket is now.
            if not self._is_logged(act):
                raise
        return True

    def _is_logged(self, act: Act) -> bool:
        item = self.table.get(keys.act(act))
        if item is None:
            return False
        known = read_event(item)
        if replace(known, occurred_at=act.occurred_at) != act:
            raise ConflictError("the same key was used for something else")
        return True
