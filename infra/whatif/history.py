"""What happened at a desk, as a replay needs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from chalicelib.domain.events import Availability, Logged
from chalicelib.errors import InvalidRequestError
from infra.whatif.period import Period

Place = tuple[str, str, str]
"""Where a message can be found: channel, account, the provider's id of it."""

NOTHING = "không có sự kiện nào trong khoảng này · nothing happened in this period"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Events in the order of their times, from `begins_at` until `ends_at`.

    Acts name tickets as they were numbered then: `opened` leads from the message that opened one,
    by its event's id, to that number, and `named` from messages that others answer. Without
    `tells_acceptance` it is not known when owners said that they have a ticket. `handled` is how
    long the work on a ticket took, where that was told.
    """

    events: tuple[tuple[datetime, Logged], ...]
    begins_at: datetime
    ends_at: datetime
    opened: Mapping[str, str]
    named: Mapping[Place, str] = field(default_factory=dict)
    tells_acceptance: bool = True
    handled: Mapping[str, timedelta] = field(default_factory=dict)


def of_period(timed: Iterable[tuple[datetime, Logged]], period: Period, **known: Any) -> History:
    """Return the history of a period: what falls into it, in order; `known` is the rest.

    It begins with what agents had said of themselves before. At equal times the given order holds.
    Raises `InvalidRequestError` where nothing happened.
    """
    in_order = sorted(timed, key=itemgetter(0))
    events = tuple(each for each in in_order if each[0] in period)
    if not events:
        raise InvalidRequestError(NOTHING)
    begins_at = period.since or events[0][0]
    earlier = (event for at, event in in_order if at < begins_at)
    said = ((begins_at, event) for event in earlier if isinstance(event, Availability))
    return History(
        events=(*said, *events),
        begins_at=begins_at,
        ends_at=period.until or events[-1][0],
        **known,
    )
