"""Working hours, and the arithmetic of open time on them.

Every function takes and returns aware datetimes; results are UTC. A day is walked in local time:
when clocks go back, an interval across the repeated hour is an hour longer; when they go forward,
one inside the skipped hour is empty.

Days are walked once: a calendar's open spans are kept, in blocks, for as long as it is in use. What
is looked for is looked for in ten years, to the end of their last block.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from typing import Annotated, Literal
from weakref import finalize
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from chalicelib.domain.intervals import WHOLE_DAY, Hours, Interval
from chalicelib.errors import ConfigurationError
from chalicelib.sla.open_time import BLOCK_DAYS, Block, build_block, build_whole_block, number_of
from chalicelib.sla.public_holidays import is_holiday

__all__ = [
    "ALWAYS",
    "Calendar",
    "Interval",
    "Weekday",
    "before",
    "closing",
    "due_at",
    "elapsed",
    "is_open",
    "next_opening",
    "opening_hours",
    "shift_end",
]

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A year outside is a slip of the pen.
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
_TEN_YEARS = timedelta(days=3_660)
_BLOCKS_SEARCHED = 2 + _TEN_YEARS.days // BLOCK_DAYS
_BLOCKS_KEPT = 4 * _BLOCKS_SEARCHED
_ANSWERS_KEPT = 4096
_NONE = timedelta(0)
_Blocks = Callable[[int], Block]


class Calendar(BaseModel):
    """Opening hours; a weekday that isn't named is closed, and so is a public holiday.

    `exceptions` replace both: they open a holiday or a Sunday, or close any day. An interval over
    midnight belongs to the day on which it begins, and isn't cut short by a holiday on the next.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: str
    week: dict[Weekday, Hours]
    holidays: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    exceptions: dict[Annotated[date, Field(ge=_FIRST_DAY, le=_LAST_DAY)], Hours] = {}

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

    def next_opening(self, at: datetime) -> datetime:
        return next_opening(self, at)

    def shift_end(self, at: datetime, break_up_to: timedelta) -> datetime | None:
        return shift_end(self, at, break_up_to)


ALWAYS = Calendar(time_zone="UTC", week=dict.fromkeys(_WEEKDAYS, (WHOLE_DAY,)))
"""Open at all times: what is counted on it is time on the wall."""


def due_at(calendar: Calendar, started_at: datetime, duration: timedelta) -> datetime:
    """Return the first moment at which `duration` of open time has passed since `started_at`.

    Raises `ConfigurationError` when so much open time doesn't come within ten years.
    """
    return _due_at(_blocks_of(calendar), started_at.astimezone(UTC), duration)


def before(calendar: Calendar, at: datetime, duration: timedelta) -> datetime:
    """Return the last moment from which `duration` of open time passes until `at`.

    Raises `ConfigurationError` when there is not so much open time in the ten years before.
    """
    return _before(_blocks_of(calendar), at.astimezone(UTC), duration)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the open time between two moments; none when `end` is not after `start`."""
    # Python subtracts two times of one local zone by the clock, without its jumps.
    start = start.astimezone(UTC)
    end = max(start, end.astimezone(UTC))
    blocks = _blocks_of(calendar)
    first, last = number_of(start), number_of(end)
    total = blocks(last).passed_at(end) - blocks(first).passed_at(start)
    for number in range(first, last):
        total += blocks(number).total
    return total


def is_open(calendar: Calendar, at: datetime) -> bool:
    return _is_open(_blocks_of(calendar), at.astimezone(UTC))


def next_opening(calendar: Calendar, at: datetime) -> datetime:
    """Return `at` when it is open, or else the next opening.

    Raises `ConfigurationError` when the calendar doesn't open within ten years.
    """
    opens = _opening_from(calendar, at.astimezone(UTC))
    if opens is None:
        raise _too_seldom_open("after", at)
    return opens


def closing(calendar: Calendar, at: datetime) -> datetime | None:
    """Return when that which is open at `at` closes; midnight alone is no end of it.

    None when it is closed at `at`, or doesn't close within ten years.
    """
    at = end = at.astimezone(UTC)
    for block in _blocks_from(calendar, at):
        later = block.closing_of(end)
        if later is None:
            return end if end > at else None
        end = later
    return None


def shift_end(calendar: Calendar, at: datetime, break_up_to: timedelta) -> datetime | None:
    """Return when the shift at `at` is over: a closing that isn't followed by a mere break.

    A closure of at most `break_up_to`, such as a lunch break, is part of the shift, also when
    `at` lies in it. In a longer closure the shift is over already, and the moment returned is the
    past one at which it ended. None when there is no such moment within ten years: it doesn't
    close, all closures are breaks, or nothing was ever open yet.
    """
    at = at.astimezone(UTC)
    ends = closing(calendar, at) if is_open(calendar, at) else _closing_until(calendar, at)
    while ends is not None and ends - at <= _TEN_YEARS:
        opens = _opening_from(calendar, ends)
        if opens is None or opens - ends > break_up_to:
            return ends
        ends = closing(calendar, opens)
    return None


def opening_hours(calendar: Calendar, day: date) -> tuple[Interval, ...]:
    """Return the intervals that begin on `day`."""
    if day in calendar.exceptions:
        return calendar.exceptions[day]
    hours = calendar.week.get(_WEEKDAYS[day.weekday()], ())
    if hours and calendar.holidays and is_holiday(calendar.holidays, day):
        return ()
    return hours


# A ticket's deadlines are worked out at each of its events, and presence for each of a team at one
# moment: what was asked lately is remembered. All times are UTC here: of a local zone, the two
# half past one of a night in autumn are equal.
@lru_cache(maxsize=_ANSWERS_KEPT)
def _due_at(blocks: _Blocks, at: datetime, duration: timedelta) -> datetime:
    if duration <= _NONE:
        return at
    number = number_of(at)
    left = blocks(number).passed_at(at) + duration
    for block in map(blocks, range(number, number + _BLOCKS_SEARCHED)):
        if left <= block.total:
            return block.first_at(left)
        left -= block.total
    raise _too_seldom_open("after", at)


@lru_cache(maxsize=_ANSWERS_KEPT)
def _before(blocks: _Blocks, at: datetime, duration: timedelta) -> datetime:
    if duration <= _NONE:
        return at
    number = number_of(at)
    block = blocks(number)
    left = block.total - block.passed_at(at) + duration
    for block in map(blocks, range(number, number - _BLOCKS_SEARCHED, -1)):
        if left <= block.total:
            return block.last_at(block.total - left)
        left -= block.total
    raise _too_seldom_open("before", at)


@lru_cache(maxsize=_ANSWERS_KEPT)
def _is_open(blocks: _Blocks, at: datetime) -> bool:
    return blocks(number_of(at)).closing_of(at) is not None


def _opening_from(calendar: Calendar, at: datetime) -> datetime | None:
    for block in _blocks_from(calendar, at):
        if opens := block.opening_from(at):
            return opens
    return None


def _closing_until(calendar: Calendar, at: datetime) -> datetime | None:
    for block in _blocks_back_from(calendar, at):
        if closes := block.closing_until(at):
            return closes
    return None


def _blocks_from(calendar: Calendar, at: datetime) -> Iterator[Block]:
    first = number_of(at)
    return map(_blocks_of(calendar), range(first, first + _BLOCKS_SEARCHED))


def _blocks_back_from(calendar: Calendar, at: datetime) -> Iterator[Block]:
    first = number_of(at)
    return map(_blocks_of(calendar), range(first, first - _BLOCKS_SEARCHED, -1))


_KNOWN_BLOCKS: dict[int, _Blocks] = {}


def _blocks_of(calendar: Calendar) -> _Blocks:
    """Return the blocks of a calendar by number, remembered until the calendar itself is gone.

    Kept beside the model: inside it they would be copied into changed copies, and pickled.
    """
    identity = id(calendar)
    if identity not in _KNOWN_BLOCKS:
        _KNOWN_BLOCKS[identity] = lru_cache(maxsize=_BLOCKS_KEPT)(_builder(calendar))
        finalize(calendar, _KNOWN_BLOCKS.pop, identity, None)
    return _KNOWN_BLOCKS[identity]


def _builder(calendar: Calendar) -> _Blocks:
    days = (*map(calendar.week.get, _WEEKDAYS), *calendar.exceptions.values())
    if calendar.holidays is None and all(hours == (WHOLE_DAY,) for hours in days):
        return build_whole_block
    # A twin: who keeps the calendar itself would keep it from ever being gone.
    hours_on = partial(opening_hours, calendar.model_copy())
    return partial(build_block, hours_on, ZoneInfo(calendar.time_zone))


def _too_seldom_open(side: str, at: datetime) -> ConfigurationError:
    return ConfigurationError(
        f"the calendar has not enough open time in the ten years {side} {at:%Y-%m-%d}: "
        "check its week, holidays and exceptions"
    )
