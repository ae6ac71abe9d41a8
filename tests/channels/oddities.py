"""A payload with something odd in each of its places in turn: what no documentation promises."""

import json
from collections.abc import Iterator
from typing import Any

ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    "",
    "\x00",
    "\ud800",
    "9" * 400,
    [],
    {},
    [{}],
    "9999999999.999999",
    "0001-01-01T00:00:00+23:59",
)

_Place = tuple[str | int, ...]


def oddities(body: bytes) -> Iterator[bytes]:
    """Yield `body` with each value replaced by each odd one, and left out."""
    document = json.loads(body)
    for place in _places(document):
        for odd in (*ODD, ...):
            yield json.dumps(_changed(document, place, odd)).encode()


def _places(value: Any, at: _Place = ()) -> Iterator[_Place]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in pairs:
        yield (*at, name)
        if isinstance(inner, dict | list):
            yield from _places(inner, (*at, name))


def _changed(document: Any, place: _Place, odd: Any) -> Any:
    copy = json.loads(json.dumps(document))
    *way, last = place
    holder = copy
    for name in way:
        holder = holder[name]
    if odd is ...:
        del holder[last]
    else:
        holder[last] = odd
    return copy
