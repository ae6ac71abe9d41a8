"""Open spans as an index: a block of days, with the open time passed before each of its spans.

A block is built when something in it is asked for: a deadline tomorrow needs one, ten years need
15. Blocks are cut in UTC, so that a moment's block is found without its time zone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from chalicelib.domain.intervals import DAY_MINUTES, Interval
from chalicelib.sla.local_time import instant

BLOCK_DAYS = 256

Span = tuple[datetime, datetime]
HoursOn = Callable[[date], Sequence[Interval]]
"""The intervals that begin on a day: in order, apart."""

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_NONE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Block:
    """Spans as columns: in order, apart, none empty; `passed` is the open time before each."""

    opens: list[datetime]
    closes: list[datetime]
    passed: list[timedelta]
    total: timedelta

    def passed_at(self, at: datetime) -> timedelta:
        """Return the open time from the beginning of the block until `at`."""
        span = bisect_right(self.opens, at) - 1
        if span < 0:
            return _NONE
        return self.passed[span] + (min(at, self.closes[span]) - self.opens[span])

    def first_at(self, passed: timedelta) -> datetime:
        """Return the first moment with `passed` open time: more than none, at most `total`."""
        span = bisect_left(self.passed, passed) - 1
        return self.opens[span] + (passed - self.passed[span])

    def last_at(self, passed: timedelta) -> datetime:
        """Return the last moment with `passed` open time: from none to less than `total`."""
        span = bisect_right(self.passed, passed) - 1
        return self.opens[span] + (passed - self.passed[span])

    def opening_from(self, at: datetime) -> datetime | None:
        """Return the first open moment from `at` on."""
        span = bisect_right(self.closes, at)
        return max(at, self.opens[span]) if span < len(self.opens) else None

    def closing_of(self, at: datetime) -> datetime | None:
        """Return the end of the span that contains `at`."""
        span = bisect_right(self.opens, at) - 1
        return self.closes[span] if span >= 0 and at < self.closes[span] else None

    def closing_until(self, at: datetime) -> datetime | None:
        """Return the last end of a span not after `at`."""
        span = bisect_right(self.closes, at) - 1
        return self.closes[span] if span >= 0 else None


def number_of(at: datetime) -> int:
    """Return the number of the block that contains `at`, a moment in UTC."""
    return at.toordinal() // BLOCK_DAYS


def build_block(hours_on: HoursOn, zone: ZoneInfo, number: int) -> Block:
    """Return the open spans of a block, cut to it; those that touch are one."""
    start, end = _bounds(number)
    opens: list[datetime] = []
    closes: list[datetime] = []
    for span in _spans(hours_on, zone, start.date(), end.date()):
        span_opens, span_closes = max(start, span[0]), min(end, span[1])
        if closes and closes[-1] == span_opens:
            closes[-1] = max(span_opens, span_closes)
        elif span_opens < span_closes:
            opens.append(span_opens)
            closes.append(span_closes)
    return _block(opens, closes)


def build_whole_block(number: int) -> Block:
    """Return a block that is open throughout."""
    start, end = _bounds(number)
    return _block([start], [end])


def _block(opens: list[datetime], closes: list[datetime]) -> Block:
    lengths = (end - start for start, end in zip(opens, closes, strict=True))
    *passed, total = accumulate(lengths, initial=_NONE)
    return Block(opens, closes, passed, total)


def _bounds(number: int) -> Span:
    start = datetime.fromordinal(number * BLOCK_DAYS).replace(tzinfo=UTC)
    return start, start + BLOCK_DAYS * _DAY


def _spans(hours_on: HoursOn, zone: ZoneInfo, first: date, last: date) -> Iterator[Span]:
    """Yield the open spans of all local days that meet the UTC days from `first` to `last`."""
    day, last = first - _DAY, last + _DAY
    midnight = instant(day, 0, zone)
    night = _over_midnight(hours_on(day - _DAY))
    while day <= last:
        tomorrow = day + _DAY
        next_midnight = instant(tomorrow, 0, zone)
        hours = hours_on(day)
        for opens, closes in _minutes_of(hours, night):
            # No zone has ever moved its clocks twice in a day, so a day of 24 hours has no jump.
            if next_midnight - midnight == _DAY:
                span = midnight + opens * _MINUTE, midnight + closes * _MINUTE
            else:
                span = instant(day, opens, zone), instant(day, closes, zone)
            yield span
        day, midnight, night = tomorrow, next_midnight, _over_midnight(hours)


def _minutes_of(hours: Sequence[Interval], night: int) -> Iterator[tuple[int, int]]:
    """Yield what is open on a day: the end of yesterday's night, then the day's own intervals."""
    if night:
        yield 0, night
    for one in hours:
        yield max(one.opens, night), min(one.closes, DAY_MINUTES)


def _over_midnight(hours: Sequence[Interval]) -> int:
    """Return how many minutes a day's last interval runs into the next day."""
    return max(0, hours[-1].closes - DAY_MINUTES) if hours else 0
