"""Moments and spans of time as people say them, in Vietnamese and English."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.sla.calendar import Weekday
from chalicelib.views.words import words

WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_UNITS = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)


def say_time(at: datetime, now: datetime, zone: ZoneInfo, language: str) -> str:
    """Return a moment with its day: `14:30 hôm nay, thứ Ba 24/11`."""
    local = at.astimezone(zone)
    near = _near_day(local, now.astimezone(zone), language)
    return f"{local:%H:%M} {near}{say_day(local, now.astimezone(zone), language)}"


def say_time_shortly(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return a moment for the margin of a message: `14:30`, or `14:30 · 24/11` on other days."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    year = "" if local.year == today.year else f"/{local.year}"
    return f"{local:%H:%M · %d/%m}{year}"


def say_day(local: date, today: date, language: str) -> str:
    """Return a day with its weekday, and its year where that is another: `thứ Ba 24/11`."""
    say = words(language)
    year = "" if local.year == today.year else say["year"].format(year=local.year)
    weekday = say[f"weekday.{WEEKDAYS[local.weekday()]}"]
    month = say[f"month.{local.month}"]
    return say["date"].format(weekday=weekday, day=local.day, month=month) + year


def say_span(span: timedelta, language: str) -> str:
    """Return a span in its two largest units: `2 giờ 15 phút`. Below a minute, in seconds."""
    said: list[str] = []
    rest = abs(span)
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count and (unit != "second" or not said):
            said.append(_count(count, unit, language))
    return " ".join(said[:2]) or _count(0, "second", language)


def _near_day(local: datetime, today: datetime, language: str) -> str:
    days = (local.date() - today.date()).days
    known = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(days)
    return f"{words(language)[known]}, " if known else ""


def _count(count: int, unit: str, language: str) -> str:
    form = "one" if count == 1 else "many"
    return words(language)[f"{unit}.{form}"].format(count=count)
