"""Counts open time minute by minute, by a look at the clock on the wall; knows no engine.

It walks through UTC. A minute is open when the wall shows a time inside an interval of that day,
or of the day before, run over midnight. What the engine promises about clocks that jump, it gets
by one habit: a clock that was set back isn't believed until it shows a time it has never shown.
So the repeated hour belongs to whatever was open, or closed, when it began, and doors open and
close once, the first time. A skipped hour is never shown, and so never open.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

import holidays

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
DAY_MINUTES = 24 * 60
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Walls = dict[date, list[int]]
"""What a clock shows, minute after minute: the days, and the minutes of each."""

Spans = tuple[tuple[int, int], ...]


def walls(zone: str, start: datetime, minutes: int) -> Walls:
    """Return what the clock shows in each minute from `start`, never going back."""
    place = ZoneInfo(zone)
    shown: Walls = {}
    latest = datetime.min  # noqa: DTZ901
    for number in range(minutes):
        latest = max(latest, (start + number * MINUTE).astimezone(place).replace(tzinfo=None))
        shown.setdefault(latest.date(), []).append(latest.hour * 60 + latest.minute)
    return shown


class MinuteCounter:
    """Open time from `start` on, for as many minutes as the walls show."""

    def __init__(self, written: Mapping[str, Any], start: datetime, shown: Walls) -> None:
        """Count a calendar as it is written in desk.yaml."""
        country, years = written["holidays"], {day.year for day in shown}
        self.written = written
        self.days_off = holidays.country_holidays(country, years=years) if country else {}
        self.start = start
        self.open = b"".join(
            bytes(map(self._open_minutes(day).__getitem__, minutes))
            for day, minutes in shown.items()
        )
        self.passed = list(accumulate(self.open, initial=0))

    def open_minutes(self, start: datetime) -> list[datetime]:
        """Return the open minutes from `start` on."""
        first = (start - self.start) // MINUTE
        return [
            self.start + number * MINUTE
            for number in range(first, len(self.open))
            if self.open[number]
        ]

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return self._passed(end) - self._passed(start)

    def due_at(self, start: datetime, duration: timedelta) -> datetime:
        """Return the end of the last minute, or part of one, that it takes."""
        passed = self._passed(start) + duration
        last = bisect_left(self.passed, -(-passed // MINUTE)) - 1
        return self._when(last, passed)

    def before(self, at: datetime, duration: timedelta) -> datetime:
        """Return the beginning of the first minute, or part of one, that it takes."""
        passed = self._passed(at) - duration
        first = bisect_right(self.passed, passed // MINUTE) - 1
        return self._when(first, passed)

    def _passed(self, at: datetime) -> timedelta:
        minute, rest = divmod(at - self.start, MINUTE)
        return self.passed[minute] * MINUTE + (rest * self.open[minute] if rest else rest)

    def _when(self, minute: int, passed: timedelta) -> datetime:
        return self.start + minute * MINUTE + (passed - self.passed[minute] * MINUTE)

    def _open_minutes(self, day: date) -> bytes:
        night = ((a - DAY_MINUTES, b - DAY_MINUTES) for a, b in self._hours(day - DAY))
        return _minutes_inside((*night, *self._hours(day)))

    def _hours(self, day: date) -> Iterator[tuple[int, int]]:
        usual = (
            () if day in self.days_off else self.written["week"].get(WEEKDAYS[day.weekday()], ())
        )
        for hours in self.written["exceptions"].get(day.isoformat(), usual):
            opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in hours.split("-"))
            yield opens, closes if closes > opens else closes + DAY_MINUTES


@cache
def _minutes_inside(spans: Spans) -> bytes:
    """Return for each minute of a day whether it is inside one of `spans`."""
    return bytes(any(a <= minute < b for a, b in spans) for minute in range(DAY_MINUTES))
