"""The parts of one webhook: each is understood or kept for quarantine, and never spoils another."""

import hashlib
from collections.abc import Callable, Iterable

from pydantic import ValidationError

from chalicelib.channels.base import ChannelAdapter, Parsed, Received, Unrecognised
from chalicelib.domain.events import ChannelEvent
from chalicelib.errors import MalformedPayloadError

Reader = Callable[[], Iterable[ChannelEvent]]


def read_part(
    adapter: ChannelAdapter, raw: str, read: Reader, mark: Callable[[], str] | None = None
) -> Parsed:
    """Return the events that `read` finds in a part, or the part itself where it can't.

    `raw` is kept beside them, and parses into the same again. `mark` gives a text that tells this
    part from others and is the same on every delivery; the default is `raw`.
    """
    try:
        return Parsed(received=tuple(Received(event, raw) for event in read()))
    except (ValidationError, MalformedPayloadError) as error:
        part_id = adapter.event_id("unrecognised", digest(mark() if mark else raw))
        return Parsed(unrecognised=(Unrecognised(part_id, _reason(error), raw),))


def join(parts: Iterable[Parsed]) -> Parsed:
    """Return all parts as one."""
    found = list(parts)
    return Parsed(
        received=tuple(each for part in found for each in part.received),
        unrecognised=tuple(each for part in found for each in part.unrecognised),
    )


def digest(text: str) -> str:
    """Return a short name for `text`, to stand in an id."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _reason(error: ValidationError | MalformedPayloadError) -> str:
    if isinstance(error, MalformedPayloadError):
        return str(error)
    places = (f"{'.'.join(map(str, each['loc']))}: {each['type']}" for each in error.errors())
    return f"{error.title}: " + "; ".join(places)
