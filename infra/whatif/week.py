"""The hours of a week in which a team is open: where agents may be put, and nowhere else."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.errors import ConfigurationError
from chalicelib.sla.calendar import Calendar, closing, next_opening

HOURS_A_DAY = 24
HOURS = 7 * HOURS_A_DAY
_HOUR = timedelta(hours=1)

NEVER = datetime.max.replace(tzinfo=UTC)


class Stretch(NamedTuple):
    """Open time within one `hour` of the week, by the team's clock; in seconds since 1970."""

    begins: float
    ends: float
    hour: int


def opening(calendar: Calendar, at: datetime) -> datetime:
    """Return `at` when it is open, or else the next opening, `NEVER` where none comes."""
    try:
        return next_opening(calendar, at)
    except ConfigurationError:
        return NEVER


def stretches(calendar: Calendar, begins_at: datetime, ends_at: datetime) -> Iterator[Stretch]:
    """Yield the open time of a period, hour by hour."""
    zone = ZoneInfo(calendar.time_zone)
    at = opening(calendar, begins_at)
    while at < ends_at:
        closes_at = min(closing(calendar, at) or ends_at, ends_at)
        while at < closes_at:
            local = at.astimezone(zone)
            gone = timedelta(
                minutes=local.minute, seconds=local.second, microseconds=local.microsecond
            )
            until = min(at + _HOUR - gone, closes_at)
            hour = local.weekday() * HOURS_A_DAY + local.hour
            yield Stretch(at.timestamp(), until.timestamp(), hour)
            at = until
        at = opening(calendar, at)
