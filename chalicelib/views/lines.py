"""A ticket's story as lines to read: who said what, and what the desk did about it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from itertools import groupby

from chalicelib.domain.messages import Delivery
from chalicelib.domain.plain import as_written, one_line
from chalicelib.domain.tickets import TimelineEntry
from chalicelib.errors import SendFailure
from chalicelib.views.attachments import Named, named
from chalicelib.views.ticket import TicketView, channel_name
from chalicelib.views.times import say_span, say_time_shortly
from chalicelib.views.words import words


class Side(StrEnum):
    """Where a line stands: the customer's side, ours, between colleagues, or in the margin."""

    CUSTOMER = "customer"
    AGENT = "agent"
    DESK = "desk"
    NOTE = "note"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
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


def failure_text(reason: str, language: str) -> str:
    """Return why a message could not be sent, in words an agent can act on."""
    known = reason if reason in set(SendFailure) else "unknown"
    return words(language)[f"failure.{known}"]


def _line(entry: TimelineEntry, view: TicketView, language: str) -> Line:
    side = _side(entry)
    failure = entry.detail.get("failure", "")
    return Line(
        side=side,
        who=_who(entry, view, language),
        text=_happened(entry, view, language) if side is Side.EVENT else as_written(entry.text),
        when=say_time_shortly(entry.at, view.now, view.time_zone),
        iso=entry.at.isoformat(timespec="seconds"),
        channel=channel_name(entry.channel, language) if entry.channel else "",
        attachments=tuple(named(part, view, language) for part in entry.attachments),
        delivery=_delivery(entry, view),
        failure=failure_text(failure, language) if entry.delivery is Delivery.FAILED else "",
        alarm=entry.type in _ALARMS,
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


def _who(entry: TimelineEntry, view: TicketView, language: str) -> str:
    say = words(language)
    kind, _, name = entry.actor.partition(":")
    if kind == "agent":
        return view.agent(name)
    if kind == "customer":
        return one_line(entry.detail.get("author", "")) or view.customer(language)
    if kind == "desk":
        return say["line.by_desk"].format(desk=view.desk_name)
    if kind == "platform":
        channel = channel_name(entry.channel or "", language)
        return say["somebody.platform"].format(channel=channel)
    return say["somebody.token"].format(name=name or kind)


def _happened(entry: TimelineEntry, view: TicketView, language: str) -> str:
    say = words(language)
    detail = entry.detail
    metric = detail.get("metric", "")
    sentence = say.get(f"line.{_plot(entry)}", "{type} {text}").format(
        type=entry.type,
        actor=_who(entry, view, language),
        agent=_agents(detail.get("agent") or detail.get("to", ""), view, language),
        team=view.team(language, detail.get("team")),
        metric=say.get(f"metric.{metric}", metric).lower(),
        text=one_line(entry.text),
        channel=channel_name(entry.channel, language) if entry.channel else "",
    )
    asides = (_late(detail, language), _why(entry, view, language))
    return " – ".join((sentence, *filter(None, asides)))


def _plot(entry: TimelineEntry) -> str:
    """Return what kind of turn the story takes: a ticket taken or handed over is a turn its own."""
    if entry.type == "ticket.assigned" and entry.actor != "desk":
        own = entry.actor == f"agent:{entry.detail.get('agent')}"
        return "ticket.taken" if own else "ticket.handed"
    if entry.type == "message.reacted" and not entry.text:
        return "message.unreacted"
    return entry.type


def _why(entry: TimelineEntry, view: TicketView, language: str) -> str:
    reason = entry.detail.get("reason", "")
    if entry.type == "message.failed":
        return failure_text(reason, language)
    return _reason(reason, view, language)


def _agents(agent_ids: str, view: TicketView, language: str) -> str:
    found = [view.agent(part.strip()) for part in agent_ids.split(",") if part.strip()]
    return ", ".join(found) or words(language)["assignee.none"]


def _late(detail: Mapping[str, str], language: str) -> str:
    try:
        late = timedelta(seconds=int(float(detail.get("late_seconds", "0"))))
    except (ValueError, OverflowError):
        return ""
    # Below a minute it fired as promised.
    if late < timedelta(minutes=1):
        return ""
    return words(language)["line.late"].format(span=say_span(late, language))


# The reasons that `routing/assignment.py` writes, and how each is said.
_REASONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"least loaded of (?P<count>\d+): "), "reason.least_loaded"),
    (re.compile(r"the only one free: "), "reason.only"),
    (re.compile(r"backup for (?P<agent>[\w-]+), who is absent: "), "reason.backup"),
    (re.compile(r"the owner is present: "), "reason.owner"),
    (re.compile(r"the owner is absent and no backup is free: "), "reason.nobody"),
    (re.compile(r"nobody in .+ has the skills$"), "reason.unskilled"),
    (re.compile(r"nobody free in .+: "), "reason.nobody"),
    (re.compile(r"escalated$"), "reason.escalated"),
    (re.compile(r"(by hand|accepted it)$"), "reason.none"),
)


def _reason(reason: str, view: TicketView, language: str) -> str:
    """Return a routing reason in words; a person's own reason stays as it was written."""
    for pattern, name in _REASONS:
        if match := pattern.match(reason):
            found = match.groupdict()
            agent = view.agent(found.get("agent") or "")
            return words(language)[name].format(count=found.get("count"), agent=agent)
    return one_line(reason)
