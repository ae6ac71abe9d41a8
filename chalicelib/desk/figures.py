"""Facts for reports, read off what a decision changed: so they always sum to the timeline."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.desk import clock
from chalicelib.desk.decision import Fact
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Ticket, Timer
from chalicelib.sla.timers import spent


def ended(before: Ticket | None, after: Ticket, desk: Desk) -> Iterator[Fact]:
    """Yield a fact for each target that has been met by what happened."""
    known = {(t.metric, t.met_at) for t in before.timers} if before else set()
    for timer in after.timers:
        if timer.met_at and (timer.metric, timer.met_at) not in known:
            yield _met(timer, timer.met_at, after, desk)


def alert(ticket: Ticket, desk: Desk, now: datetime, **detail: str) -> Fact:
    """Return that an alert was given, and how late (K8)."""
    return Fact(kind="alert", at=now, ticket_id=ticket.id, detail={**_of(ticket, desk), **detail})


def _met(timer: Timer, met_at: datetime, ticket: Ticket, desk: Desk) -> Fact:
    detail = {
        **_of(ticket, desk),
        "metric": str(timer.metric),
        "started_at": timer.started_at.isoformat(),
        "due_at": timer.due_at.isoformat(),
        "target_seconds": str(int(timer.target.total_seconds())),
        "spent_seconds": _seconds(timer, met_at, ticket, desk),
        "kept": "no" if timer.breached_at else "yes",
    }
    return Fact(kind="target", at=met_at, ticket_id=ticket.id, detail=detail)


def _seconds(timer: Timer, met_at: datetime, ticket: Ticket, desk: Desk) -> str:
    return str(round(spent(timer, met_at, clock.calendar_of(ticket, desk)).total_seconds()))


def _of(ticket: Ticket, desk: Desk) -> dict[str, str]:
    """Return what a report groups by."""
    policy = clock.policy_of(ticket, desk)
    return {
        "policy": policy.name if policy else "",
        "request_type": ticket.request_type,
        "channel": ticket.identity.channel,
        "priority": str(ticket.priority),
        "team": ticket.team_id,
        "agent": ticket.assignee_id or "",
    }
