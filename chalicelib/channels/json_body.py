"""The one way JSON from outside is read: bounded size, depth and numbers, and no key twice."""

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
MAX_DIGITS = 64


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`, numbers with a fraction as `Decimal`.

    Half a surrogate pair, which neither a table nor a mail can hold, becomes U+FFFD.
    Raises `PayloadTooLargeError`, and `MalformedPayloadError` for all that is not plain JSON.
    """
    if len(body) > MAX_BYTES:
        raise PayloadTooLargeError(f"a body of {len(body)} bytes; at most {MAX_BYTES} are read")
    try:
        text = body.decode()
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        # The decoder's own error carries the whole body: it must not reach a log.
        raise MalformedPayloadError("the body is not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise MalformedPayloadError("the body is not a JSON object")
    checked: dict[str, Any] = value if _is_plain(text) else _checked(value, MAX_DEPTH)
    return checked


def write_text(value: object) -> str:
    """Return `value`, as read by `read_object`, as compact JSON in ASCII."""
    return json.dumps(value, separators=(",", ":"), default=float)


def _is_plain(text: str) -> bool:
    """Tell at a glance a text that can neither nest too deep nor hold half a surrogate pair.

    Halves can only come from an escape, since UTF-8 has none. Walking all values costs more than
    reading them does.
    """
    return text.count("{") + text.count("[") <= MAX_DEPTH and "\\ud" not in text.lower()


def _unique(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedPayloadError("a key stands twice in one object")
    return found


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise MalformedPayloadError("a number is too long")
    return int(digits)


def _fraction(digits: str) -> Decimal:
    if len(digits) > MAX_DIGITS or math.isinf(float(digits)):
        raise MalformedPayloadError("a number is too large")
    return Decimal(digits)


def _no_constant(name: str) -> NoReturn:
    raise MalformedPayloadError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_whole,
    parse_float=_fraction,
    parse_constant=_no_constant,
)


def _checked(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _storable(value)
    if not isinstance(value, dict | list):
        return value
    if not depth:
        raise MalformedPayloadError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, list):
        return [_checked(each, depth - 1) for each in value]
    return {_storable(key): _checked(each, depth - 1) for key, each in value.items()}


def _storable(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
