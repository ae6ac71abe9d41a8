"""Facts for reports, read off what a decision changed: so they always sum to the timeline."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from chalicelib.desk import clock
from chalicelib.desk.decision import Fact
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Ticket, Timer
from chalicelib.sla.calendar import Calendar
from chalicelib.sla.policy import Policy
from chalicelib.sla.timers import spent


def ended(before: Iterable[Ticket | None], after: Ticket, desk: Desk) -> Iterator[Fact]:
    """Yield a fact for each target met by what happened; `before` are the tickets concerned."""
    met = [timer for timer in after.timers if timer.met_at]
    if met:
        known = {(timer.metric, timer.met_at) for one in before if one for timer in one.timers}
        met = [timer for timer in met if (timer.metric, timer.met_at) not in known]
    if not met:
        return
    policy = clock.policy_of(after, desk)
    told, calendar = _of(after, policy), desk.calendar_of(policy, after.team_id)
    for timer in met:
        at = timer.met_at or timer.due_at
        detail = {**told, **_met(timer, at, calendar)}
        yield Fact(kind="target", at=at, ticket_id=after.id, detail=detail)


def alert(ticket: Ticket, desk: Desk, now: datetime, **detail: str) -> Fact:
    """Return that an alert was given, and how late (K8)."""
    told = _of(ticket, clock.policy_of(ticket, desk))
    return Fact(kind="alert", at=now, ticket_id=ticket.id, detail={**told, **detail})


def _met(timer: Timer, met_at: datetime, calendar: Calendar) -> dict[str, str]:
    return {
        "metric": str(timer.metric),
        "started_at": timer.started_at.isoformat(),
        "due_at": timer.due_at.isoformat(),
        "target_seconds": str(int(timer.target.total_seconds())),
        "spent_seconds": str(round(spent(timer, met_at, calendar).total_seconds())),
        "kept": "no" if timer.breached_at else "yes",
    }


def _of(ticket: Ticket, policy: Policy | None) -> dict[str, str]:
    """Return what a report groups by."""
    return {
        "policy": policy.name if policy else "",
        "request_type": ticket.request_type,
        "channel": ticket.identity.channel,
        "priority": str(ticket.priority),
        "team": ticket.team_id,
        "agent": ticket.assignee_id or "",
    }
