"""Opening intervals of a day, written `08:00-12:00`; one may run over midnight."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, PlainValidator, WithJsonSchema

DAY_MINUTES = 24 * 60
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_PATTERN = rf"^({_TIME})-({_TIME}|24:00)$"


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Minutes from the local midnight of its day; over midnight `closes` is past 24:00."""

    opens: int
    closes: int

    def __str__(self) -> str:
        closes = self.closes if self.closes <= DAY_MINUTES else self.closes - DAY_MINUTES
        return f"{_clock(self.opens)}-{_clock(closes)}"


WHOLE_DAY = Interval(0, DAY_MINUTES)


def parse_interval(text: object) -> Interval:
    """Return the interval that `text` names. Raises `ValueError`."""
    if isinstance(text, Interval):
        return text
    found = re.match(_PATTERN, text.replace(" ", "")) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not an interval: write 08:00-12:00 (in quotes)")
    opens, closes = map(_minutes, found.groups())
    if opens == closes:
        raise ValueError(f"{text!r} has no length: write 00:00-24:00 for the whole day")
    return Interval(opens, closes if closes > opens else closes + DAY_MINUTES)


def without(hours: Iterable[Interval], closed: Interval) -> tuple[Interval, ...]:
    """Return what is left of `hours` when `closed` is taken out of them."""
    left = (
        part
        for one in hours
        for part in (
            Interval(one.opens, min(one.closes, closed.opens)),
            Interval(max(one.opens, closed.closes), one.closes),
        )
    )
    return tuple(part for part in left if part.opens < part.closes)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _in_order(hours: tuple[Interval, ...]) -> tuple[Interval, ...]:
    hours = tuple(sorted(hours))
    for one, next_one in pairwise(hours):
        if next_one.opens < one.closes:
            raise ValueError(f"{one} and {next_one} overlap: write one interval for both")
    return hours


IntervalText = Annotated[
    Interval,
    PlainValidator(parse_interval),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _PATTERN, "examples": ["08:00-12:00"]}),
]

Hours = Annotated[tuple[IntervalText, ...], AfterValidator(_in_order)]
