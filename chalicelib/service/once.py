"""Acts whose id says what they are, so that the same request sent twice is one act."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.events import Act, AgentPended
from chalicelib.errors import BusyError, ConflictError
from chalicelib.service.acts import Acts


@dataclass(frozen=True, slots=True)
class Once:
    acts: Acts

    def perform(self, act: Act) -> bool:
        """Do `act` and return True, or return False when it was done before.

        Raises `ConflictError` when its id was used for something else, and what `Acts.perform`
        raises of an act that can't be done.
        """
        if self.was_done(act):
            return False
        try:
            self.acts.perform(act)
        except (ConflictError, BusyError):
            # What is in the log will be done by the stream, however busy the ticket is now.
            if not self.was_done(act):
                raise
        return True

    def was_done(self, act: Act) -> bool:
        """Raises `ConflictError` when the act's id was used for something else."""
        known = self.acts.log.known(act)
        if known is None:
            return False
        if not isinstance(known, Act) or act not in _again(known, act.occurred_at):
            raise ConflictError("the same key was used for something else")
        return True


def _again(known: Act, at: datetime) -> tuple[Act, ...]:
    """Return what an act looks like that is said again at `at`; a wait may count from then."""
    again = replace(known, occurred_at=at)
    if not isinstance(again, AgentPended) or again.wake_at is None:
        return (again,)
    return again, replace(again, wake_at=again.wake_at + (at - known.occurred_at))
