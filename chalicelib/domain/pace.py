"""How fast the desk's time passes: as real time does, but on a local cloud that is told otherwise.

Desk time is what a desk lives by: hours, deadlines, what stands in the table. Real time is what
machines live by: queues, leases, tokens, signatures.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from chalicelib.domain.events import Act, ChannelEvent

Told = TypeVar("Told", bound="ChannelEvent | Act")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `real_at` on, when the desk's clock shows `desk_at`, a real second is `factor` there."""

    factor: float
    real_at: datetime
    desk_at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """All stretches there were, oldest first: what happened once keeps its time ever after.

    Before the first one, and without any, desk time is real time.
    """

    stretches: tuple[Stretch, ...] = ()

    @property
    def factor(self) -> float:
        """Return how many of the desk's seconds a real one has in the newest stretch."""
        return self.stretches[-1].factor if self.stretches else 1

    def desk_time(self, real_at: datetime) -> datetime:
        """Return what the desk's clock showed, or will show, at `real_at`."""
        for each in reversed(self.stretches):
            if each.real_at <= real_at:
                return each.desk_at + (real_at - each.real_at) * each.factor
        return real_at

    def dated(self, told: Told) -> Told:
        """Return what somebody outside told, with his times as the desk's."""
        if not self.stretches:
            return told
        said = ((each.name, getattr(told, each.name)) for each in fields(told))
        times: dict[str, Any] = {
            name: self.desk_time(value) for name, value in said if isinstance(value, datetime)
        }
        return replace(told, **times)

    def desk_wait(self, real: timedelta) -> timedelta:
        return real * self.factor

    def real_wait(self, desk: timedelta) -> timedelta:
        return desk / self.factor


def real_time() -> Pace:
    """Return the pace of every stage on AWS."""
    return Pace()
