"""A ticket's next moment: the first of all that will happen on it by itself."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from chalicelib.channels.registry import adapter_class
from chalicelib.channels.windows import closes_at
from chalicelib.desk import clock
from chalicelib.desk.history import last_closed_at
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Moment, Status, Ticket
from chalicelib.domain.values import replace
from chalicelib.sla.calendar import due_at, next_opening, shift_end
from chalicelib.sla.moments import Answers, steps_ahead

WATCHED = "watched"
WINDOW_CLOSING = "window_closing"
ACKNOWLEDGE = "acknowledge"
SHIFT_END = "shift_end"
OPENING = "opening"
WAKE = "wake"
"""The steps of a ticket's own moments, that no timer brings."""

BEHIND_THE_FIRST = timedelta(seconds=2)
"""By how much a place in the queue is a place in time."""

MOVING = frozenset({WATCHED, ACKNOWLEDGE, SHIFT_END, OPENING, WAKE})
"""The steps at which a ticket gets another owner."""


def with_moment(ticket: Ticket, desk: Desk, now: datetime) -> Ticket:
    """Return `ticket` with what happens on it next by itself."""
    return replace(ticket, moment=min(ahead(ticket, desk, now), default=None))


def window_told_at(ticket: Ticket, desk: Desk) -> tuple[datetime, datetime] | None:
    """Return when the owner is told that the reply window closes, and when it does."""
    can = adapter_class(ticket.identity.channel).capabilities_on(ticket.surface)
    closing_at = closes_at(can, ticket.last_inbound_at)
    if closing_at is None:
        return None
    lead = min(desk.routing.remind_before_window_closes, (closing_at - ticket.last_inbound_at) / 2)
    return closing_at - lead, closing_at


def ahead(ticket: Ticket, desk: Desk, now: datetime) -> Iterator[Moment]:
    """Yield all that will happen on a ticket by itself unless something comes between."""
    if ticket.status.is_done:
        return
    if ticket.status is not Status.WATCHED:
        yield from _of_timers(ticket, desk)
    for at, step in _of_its_own(ticket, desk, now):
        if at is not None:
            yield Moment(at, "", step)


def _of_its_own(ticket: Ticket, desk: Desk, now: datetime) -> Iterator[tuple[datetime | None, str]]:
    if ticket.status is Status.WATCHED:
        yield ticket.watched_until, WATCHED
        return
    yield ticket.wake_at, WAKE
    if ticket.assignee_id is None:
        yield _offered_at(ticket), OPENING
    else:
        yield _acknowledge_by(ticket, desk), ACKNOWLEDGE
        yield _shift_ends_at(ticket, desk, now), SHIFT_END
    if ticket.status is Status.OPEN and ticket.window_told_at != ticket.last_inbound_at:
        told = window_told_at(ticket, desk)
        yield told and told[0], WINDOW_CLOSING


def _of_timers(ticket: Ticket, desk: Desk) -> Iterator[Moment]:
    policy = clock.policy_of(ticket, desk)
    if policy is None:
        return
    calendar = desk.calendar_of(policy, ticket.team_id)
    answers = Answers(seen_at=ticket.alerts_seen_at, closed_at=last_closed_at(ticket))
    yield from steps_ahead(ticket.timers, policy, calendar, answers)


def _offered_at(ticket: Ticket) -> datetime | None:
    """Return when a parked ticket is offered: who goes first is, a little before all others."""
    return ticket.parked_until and ticket.parked_until + BEHIND_THE_FIRST * ticket.rank


def _acknowledge_by(ticket: Ticket, desk: Desk) -> datetime | None:
    """Return when the owner loses the ticket unless he says that he has it."""
    within: timedelta | None = desk.teams[ticket.team_id].acknowledge_within
    if within is None or ticket.acknowledged_at or ticket.assigned_at is None:
        return None
    return due_at(desk.team_calendar(ticket.team_id), ticket.assigned_at, within)


def _shift_ends_at(ticket: Ticket, desk: Desk, now: datetime) -> datetime | None:
    """Return when the owner goes home and the ticket is given back, by his team's rule."""
    team = desk.teams[ticket.team_id]
    agent = desk.agents[ticket.assignee_id or ""]
    is_kept = team.give_back == "unanswered" and ticket.status is not Status.OPEN
    if agent.calendar is None or team.give_back == "never" or is_kept:
        return None
    calendar = desk.calendars[agent.calendar]
    ends_at = shift_end(calendar, now, team.break_up_to)
    # Who got it by hand while he was not there keeps it until the end of his next shift.
    if ends_at and ticket.assigned_at and ends_at <= ticket.assigned_at:
        return shift_end(calendar, next_opening(calendar, now), team.break_up_to)
    return ends_at
