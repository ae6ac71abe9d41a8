"""What a notification says on top: its headline, what to do about it, and how loud it is."""

from collections.abc import Mapping

from chalicelib.desk.decision import NotificationKind
from chalicelib.desk.model import guest_address
from chalicelib.domain.plain import as_written
from chalicelib.domain.tickets import TimelineEntry
from chalicelib.views.deadlines import Deadline, Urgency
from chalicelib.views.reasons import failure_text
from chalicelib.views.ticket import TicketView
from chalicelib.views.turns import who
from chalicelib.views.words import words

_TONES: Mapping[str, str] = {
    NotificationKind.REMINDER: "amber",
    NotificationKind.BREACHED: "red",
    NotificationKind.ESCALATED: "red",
    NotificationKind.PARKED: "amber",
    NotificationKind.WINDOW_CLOSING: "amber",
    NotificationKind.SEND_FAILED: "red",
    NotificationKind.DROPPED: "amber",
}

_UNASSIGNED = (NotificationKind.ESCALATED, NotificationKind.DROPPED)
"""What reads otherwise where nobody has the ticket."""

_FROM_COLLEAGUES: Mapping[str, str] = {
    NotificationKind.MENTIONED: "note.added",
    NotificationKind.INVITED: "guest.invited",
}


def tone(kind: NotificationKind, deadline: Deadline | None) -> str:
    """Return `teal`, `amber` or `red`."""
    late = deadline is not None and deadline.urgency is Urgency.LATE
    return "red" if late else _TONES.get(kind, "teal")


def headline(
    kind: NotificationKind, language: str, view: TicketView, deadline: Deadline | None
) -> str:
    say = words(language)
    is_nobodys = kind in _UNASSIGNED and view.ticket.assignee_id is None
    name = f"headline.{kind}.unassigned" if is_nobodys else f"headline.{kind}"
    label = deadline.label if deadline else say["ticket"]
    return say[name].format(
        agent=view.viewer.name,
        customer=view.customer(language),
        assignee=view.assignee(language),
        colleague=_colleague(kind, language, view),
        team=view.team(language),
        Metric=label,
        metric=label.lower(),
        countdown=deadline.countdown if deadline else say["met.all"],
    )


def advice(
    kind: NotificationKind, language: str, view: TicketView, deadline: Deadline | None
) -> str:
    say = words(language)
    if kind is NotificationKind.SEND_FAILED:
        return f"{_failure(view, language)} {say['failure.advice']}"
    name = f"advice.{kind}"
    if view.detail.get("away"):
        name = f"{name}.away"
    elif deadline is None:
        name = f"{name}.undated" if f"{name}.undated" in say else name
    sentence = say[name].format(
        metric=deadline.label.lower() if deadline else "",
        due=deadline.due if deadline else "",
        channel=view.channel(language),
    )
    return sentence[:1].upper() + sentence[1:]


def invitation(kind: NotificationKind, view: TicketView) -> str:
    """Return what was said to who is brought in; empty in any other notification."""
    if kind is not NotificationKind.INVITED:
        return ""
    last = _last("guest.invited", view)
    return as_written(last.text) if last else ""


def _colleague(kind: NotificationKind, language: str, view: TicketView) -> str:
    """Return who asks for the viewer, where a colleague does."""
    last = _last(_FROM_COLLEAGUES.get(kind, ""), view)
    return who(last, view, language) if last else words(language)["somebody"]


def _failure(view: TicketView, language: str) -> str:
    last = _last("message.failed", view)
    return failure_text(last.detail.get("reason", "") if last else "", language)


def _last(event_type: str, view: TicketView) -> TimelineEntry | None:
    """Return the newest line of a type that somebody else wrote, to the viewer if to anybody."""
    viewer = view.viewer.agent_id
    meant = (None, guest_address(viewer))
    found = (
        entry
        for entry in view.entries
        if entry.type == event_type
        and entry.actor != f"agent:{viewer}"
        and entry.detail.get("address") in meant
    )
    return max(found, key=lambda entry: entry.at, default=None)
