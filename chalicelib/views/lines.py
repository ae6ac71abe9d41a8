"""A ticket's story as lines to read: who said what, and what the desk did about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from chalicelib.domain.messages import Delivery
from chalicelib.domain.plain import as_written
from chalicelib.domain.tickets import TimelineEntry
from chalicelib.views.attachments import Named, named
from chalicelib.views.reasons import considered, failure_text
from chalicelib.views.ticket import TicketView, channel_name
from chalicelib.views.times import say_time_shortly
from chalicelib.views.turns import turn, who


class Side(StrEnum):
    """Where a line stands: the customer's side, ours, between colleagues, or in the margin."""

    CUSTOMER = "customer"
    AGENT = "agent"
    DESK = "desk"
    NOTE = "note"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; `considered` tells of an assignment who could have got the ticket, and why not."""

    side: Side
    who: str
    text: str
    when: str
    iso: str
    channel: str = ""
    attachments: tuple[Named, ...] = ()
    delivery: Delivery | None = None
    failure: str = ""
    alarm: bool = False
    considered: tuple[str, ...] = ()


def lines(view: TicketView, language: str) -> tuple[Line, ...]:
    """Return the whole story, oldest first."""
    ordered = sorted(view.entries, key=lambda entry: (entry.at, entry.id))
    return tuple(_line(entry, view, language) for entry in _albums_joined(ordered))


def _albums_joined(entries: Iterable[TimelineEntry]) -> Iterator[TimelineEntry]:
    """Yield the parts of an album as the one message they are to who sent it."""
    for group, found in groupby(entries, key=lambda entry: entry.detail.get("group")):
        if group is None:
            yield from found
            continue
        first, *more = found
        words = [entry.text for entry in (first, *more) if entry.text]
        files = tuple(each for entry in (first, *more) for each in entry.attachments)
        yield replace(first, text="\n".join(words), attachments=files)


def said(view: TicketView, language: str) -> tuple[Line, ...]:
    """Return only what people said to each other, oldest first."""
    return tuple(line for line in lines(view, language) if line.side is not Side.EVENT)


def _line(entry: TimelineEntry, view: TicketView, language: str) -> Line:
    side = _side(entry)
    failure = entry.detail.get("failure", "")
    return Line(
        side=side,
        who=who(entry, view, language),
        text=turn(entry, view, language) if side is Side.EVENT else as_written(entry.text),
        when=say_time_shortly(entry.at, view.now, view.time_zone),
        iso=entry.at.isoformat(timespec="seconds"),
        channel=channel_name(entry.channel, language) if entry.channel else "",
        attachments=tuple(named(part, view, language) for part in entry.attachments),
        delivery=_delivery(entry, view),
        failure=failure_text(failure, language) if entry.delivery is Delivery.FAILED else "",
        alarm=entry.type in _ALARMS,
        considered=considered(entry.detail.get("considered", ""), view, language),
    )


_SAID = ("message.received", "message.sent")
_ALARMS = ("sla.breached", "sla.escalated", "message.failed")


def _side(entry: TimelineEntry) -> Side:
    if entry.type == "note.added":
        return Side.NOTE
    if entry.type not in _SAID:
        return Side.EVENT
    if entry.actor == "customer":
        return Side.CUSTOMER
    return Side.DESK if entry.actor == "desk" else Side.AGENT


def _delivery(entry: TimelineEntry, view: TicketView) -> Delivery | None:
    """Return how far a message has come; some platforms only say up to when all was read."""
    read_until_at = view.ticket.read_until_at
    is_under_way = entry.delivery in (Delivery.SENT, Delivery.DELIVERED)
    if is_under_way and read_until_at and entry.at <= read_until_at:
        return Delivery.READ
    return entry.delivery
