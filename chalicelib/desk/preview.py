"""What would become of an answer sent now: how it is cut, what it costs, whether it goes."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.channels.base import Passage
from chalicelib.channels.registry import adapter_class
from chalicelib.channels.splitting import split
from chalicelib.channels.windows import closes_at, passage
from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`segments` is what the parts count as together, where a channel counts so.

    `passage` is how it may go; `closes_at` is when that gets worse, None where it never does.
    """

    channel: str
    surface: Surface
    parts: tuple[str, ...]
    segments: int | None
    passage: Passage
    closes_at: datetime | None


def preview(ticket: Ticket, text: str, surface: Surface | None, now: datetime) -> Preview:
    """Return what `text` would be as an answer to `ticket`."""
    surface = surface or ticket.surface
    can = adapter_class(ticket.identity.channel).capabilities_on(surface)
    parts = tuple(split(text, can.text_limit, can.measure))
    is_closed = can.answers_elsewhere or ticket.is_blocked
    return Preview(
        channel=ticket.identity.channel,
        surface=surface,
        parts=parts,
        segments=sum(map(can.segments, parts)) if can.segments else None,
        passage=Passage.CLOSED if is_closed else passage(can, ticket.last_inbound_at, now),
        closes_at=closes_at(can, ticket.last_inbound_at),
    )
