"""Working hours, and the arithmetic of open time on them.

Every function takes and returns aware datetimes; results are UTC. A day is walked in local time:
when clocks go back, an interval across the repeated hour is an hour longer; when they go forward,
one inside the skipped hour is empty.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from chalicelib.domain.intervals import DAY_MINUTES, Hours, Interval
from chalicelib.errors import ConfigurationError
from chalicelib.sla.local_time import instant
from chalicelib.sla.public_holidays import is_holiday

__all__ = [
    "Calendar",
    "Interval",
    "Weekday",
    "before",
    "due_at",
    "elapsed",
    "is_open",
    "next_opening",
    "opening_hours",
]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = tuple[datetime, datetime]

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEARCH_DAYS = 3_660
_DAY = timedelta(days=1)
_NONE = timedelta(0)


class Calendar(BaseModel):
    """Opening hours; a weekday that isn't named is closed, and so is a public holiday.

    `exceptions` replace both: they open a holiday or a Sunday, or close any day. An interval over
    midnight belongs to the day on which it begins, and isn't cut short by a holiday on the next.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: str
    week: dict[Weekday, Hours]
    holidays: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    exceptions: dict[date, Hours] = {}

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError) as error:
            raise ValueError(
                f"{name!r} is not a time zone: write a name such as Asia/Ho_Chi_Minh"
            ) from error
        return name

    @field_validator("holidays", mode="before")
    @classmethod
    def _is_not_yaml_false(cls, country: object) -> object:
        if country is False:
            raise ValueError("YAML reads NO as false: write 'NO' in quotes for Norway")
        return country

    def is_open(self, at: datetime) -> bool:
        return is_open(self, at)


def due_at(calendar: Calendar, started_at: datetime, duration: timedelta) -> datetime:
    """Return the first moment at which `duration` of open time has passed since `started_at`.

    Raises `ConfigurationError` when so much open time doesn't come within ten years.
    """
    left = duration
    if left <= _NONE:
        return started_at.astimezone(UTC)
    for opens, closes in _spans_after(calendar, started_at):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise _too_seldom_open("after", started_at)


def before(calendar: Calendar, at: datetime, duration: timedelta) -> datetime:
    """Return the last moment from which `duration` of open time passes until `at`.

    Raises `ConfigurationError` when there is not so much open time in the ten years before.
    """
    left = duration
    if left <= _NONE:
        return at.astimezone(UTC)
    for opens, closes in _spans_before(calendar, at):
        if left <= closes - opens:
            return closes - left
        left -= closes - opens
    raise _too_seldom_open("before", at)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the open time between two moments; none when `end` is not after `start`."""
    # Python subtracts two times of one local zone by the clock, without its jumps.
    start = start.astimezone(UTC)
    end = max(start, end.astimezone(UTC))
    total = _NONE
    for opens, closes in _spans(calendar, start, end):
        total += min(closes, end) - max(opens, start)
    return total


def is_open(calendar: Calendar, at: datetime) -> bool:
    return any(_spans(calendar, at, at + timedelta.resolution))


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """Return `at` when it is open, or else the next opening.

    Raises `ConfigurationError` when the calendar doesn't open within ten years.
    """
    for opens, _ in _spans_after(calendar, at):
        return opens
    raise _too_seldom_open("after", at)


def opening_hours(calendar: Calendar, day: date) -> tuple[Interval, ...]:
    """Return the intervals that begin on `day`."""
    if day in calendar.exceptions:
        return calendar.exceptions[day]
    hours = calendar.week.get(_WEEKDAYS[day.weekday()], ())
    if hours and calendar.holidays and is_holiday(calendar.holidays, day):
        return ()
    return hours


def _spans(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Span]:
    """Yield the open spans that meet `[start, end)`, not cut to it."""
    day = _local_date(calendar, start)
    while True:
        for opens, closes in _spans_on(calendar, day):
            if opens >= end:
                return
            if closes > start:
                yield opens, closes
        if instant(day, DAY_MINUTES, ZoneInfo(calendar.time_zone)) >= end:
            return
        day += _DAY


def _spans_after(calendar: Calendar, at: datetime) -> Iterator[Span]:
    """Yield the open spans from `at` on, the first cut to begin there."""
    at = at.astimezone(UTC)
    first = _local_date(calendar, at)
    for number in range(_SEARCH_DAYS):
        for opens, closes in _spans_on(calendar, first + number * _DAY):
            if closes > at:
                yield max(opens, at), closes


def _spans_before(calendar: Calendar, at: datetime) -> Iterator[Span]:
    """Yield the open spans back from `at`, the first cut to end there."""
    at = at.astimezone(UTC)
    # Clocks that go back over midnight show yesterday again after today has begun.
    last = _local_date(calendar, at) + _DAY
    for number in range(_SEARCH_DAYS):
        for opens, closes in reversed(_spans_on(calendar, last - number * _DAY)):
            if opens < at:
                yield opens, min(closes, at)


def _spans_on(calendar: Calendar, day: date) -> list[Span]:
    """Return the open spans between a day's two midnights: in order, apart, not empty."""
    zone = ZoneInfo(calendar.time_zone)
    spans = []
    for opens, closes in _minutes_on(calendar, day):
        span = instant(day, opens, zone), instant(day, closes, zone)
        if span[0] < span[1]:
            spans.append(span)
    return spans


def _minutes_on(calendar: Calendar, day: date) -> Iterator[tuple[int, int]]:
    """Yield what is open on `day`: the end of yesterday's night, then its own intervals."""
    reached = 0
    yesterday = opening_hours(calendar, day - _DAY)
    if yesterday and yesterday[-1].closes > DAY_MINUTES:
        reached = yesterday[-1].closes - DAY_MINUTES
        yield 0, reached
    for hours in opening_hours(calendar, day):
        yield max(hours.opens, reached), min(hours.closes, DAY_MINUTES)


def _local_date(calendar: Calendar, at: datetime) -> date:
    return at.astimezone(ZoneInfo(calendar.time_zone)).date()


def _too_seldom_open(side: str, at: datetime) -> ConfigurationError:
    return ConfigurationError(
        f"the calendar has not enough open time in the ten years {side} {at:%Y-%m-%d}: "
        "check its week, holidays and exceptions"
    )
