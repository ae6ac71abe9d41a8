"""Why a ticket went where it did, in words: read from what the desk keeps on the timeline."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from chalicelib.domain.plain import one_line
from chalicelib.domain.tickets import TimelineEntry
from chalicelib.errors import SendFailure
from chalicelib.routing.reasons import Reason, TieBreak, Verdict, read
from chalicelib.views.ticket import TicketView, channel_name
from chalicelib.views.words import words

# What the desk says of an assignment that no routing chose.
_BY_THE_DESK: Mapping[str, str] = {
    "escalated": "reason.escalated",
    "by hand": "reason.none",
    "accepted it": "reason.none",
}


def reason_text(reason: str, view: TicketView, language: str) -> str:
    """Return a reason of the desk's in words; a person's own stays as it was written."""
    if name := _BY_THE_DESK.get(reason):
        return words(language)[name]
    return _in_words(_alone(reason), view, language, Reason) or one_line(reason)


def because_text(because: str, language: str) -> str:
    """Return why an owner lost a ticket, as what is said of him; what the desk never says stays."""
    say = words(language)
    return say.get(f"because.{because.replace(' ', '_')}") or one_line(because)


def classified_text(entry: TimelineEntry, view: TicketView, language: str) -> str:
    """Return what a new ticket is about, and what tells so."""
    detail = entry.detail
    if "request_type" not in detail:
        return ""
    say = words(language)
    places = {name: one_line(detail.get(name, "")) for name in ("rule", "matched")}
    named = [name for name in places if places[name]] or [detail.get("by", "")]
    told = (say.get(f"classified.{name}", "").format(**places) for name in named)
    kind = view.kind_of_request(language, detail["request_type"])
    return ", ".join((kind, *filter(None, told)))


def failure_text(reason: str, language: str) -> str:
    """Return why a message could not be sent, in words an agent can act on."""
    known = reason if reason in set(SendFailure) else "unknown"
    return words(language)[f"failure.{known}"]


def considered(told: str, view: TicketView, language: str) -> tuple[str, ...]:
    """Return how each candidate came out, in words; `told` has them parted by `; `."""
    parts = filter(None, told.split("; "))
    return tuple(
        _in_words(part, view, language, Verdict, TieBreak) or one_line(part) for part in parts
    )


def _alone(reason: str) -> str:
    """Return a reason without candidates: older lines have `nobody free in shop: lan 5/5`."""
    alone, _, candidates = reason.partition(": ")
    return alone if all(read(one, Verdict) for one in candidates.split(", ")) else reason


def _in_words(text: str, view: TicketView, language: str, *kinds: type[StrEnum]) -> str:
    found = read(text, *kinds)
    if found is None:
        return ""
    kind, facts = found
    shown = {place: _shown(place, fact, view, language) for place, fact in facts.items()}
    return words(language)[f"{type(kind).__name__}.{kind.name}".lower()].format(**shown)


def _shown(place: str, fact: str, view: TicketView, language: str) -> str:
    known = _NAMES.get(place)
    return known(fact, view, language) if known else fact


_NAMES: Mapping[str, Callable[[str, TicketView, str], str]] = {
    "agent": lambda agent_id, view, _: view.agent(agent_id),
    "team": lambda team_id, view, language: view.team(language, team_id),
    "channel": lambda channel, _, language: channel_name(channel, language),
    "language": lambda spoken, _, language: words(language).get(f"language.{spoken}", spoken),
}
