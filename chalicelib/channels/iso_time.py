"""Times as platforms print them in ISO 8601, read into UTC."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator


def _utc(value: object) -> datetime:
    if not isinstance(value, str) or not _SHAPE.fullmatch(value):
        raise ValueError("not a time with its offset")
    # Protobuf prints up to nanoseconds; we keep microseconds.
    text = _FINER.sub(r"\1", value)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time beyond all calendars") from error


_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.]{5,20}([Zz]|[+-][0-9]{2}:?[0-9]{2})")
_FINER = re.compile(r"(\.[0-9]{6})[0-9]+")

IsoTime = Annotated[datetime, BeforeValidator(_utc)]
"""A time such as `2026-03-02T02:00:00.805Z`."""
