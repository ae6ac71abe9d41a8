"""What agents do and say, by an id that says what it is: the same request sent twice is one."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.events import Act, AgentPended, Availability
from chalicelib.errors import BusyError, ConflictError
from chalicelib.service.acts import Acts

Said = Act | Availability


@dataclass(frozen=True, slots=True)
class Once:
    acts: Acts

    def perform(self, said: Said) -> bool:
        """Do what is said and return True, or return False when it was done before.

        Raises `ConflictError` when its id was used for something else, and what `Acts.record`
        raises of what can't be done.
        """
        if self.was_done(said):
            return False
        try:
            self.acts.record(said)
        except (ConflictError, BusyError):
            # What is in the log will be done by the stream, however busy the ticket is now.
            if not self.was_done(said):
                raise
        return True

    def was_done(self, said: Said) -> bool:
        """Raises `ConflictError` when its id was used for something else."""
        known = self.acts.log.known(said)
        if known is None:
            return False
        if not isinstance(known, Said) or said not in _again(known, said.occurred_at):
            raise ConflictError("the same key was used for something else")
        return True


def _again(known: Said, at: datetime) -> tuple[Said, ...]:
    """Return what looks the same when it is said again at `at`; a wait may count from then."""
    again = replace(known, occurred_at=at)
    if not isinstance(again, AgentPended) or again.wake_at is None:
        return (again,)
    return again, replace(again, wake_at=again.wake_at + (at - known.occurred_at))
