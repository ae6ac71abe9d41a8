"""How every wire model reads: lenient on what we don't know, exact on what we do."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints


class Wire(BaseModel):
    """A provider's object. Its values are customers' words: no error shows them."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def milliseconds(at: datetime) -> int:
    """Return `at` as platforms write it: milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _size(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _at(value: object, unit: timedelta) -> datetime:
    number = _size(value)
    if number is None:
        raise ValueError("not a time since 1970")
    try:
        return _EPOCH + number * unit
    except OverflowError as error:
        raise ValueError("a time beyond all calendars") from error


def _at_milliseconds(value: object) -> datetime:
    return _at(value, timedelta(milliseconds=1))


def _at_seconds(value: object) -> datetime:
    return _at(value, timedelta(seconds=1))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS = 15
_NO_NUL = r"\A[^\x00]*\z"

Text = Annotated[str, StringConstraints(pattern=_NO_NUL)]
"""What a person reads. DynamoDB and mail can't be trusted with NUL, and nobody types it."""

Printed = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    StringConstraints(min_length=1, max_length=256, pattern=_NO_NUL),
]
"""An id or a coordinate as the provider printed it, be it a string or a number."""

Size = Annotated[int | None, BeforeValidator(_size)]
"""Bytes; None where the provider wrote something else."""

Milliseconds = Annotated[datetime, BeforeValidator(_at_milliseconds)]
Seconds = Annotated[datetime, BeforeValidator(_at_seconds)]
