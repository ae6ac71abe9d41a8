"""A time on a local clock as a moment: the first at which the clock shows it or has passed it."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the moment of a time of day; 1440 minutes are the next midnight.

    A time that comes twice (clocks go back) is its first; one that never comes (clocks go
    forward) is the moment of the jump.
    """
    # Python adds to times of one zone, and compares them, by what the clock shows.
    wall = datetime.combine(day, time.min, zone) + minutes * _MINUTE
    first = wall.astimezone(UTC)
    return first if first.astimezone(zone) == wall else _jump_over(wall, zone)


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime:
    # For a skipped time PEP 495 reads fold=1 by the new offset, which lies before the jump,
    # and fold=0 by the old one, which lies behind it.
    earliest = wall.replace(fold=1).astimezone(UTC)
    latest = wall.replace(fold=0).astimezone(UTC)
    return earliest + _SECOND * bisect_left(
        range((latest - earliest) // _SECOND),
        True,
        key=lambda passed: (earliest + _SECOND * passed).astimezone(zone) > wall,
    )
