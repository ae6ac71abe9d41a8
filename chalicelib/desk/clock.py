"""A ticket's timers and its next moment: what follows from the ticket, its policy and calendar."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.channels.registry import adapter_class
from chalicelib.channels.windows import closes_at
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Metric, Moment, Status, Ticket, Timer
from chalicelib.sla import timers
from chalicelib.sla.calendar import Calendar
from chalicelib.sla.moments import next_moment
from chalicelib.sla.policy import Policy, match_policy

RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
WATCHED = "watched"
WINDOW_CLOSING = "window_closing"
"""The steps of a ticket's own moments."""

FROM_THE_START = (Metric.FIRST_RESPONSE, Metric.RESOLUTION)
"""The metrics that count from the customer's first message."""


def policy_of(ticket: Ticket, desk: Desk) -> Policy | None:
    """Return the policy that a ticket falls under, if any does."""
    return match_policy(
        desk.policies,
        request_type=ticket.request_type,
        channel=ticket.identity.channel,
        account=ticket.identity.account,
        priority=ticket.priority,
        team=ticket.team_id,
    )


def with_timers(ticket: Ticket, desk: Desk, started_at: datetime) -> Ticket:
    """Return a new ticket with a timer for each target, all counting from `started_at`."""
    return retimed(replace(ticket, opened_at=started_at, timers=()), desk)


def retimed(ticket: Ticket, desk: Desk) -> Ticket:
    """Return a ticket with its timers as its policy says today, counted from their start.

    A target that is gone takes its timer along unless that has been met or missed already.
    """
    policy = policy_of(ticket, desk)
    if policy is None:
        return replace(ticket, timers=tuple(filter(_has_ended, ticket.timers)))
    calendar = desk.calendar_of(policy, ticket.team_id)
    running = {timer.metric: timer for timer in ticket.timers}
    kept = [t for t in ticket.timers if t.metric not in policy.targets and _has_ended(t)]
    for metric, target in policy.targets.items():
        timer = running.get(metric)
        if timer is not None:
            kept.append(timers.retarget(timer, target, calendar))
        elif metric in FROM_THE_START:
            kept.append(_started(ticket, metric, target, calendar))
    return replace(ticket, timers=tuple(kept))


def with_moment(ticket: Ticket, desk: Desk) -> Ticket:
    """Return `ticket` with what happens on it next by itself."""
    if ticket.status.is_done:
        return replace(ticket, moment=None)
    ahead = (_timer_moment(ticket, desk), _own_moment(ticket, desk))
    return replace(ticket, moment=min(filter(None, ahead), default=None))


def _timer_moment(ticket: Ticket, desk: Desk) -> Moment | None:
    policy = policy_of(ticket, desk)
    if policy is None:
        return None
    return next_moment(ticket.timers, policy, desk.calendar_of(policy, ticket.team_id))


def _own_moment(ticket: Ticket, desk: Desk) -> Moment | None:
    """Return what comes without a timer: a watched talk becomes ours, a reply window closes."""
    if ticket.status is Status.WATCHED and ticket.watched_until:
        return Moment(ticket.watched_until, "", WATCHED)
    if ticket.status is not Status.OPEN or ticket.window_told_at == ticket.last_inbound_at:
        return None
    can = adapter_class(ticket.identity.channel).capabilities_on(ticket.surface)
    closing_at = closes_at(can, ticket.last_inbound_at)
    if closing_at is None:
        return None
    lead = min(desk.routing.remind_before_window_closes, (closing_at - ticket.last_inbound_at) / 2)
    return Moment(closing_at - lead, "", WINDOW_CLOSING)


def answered(ticket: Ticket, at: datetime, desk: Desk) -> Ticket:
    """Return `ticket` after an answer at `at`: responses are met, and we wait for the customer."""
    answered_at = ticket.answered_at or at
    met = _each(
        replace(ticket, answered_at=answered_at),
        lambda t: timers.meet(t, at) if t.metric in RESPONSES else t,
    )
    if met.status.is_done:
        return met
    policy = policy_of(ticket, desk)
    pending = replace(met, status=Status.PENDING)
    if policy is None or not policy.pause_while_pending:
        return pending
    return _each(pending, lambda t: timers.pause(t, at) if t.met_at is None else t)


def asked_again(ticket: Ticket, at: datetime, desk: Desk) -> Ticket:
    """Return `ticket` after the customer wrote again: it is our turn, and clocks go on."""
    calendar = _calendar(ticket, desk)
    return _each(
        replace(ticket, status=Status.OPEN),
        lambda t: timers.resume(t, at, calendar) if t.paused_at else t,
    )


def resolved(ticket: Ticket, at: datetime) -> Ticket:
    met = _each(ticket, lambda t: timers.meet(t, at))
    return replace(met, status=Status.RESOLVED, resolved_at=at)


def reopened(ticket: Ticket, at: datetime, desk: Desk) -> Ticket:
    """Return a resolved ticket as open again: the time it was closed counts as a pause."""
    calendar, resolved_at = _calendar(ticket, desk), ticket.resolved_at or at
    opened = _each(
        ticket,
        lambda t: (
            timers.reopen(t, resolved_at, at, calendar) if t.metric is Metric.RESOLUTION else t
        ),
    )
    return replace(opened, status=Status.OPEN, resolved_at=None)


def _started(ticket: Ticket, metric: Metric, target: timedelta, calendar: Calendar) -> Timer:
    """Return a timer as if it had been there from the start: an answer given has met it."""
    timer = timers.start(metric, target, ticket.opened_at, calendar)
    if metric is Metric.FIRST_RESPONSE and ticket.answered_at:
        return timers.meet(timer, ticket.answered_at)
    return timer


def _each(ticket: Ticket, change: Callable[[Timer], Timer]) -> Ticket:
    return replace(ticket, timers=tuple(map(change, ticket.timers)))


def _calendar(ticket: Ticket, desk: Desk) -> Calendar:
    policy = policy_of(ticket, desk)
    if policy is None:
        return desk.calendars[desk.teams[ticket.team_id].calendar]
    return desk.calendar_of(policy, ticket.team_id)


def _has_ended(timer: Timer) -> bool:
    return timer.met_at is not None or timer.breached_at is not None
