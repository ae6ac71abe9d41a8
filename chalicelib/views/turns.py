"""A turn of a ticket's story as one sentence: what happened, by whose hand, and why."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from chalicelib.domain.plain import one_line
from chalicelib.domain.tickets import TimelineEntry
from chalicelib.views.reasons import because_text, classified_text, failure_text, reason_text
from chalicelib.views.ticket import TicketView, channel_name
from chalicelib.views.times import say_span, say_time_shortly
from chalicelib.views.words import words

INVITATION_SHOWN = 500


def turn(entry: TimelineEntry, view: TicketView, language: str) -> str:
    """Return what happened; of what nobody foresaw, its name."""
    sentence = words(language).get(f"line.{_plot(entry)}", "{type} {text}")
    aside = _ASIDES.get(entry.type, _reason)(entry, view, language)
    asides = (_late(entry.detail, language), aside, _because(entry, language))
    told = sentence.format_map(_places(entry, view, language))
    return " – ".join((told, *filter(None, asides)))


def who(entry: TimelineEntry, view: TicketView, language: str) -> str:
    """Return by whose hand it happened."""
    say = words(language)
    kind, _, name = entry.actor.partition(":")
    if kind == "agent":
        return view.agent(name)
    if kind == "customer":
        return one_line(entry.detail.get("author", "")) or view.customer(language)
    if kind == "desk":
        return say["line.by_desk"].format(desk=view.desk_name)
    if kind == "platform" and entry.channel:
        channel = channel_name(entry.channel, language)
        return say["somebody.platform"].format(channel=channel)
    if kind == "platform":
        return say["somebody.record"]
    return say["somebody.token"].format(name=name or kind)


def _places(entry: TimelineEntry, view: TicketView, language: str) -> Mapping[str, str]:
    detail = entry.detail
    return {
        "type": entry.type,
        "actor": who(entry, view, language),
        "agent": _agents(detail.get("agent") or detail.get("to", ""), view, language),
        "team": view.team(language, detail.get("team")),
        "metric": _metric(detail.get("metric", ""), language),
        "text": one_line(entry.text),
        "channel": channel_name(entry.channel, language) if entry.channel else "",
        "number": one_line(detail.get("number", "")),
        "address": one_line(detail.get("address", "")),
        "because": because_text(detail.get("reason", ""), language),
        "changes": ", ".join(_changes(entry, view, language)),
    }


def _plot(entry: TimelineEntry) -> str:
    """Return what kind of turn the story takes: a ticket taken or handed over is a turn its own."""
    if entry.type == "ticket.assigned" and entry.actor != "desk":
        own = entry.actor == f"agent:{entry.detail.get('agent')}"
        return "ticket.taken" if own else "ticket.handed"
    if entry.type == "message.reacted" and not entry.text:
        return "message.unreacted"
    return entry.type


def _reason(entry: TimelineEntry, view: TicketView, language: str) -> str:
    return reason_text(entry.detail.get("reason", ""), view, language)


def _failure(entry: TimelineEntry, _view: TicketView, language: str) -> str:
    return failure_text(entry.detail.get("reason", ""), language)


def _nothing(_entry: TimelineEntry, _view: TicketView, _language: str) -> str:
    return ""


def _parked(entry: TimelineEntry, view: TicketView, language: str) -> str:
    again = _until("line.again", entry, view, language)
    return ", ".join(filter(None, (_reason(entry, view, language), again)))


def _pended(entry: TimelineEntry, view: TicketView, language: str) -> str:
    until = _until("line.until", entry, view, language)
    return until or words(language)["line.until.customer"]


def _until(word: str, entry: TimelineEntry, view: TicketView, language: str) -> str:
    until = entry.detail.get("until")
    return words(language)[word].format(time=_time(until, view)) if until else ""


def _number(entry: TimelineEntry, _view: TicketView, _language: str) -> str:
    return one_line(entry.detail.get("number", ""))


def _invitation(entry: TimelineEntry, _view: TicketView, _language: str) -> str:
    return one_line(entry.text, INVITATION_SHOWN)


def _deadlines(entry: TimelineEntry, view: TicketView, language: str) -> str:
    told = (f"{_metric(name, language)} {_time(at, view)}" for name, at in entry.detail.items())
    return ", ".join(told)


_ASIDES: Mapping[str, Callable[[TimelineEntry, TicketView, str], str]] = {
    "message.failed": _failure,
    "ticket.opened": classified_text,
    "ticket.parked": _parked,
    "ticket.pended": _pended,
    "ticket.given_back": _nothing,
    "callback.requested": _number,
    "guest.invited": _invitation,
    "sla.recomputed": _deadlines,
}
"""What stands beside a sentence, where it isn't just a reason."""


def _because(entry: TimelineEntry, language: str) -> str:
    """Return why the one before lost the ticket."""
    because = entry.detail.get("because", "")
    say = words(language)
    if because == "escalated":
        return say["reason.escalated"]
    told = because_text(because, language)
    return say["line.because"].format(because=told) if told else ""


def _changes(entry: TimelineEntry, view: TicketView, language: str) -> Iterator[str]:
    say = words(language)
    if entry.type != "ticket.changed":
        return
    for name, value in entry.detail.items():
        what = say.get(name, name).lower()
        yield say["line.change"].format(what=what, value=_value(name, value, view, language))


def _value(name: str, value: str, view: TicketView, language: str) -> str:
    say = words(language)
    if not value:
        return say["line.change.none"]
    if name == "request_type":
        return view.kind_of_request(language, value)
    return say.get(f"{name}.{value}") or one_line(value)


def _agents(agent_ids: str, view: TicketView, language: str) -> str:
    found = [view.agent(part.strip()) for part in agent_ids.split(",") if part.strip()]
    return ", ".join(found) or words(language)["assignee.none"]


def _metric(name: str, language: str) -> str:
    return words(language).get(f"metric.{name}", name).lower()


def _time(iso: str, view: TicketView) -> str:
    return say_time_shortly(datetime.fromisoformat(iso), view.now, view.time_zone)


def _late(detail: Mapping[str, str], language: str) -> str:
    try:
        late = timedelta(seconds=int(float(detail.get("late_seconds", "0"))))
    except (ValueError, OverflowError):
        return ""
    # Below a minute it fired as promised.
    if late < timedelta(minutes=1):
        return ""
    return words(language)["line.late"].format(span=say_span(late, language))
