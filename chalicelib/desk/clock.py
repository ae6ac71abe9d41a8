"""A ticket's timers: what follows from its history, its policy and its calendar."""

from collections.abc import Callable, Iterator, Mapping

from chalicelib.desk.history import first_closed_at
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Metric, Status, Ticket, Timer
from chalicelib.domain.values import replace
from chalicelib.sla import timers
from chalicelib.sla.calendar import is_open
from chalicelib.sla.policy import Policy, match_policy
from chalicelib.sla.timers import Course, Span


def policy_of(ticket: Ticket, desk: Desk) -> Policy | None:
    """Return the policy that a ticket falls under, if any does."""
    return match_policy(desk.policies, lambda name: TRAITS[name](ticket, desk))


def retimed(ticket: Ticket, desk: Desk) -> Ticket:
    """Return a ticket with its timers as its policy says today, counted from their start.

    A target that is gone takes its timer along unless that has been met or missed already.
    """
    policy = policy_of(ticket, desk)
    if policy is None:
        return replace(ticket, timers=tuple(filter(_has_ended, ticket.timers)))
    calendar = desk.calendar_of(policy, ticket.team_id)
    known = {timer.metric: timer for timer in ticket.timers}
    gone = [t for t in ticket.timers if t.metric not in policy.targets and _has_ended(t)]
    counted = (
        timers.timer(metric, policy.targets[metric], course, calendar, known.get(metric))
        for metric, course in _courses(ticket, policy)
        if metric in policy.targets
    )
    return replace(ticket, timers=(*gone, *counted), policy=ticket.policy or policy.name)


def with_timer(ticket: Ticket, metric: str, change: Callable[[Timer], Timer]) -> Ticket:
    """Return `ticket` with its timer of one metric changed."""
    changed = (change(timer) if timer.metric == metric else timer for timer in ticket.timers)
    return replace(ticket, timers=tuple(changed))


def _courses(ticket: Ticket, policy: Policy) -> Iterator[tuple[Metric, Course]]:
    """Yield each metric that a ticket's history has begun, and how it went since."""
    closed_at = first_closed_at(ticket)
    opened_at = ticket.opened_at
    yield Metric.ACCEPT, Course(started_at=opened_at, met_at=ticket.accepted_at or closed_at)
    first_met_at = min(filter(None, (ticket.answered_at, closed_at)), default=None)
    yield Metric.FIRST_RESPONSE, Course(started_at=opened_at, met_at=first_met_at)
    if first_met_at and ticket.waiting_since:
        yield Metric.NEXT_RESPONSE, Course(started_at=ticket.waiting_since)
    elif ticket.last_wait:
        since, until = ticket.last_wait
        yield Metric.NEXT_RESPONSE, Course(started_at=since, met_at=until)
    yield Metric.RESOLUTION, _resolution(ticket, policy)


def _resolution(ticket: Ticket, policy: Policy) -> Course:
    pauses = policy.pause_while_pending
    rests: tuple[Span, ...] = tuple(
        (rest.from_at, rest.until_at)
        for rest in ticket.rests
        if pauses or rest.status is Status.RESOLVED
    )
    return Course(
        started_at=ticket.opened_at,
        rests=rests,
        resting_since=ticket.pending_since if pauses else None,
        met_at=ticket.resolved_at,
    )


def _hours(ticket: Ticket, desk: Desk) -> str:
    calendar = desk.team_calendar(ticket.team_id)
    return "inside" if is_open(calendar, ticket.opened_at) else "outside"


TRAITS: Mapping[str, Callable[[Ticket, Desk], str | None]] = {
    "request_type": lambda ticket, _: ticket.request_type,
    "product": lambda ticket, _: ticket.product,
    "channel": lambda ticket, _: ticket.identity.channel,
    "account": lambda ticket, _: ticket.identity.account,
    "priority": lambda ticket, _: ticket.priority,
    "tier": lambda ticket, _: ticket.tier,
    "team": lambda ticket, _: ticket.team_id,
    "language": lambda ticket, _: ticket.language,
    "hours": _hours,
}
"""What a ticket is, by the names of what a policy may demand."""


def _has_ended(timer: Timer) -> bool:
    return timer.met_at is not None or timer.breached_at is not None
