"""A time on a local clock as a moment: the first at which the clock shows it or has passed it."""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the moment of a time of day; 1440 minutes are the next midnight.

    A time that comes twice (clocks go back) is its first; one that never comes (clocks go
    forward) is the moment of the jump.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return first if _shows(first, zone) == wall else _jump_over(wall, zone)


def _jump_over(wall: datetime, zone: ZoneInfo) -> datetime:
    # For a skipped time PEP 495 reads fold=1 by the new offset, which lies before the jump,
    # and fold=0 by the old one, which lies behind it.
    earliest = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    latest = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return earliest + _SECOND * bisect_left(
        range((latest - earliest) // _SECOND),
        True,
        key=lambda passed: _shows(earliest + _SECOND * passed, zone) > wall,
    )


def _shows(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
