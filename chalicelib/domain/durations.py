"""Durations as a person writes them in the desk: `90s`, `15m`, `1h30m`, `2d`."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_PARTS = re.compile(
    r"(?:([0-9]{1,5})d)?\s*(?:([0-9]{1,6})h)?\s*(?:([0-9]{1,7})m)?\s*(?:([0-9]{1,9})s)?"
)
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def parse_duration(text: str) -> timedelta:
    """Return the duration that `text` names; a day is 24 hours. Raises `ValueError`."""
    found = _PARTS.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise ValueError(f"{text!r} is not a duration: write 90s, 15m, 1h30m or 2d")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """Return the shortest text that `parse_duration` reads back, in whole seconds."""
    seconds = int(duration.total_seconds())
    text = ""
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def _from_desk(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise ValueError(f"{value!r} has no unit: write {value}m for minutes, {value}s for seconds")
    raise ValueError(f"{value!r} is not a duration: write 90s, 15m, 1h30m or 2d")


Duration = Annotated[
    timedelta,
    BeforeValidator(_from_desk),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "90s, 15m, 1h30m or 2d (a day is 24 hours)",
            "pattern": r"^(?=\s*[0-9])([0-9]+d)?\s*([0-9]+h)?\s*([0-9]+m)?\s*([0-9]+s)?$",
        }
    ),
]
