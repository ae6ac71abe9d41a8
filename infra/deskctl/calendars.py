"""`deskctl calendar import`: days off from an iCalendar file, as YAML to paste into a desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.config.document import decode, load
from chalicelib.desk.model import Desk
from chalicelib.domain.intervals import DAY_MINUTES, Interval, without
from chalicelib.errors import InvalidRequestError
from chalicelib.sla.calendar import Calendar, opening_hours
from infra.deskctl.ical import Closure, closures
from infra.deskctl.report import Report

DECIDE = "hãy tự quyết định · a person must decide"
THERE = "đã có trong lịch · has its exception already"
OUTSIDE = "ngoài giờ mở cửa · outside opening hours"


@dataclass(frozen=True, slots=True)
class Day:
    """A day and what is left open on it; `hours` is None where `why` tells why nothing is put."""

    day: date
    events: str
    hours: tuple[Interval, ...] | None = None
    why: str = ""

    def __str__(self) -> str:
        if self.hours is None:
            return f"# {self.day}: {self.events}: {self.why}"
        return f"{self.day}: [{', '.join(map(str, self.hours))}] # {self.events}"


@dataclass(frozen=True, slots=True)
class Place:
    """Whose clock tells an event's times, and whose hours are what it takes a part of."""

    zone: ZoneInfo
    calendar: Calendar | None = None


def place_of(desk_file: Path | None, calendar_id: str | None) -> Place:
    """Return the place of a calendar in a desk, of the desk itself, or of no desk at all.

    The last has the time zone of a desk that names none. Raises `InvalidRequestError`.
    """
    if desk_file is None:
        if calendar_id is not None:
            raise InvalidRequestError("--calendar cần --desk · --calendar needs --desk FILE")
        return Place(ZoneInfo(Desk.model_fields["time_zone"].default))
    desk = load(decode(desk_file.read_bytes(), str(desk_file)), str(desk_file))
    if calendar_id is None:
        return Place(ZoneInfo(desk.time_zone))
    if calendar_id not in desk.calendars:
        known = ", ".join(desk.calendars)
        words = f"không có lịch “{calendar_id}” · there is no calendar “{calendar_id}”"
        raise InvalidRequestError(f"{words}: {known}")
    calendar = desk.calendars[calendar_id]
    return Place(ZoneInfo(calendar.time_zone), calendar)


def import_ical(file: Path, place: Place, now: datetime, years: int) -> Report:
    """Print the `exceptions` that follow from the events of the coming years."""
    first = now.astimezone(place.zone).date()
    last = first + timedelta(days=366 * years)
    found = closures(file, place.zone, first, last)
    days = [
        _day(day, list(closed), place.calendar)
        for day, closed in groupby(found, key=lambda one: one.day)
    ]
    source = f"{file.name}, {first} – {last}"
    if not days:
        return Report((f"# không có ngày nghỉ nào · no day off: {source}",), _as_data(days))
    # A key with nothing but comments below it would be null.
    opening = "" if any(day.hours is not None for day in days) else " {}"
    lines = (f"    exceptions:{opening} # {source}", *(f"      {day}" for day in days))
    return Report(lines, _as_data(days))


def _day(day: date, closed: Sequence[Closure], calendar: Calendar | None) -> Day:
    events = ", ".join(dict.fromkeys(map(_told, closed)))
    if calendar and day in calendar.exceptions:
        return Day(day, events, why=THERE)
    if any(one.is_whole_day for one in closed):
        return Day(day, events, ())
    if calendar is None or _has_a_night(calendar, day):
        return Day(day, events, why=DECIDE)
    hours = left = opening_hours(calendar, day)
    for one in closed:
        left = without(left, one.part)
    return Day(day, events, why=OUTSIDE) if left == hours else Day(day, events, left)


def _has_a_night(calendar: Calendar, day: date) -> bool:
    """Return whether hours over midnight touch the day: then two days may have to be written."""
    days = (day - timedelta(days=1), day)
    return any(one.closes > DAY_MINUTES for day in days for one in opening_hours(calendar, day))


def _told(closure: Closure) -> str:
    return closure.summary if closure.is_whole_day else f"{closure.summary} ({closure.part})"


def _as_data(days: Sequence[Day]) -> dict[str, object]:
    return {
        "exceptions": {
            day.day.isoformat(): list(map(str, day.hours)) for day in days if day.hours is not None
        },
        "left_out": [
            {"day": day.day.isoformat(), "events": day.events, "why": day.why}
            for day in days
            if day.hours is None
        ],
    }
