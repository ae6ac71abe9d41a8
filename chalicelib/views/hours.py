"""When a company's teams are there, for anybody to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.desk.model import Desk
from chalicelib.domain.intervals import WHOLE_DAY, Hours
from chalicelib.sla.calendar import Calendar, opening_hours
from chalicelib.views.ticket import in_language
from chalicelib.views.times import WEEKDAYS, say_day
from chalicelib.views.words import words

AHEAD = timedelta(days=30)
"""How far ahead days are told that are not as usual."""

_VIETNAM = ("Asia/Ho_Chi_Minh", "Asia/Saigon")
"""One zone under its present and its former name."""

Row = tuple[str, str]
"""A day, and when it is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """The hours that some teams share; `unusual` are the holidays and exceptions to come."""

    teams: str
    zone: str
    week: tuple[Row, ...]
    unusual: tuple[Row, ...]


def team_hours(desk: Desk, language: str, now: datetime) -> tuple[OpeningHours, ...]:
    """Return the opening hours of every team, those of one calendar together."""
    names: dict[str, list[str]] = {}
    for team in desk.teams.values():
        names.setdefault(team.calendar, []).append(in_language(team.name, language))
    return tuple(
        _hours(", ".join(teams), desk.calendars[calendar], language, now)
        for calendar, teams in names.items()
    )


def _hours(teams: str, calendar: Calendar, language: str, now: datetime) -> OpeningHours:
    say = words(language)
    today = now.astimezone(ZoneInfo(calendar.time_zone)).date()
    return OpeningHours(
        teams=teams,
        zone=_zone(calendar.time_zone, language),
        week=tuple(
            (say[f"weekday.{day}"], _spoken(calendar.week.get(day, ()), language))
            for day in WEEKDAYS
        ),
        unusual=tuple(
            (say_day(day, today, language), _spoken(opening_hours(calendar, day), language))
            for day in _unusual_days(calendar, today)
        ),
    )


def _zone(time_zone: str, language: str) -> str:
    """Return whose time it is: the country's where all of it has one, else the city's."""
    if time_zone in _VIETNAM:
        return words(language)["hours.vietnam"]
    return time_zone.rpartition("/")[2].replace("_", " ")


def _unusual_days(calendar: Calendar, today: date) -> Iterator[date]:
    for number in range(AHEAD.days + 1):
        day = today + timedelta(days=number)
        if opening_hours(calendar, day) != calendar.week.get(WEEKDAYS[day.weekday()], ()):
            yield day


def _spoken(hours: Hours, language: str) -> str:
    say = words(language)
    if hours == (WHOLE_DAY,):
        return say["hours.all_day"]
    return ", ".join(str(each).replace("-", "–") for each in hours) or say["hours.closed"]
