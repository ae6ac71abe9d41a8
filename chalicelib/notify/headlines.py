"""What a notification says on top: its headline, what to do about it, and how loud it is."""

from collections.abc import Mapping

from chalicelib.desk.decision import NotificationKind
from chalicelib.desk.model import guest_address
from chalicelib.domain.plain import as_written
from chalicelib.domain.tickets import TimelineEntry
from chalicelib.errors import SendFailure
from chalicelib.views.calling import called
from chalicelib.views.deadlines import Deadline, Urgency, resting
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

_CLOSING = (
    SendFailure.BLOCKED,
    SendFailure.WINDOW_CLOSED,
    SendFailure.UNKNOWN_RECIPIENT,
    SendFailure.ACCOUNT,
)
"""Failures after which other words go no further."""

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
    label = deadline.label if deadline else ""
    told = deadline.sentence if deadline else say["deadline.none"]
    return say[_headline_name(kind, view, deadline)].format(
        agent=called(view.viewer.name),
        customer=view.customer(language),
        assignee=view.assignee(language),
        colleague=_colleague(kind, language, view),
        team=view.team(language),
        metric=label.lower(),
        Metric=label,
        countdown=deadline.countdown if deadline else "",
        told=told[:1].lower() + told[1:],
        Told=told,
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
    return say[name].format(
        when=_when(view, language, deadline),
        metric=deadline.label.lower() if deadline else "",
        Metric=deadline.label if deadline else "",
        due=deadline.due if deadline else "",
        act=say[f"act.{deadline.metric}"] if deadline else "",
        channel=view.channel(language),
    )


def is_closing(kind: NotificationKind, view: TicketView) -> bool:
    """Return whether it is told that no answer gets through any more, not just that this didn't."""
    return kind is NotificationKind.SEND_FAILED and _reason_of_failure(view) in _CLOSING


def invitation(kind: NotificationKind, view: TicketView) -> str:
    """Return what was said to who is brought in; empty in any other notification."""
    if kind is not NotificationKind.INVITED:
        return ""
    last = _last("guest.invited", view)
    return as_written(last.text) if last else ""


def _headline_name(kind: NotificationKind, view: TicketView, deadline: Deadline | None) -> str:
    if kind in _UNASSIGNED and view.ticket.assignee_id is None:
        return f"headline.{kind}.unassigned"
    is_past = deadline is None or deadline.urgency is Urgency.LATE
    if kind is NotificationKind.REMINDER and is_past:
        return "headline.reminder.past"
    return f"headline.{kind}"


def _when(view: TicketView, language: str, deadline: Deadline | None) -> str:
    """Return by when something is to be done; where no deadline runs, who waits for whom."""
    shown = deadline or resting(view, language)
    label = shown.label if shown else ""
    return words(language)[f"advice.when.{_course(view, shown)}"].format(
        metric=label.lower(),
        Metric=label,
        due=shown.due if shown else "",
        Told=shown.sentence if shown else "",
    )


def _course(view: TicketView, deadline: Deadline | None) -> str:
    if deadline and deadline.urgency is not Urgency.PAUSED:
        return "late" if deadline.urgency is Urgency.LATE else "due"
    if view.ticket.waiting_since:
        return "waiting" if view.ticket.timers else "undated"
    return "paused" if deadline else "idle"


def _colleague(kind: NotificationKind, language: str, view: TicketView) -> str:
    """Return who asks for the viewer, where a colleague does."""
    last = _last(_FROM_COLLEAGUES.get(kind, ""), view)
    return who(last, view, language) if last else words(language)["somebody"]


def _failure(view: TicketView, language: str) -> str:
    return failure_text(_reason_of_failure(view), language)


def _reason_of_failure(view: TicketView) -> str:
    last = _last("message.failed", view)
    return last.detail.get("reason", "") if last else ""


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
