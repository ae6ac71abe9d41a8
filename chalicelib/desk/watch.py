"""Talks where others may answer first: a ticket is watched, and is ours only when nobody did."""

from datetime import datetime

from chalicelib.desk import clock
from chalicelib.desk.decision import Context, Decision
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk
from chalicelib.desk.placing import place
from chalicelib.domain.events import PeerAnswered
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.domain.values import replace


def begin(draft: Draft, until_at: datetime) -> None:
    """Leave a question to others until `until_at`."""
    draft.change(status=Status.WATCHED, watched_until=until_at, timers=(), resolved_at=None)


def was_never_ours(ticket: Ticket | None) -> bool:
    """Tell a ticket that others answered, or may still answer."""
    return ticket is not None and ticket.watched_until is not None


def end(draft: Draft) -> None:
    """Make a question ours that nobody answered: deadlines count from now."""
    take_over(draft, draft.ticket.watched_until or draft.now)
    detail = {"request_type": draft.ticket.request_type}
    draft.tell_timeline("ticket.opened", "desk", detail=detail)
    place(draft)


def take_over(draft: Draft, at: datetime) -> None:
    """Make a watched question ours, as whoever acts on it does."""
    if was_never_ours(draft.ticket):
        ours = replace(draft.ticket, status=Status.OPEN, watched_until=None, resolved_at=None)
        begun = replace(ours, opened_at=at, waiting_since=at, timers=())
        draft.ticket = clock.retimed(begun, draft.desk)


def close(draft: Draft, at: datetime) -> None:
    """Let go of a question that was answered in time."""
    draft.change(status=Status.CLOSED, resolved_at=at)


def peer_answered(event: PeerAnswered, context: Context, desk: Desk, now: datetime) -> Decision:
    """Let go of a watched question; in a ticket of ours, just tell."""
    ticket = context.ticket
    if ticket is None or ticket.status.is_done:
        return Decision()
    draft = Draft(event_id=event.id, context=context, desk=desk, now=now, ticket=ticket)
    draft.tell_timeline("peer.answered", "customer", channel=event.identity.channel)
    if ticket.status is Status.WATCHED:
        close(draft, now)
    return draft.decision()
