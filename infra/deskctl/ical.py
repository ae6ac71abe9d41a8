"""Reads an iCalendar file (RFC 5545) into closures: which part of which day an event takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from chalicelib.domain.intervals import DAY_MINUTES, WHOLE_DAY, Interval
from chalicelib.errors import InvalidRequestError

MAX_BYTES = 5 * 1024 * 1024
TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
TOO_OFTEN = {"HOURLY", "MINUTELY", "SECONDLY"}

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Closure:
    """The part of a day, in minutes of the local clock, that an event takes."""

    day: date
    part: Interval
    summary: str

    @property
    def is_whole_day(self) -> bool:
        return self.part == WHOLE_DAY


def closures(file: Path, zone: ZoneInfo, first: date, last: date) -> list[Closure]:
    """Return what the events of `file` close from `first` until before `last`, in order.

    Repeated and several-day events are taken apart; a cancelled one closes nothing. Times are
    told by the clock of `zone`, a time without a zone as it is written. Raises
    `InvalidRequestError`.
    """
    try:
        return sorted(
            {
                closure
                for calendar in _calendars(_text(file))
                for event in _occurrences(calendar, first, last)
                for closure in _closures(event, zone, first, last)
            }
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        # What the two libraries raise at a file that says impossible things.
        raise _unreadable(f"{type(error).__name__}: {error}") from error


def _text(file: Path) -> str:
    data = file.read_bytes()
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024 // 1024
        raise InvalidRequestError(f"tệp quá lớn (tối đa {limit} MB) · the file is over {limit} MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable("không phải UTF-8 · not UTF-8") from error


def _calendars(text: str) -> list[icalendar.Calendar]:
    found = icalendar.Calendar.from_ical(text, multiple=True)
    calendars = [one for one in found if isinstance(one, icalendar.Calendar)]
    if not calendars:
        raise _unreadable("không có VCALENDAR · there is no VCALENDAR in it")
    for calendar in calendars:
        _refuse_broken_times(calendar)
    return calendars


def _refuse_broken_times(calendar: icalendar.Calendar) -> None:
    """Raise for what the library would leave out: an exception lost is a day closed by mistake."""
    for event in calendar.walk("VEVENT"):
        for name, reason in event.errors:
            if name in TIMES:
                raise _unreadable(f"“{_summary(event)}”: {name}: {reason}")
        if TOO_OFTEN.intersection(_frequencies(event)):
            words = "lặp lại mỗi giờ hay dày hơn · repeated every hour or more often"
            raise _unreadable(f"“{_summary(event)}”: {words}")


def _frequencies(event: icalendar.Component) -> list[str]:
    rules = event.get("RRULE", [])
    return [
        str(frequency)
        for rule in (rules if isinstance(rules, list) else [rules])
        for frequency in rule.get("FREQ", ())
    ]


def _occurrences(calendar: icalendar.Calendar, first: date, last: date) -> list[Any]:
    """Return every event, each time it comes; some may be too early or too late."""
    # A day more on either side, since the file's time zones may be elsewhere.
    events = recurring_ical_events.of(calendar).between(first - DAY, last + DAY)
    return [event for event in events if event.get("STATUS") != "CANCELLED"]


def _closures(event: Any, zone: ZoneInfo, first: date, last: date) -> Iterator[Closure]:
    starts, ends = _wall(event.start, zone), _wall(event.end, zone)
    if starts == ends and not isinstance(event.start, datetime):
        # Some programs end a day off on the day itself.
        ends += DAY
    day = max(first, starts.date())
    while day < last and (midnight := datetime.combine(day, time.min)) < ends:
        opens = max(0, (starts - midnight) // MINUTE)
        closes = min(DAY_MINUTES, -((midnight - ends) // MINUTE))
        if starts < ends:
            yield Closure(day, Interval(opens, closes), _summary(event))
        day += DAY


def _wall(at: date, zone: ZoneInfo) -> datetime:
    """Return what the clock in `zone` shows; a mere date is its midnight everywhere."""
    if not isinstance(at, datetime):
        return datetime.combine(at, time.min)
    return (at.astimezone(zone) if at.tzinfo else at).replace(tzinfo=None)


def _summary(event: Any) -> str:
    """Return the event's name on one line."""
    words = " ".join(str(event.get("SUMMARY", "")).split())
    return "".join(filter(str.isprintable, words)) or "không tên · untitled"


def _unreadable(reason: str) -> InvalidRequestError:
    return InvalidRequestError(f"không đọc được tệp lịch · no readable iCalendar file: {reason}")
