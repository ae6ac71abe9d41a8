"""Domain objects to items and back: the object is one JSON text, indexed parts stand beside it.

Encoding needs the standard library only, for the webhook function; decoding validates with
pydantic, imported when first used.
"""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.store.keys import Key

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
Item = dict[str, Any]


def encode(thing: Any) -> str:
    """Return a dataclass as JSON; what is as its default says is not written."""
    return json.dumps(thing, default=_plain, ensure_ascii=False, separators=(",", ":"))


def decode(cls: type[T], text: str) -> T:
    """Return the `cls` that `encode` wrote. Raises pydantic's `ValidationError`."""
    adapter: TypeAdapter[T] = _adapter(cls)  # type: ignore[arg-type]  # a class is hashable
    return adapter.validate_json(text)


def key(of: Key) -> Item:
    return {"pk": {"S": of.pk}, "sk": {"S": of.sk}}


def text(value: str) -> Item:
    return {"S": value}


def number(value: int) -> Item:
    return {"N": str(value)}


def attribute(item: Mapping[str, Any], name: str) -> str | None:
    """Return a string attribute, or None where the item has none."""
    value: str | None = item.get(name, {}).get("S")
    return value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if is_dataclass(value):
        return _told(value)
    raise TypeError(f"cannot store a {type(value).__name__}")


def _told(thing: Any) -> dict[str, Any]:
    usual = _usual(type(thing))  # type: ignore[arg-type]  # a class is hashable
    said = ((name, getattr(thing, name)) for name in usual)
    return {name: value for name, value in said if value != usual[name]}


@cache
def _usual(cls: Any) -> dict[str, Any]:
    """Return each field of a dataclass with its default, or what equals nothing."""
    return {
        field.name: field.default_factory() if callable(field.default_factory) else field.default
        for field in fields(cls)
    }


@cache
def _adapter(cls: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(cls)
