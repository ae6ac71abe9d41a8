"""What a ticket is may change: its deadlines are counted again, and that is told."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from chalicelib.desk import clock
from chalicelib.desk.draft import Draft
from chalicelib.desk.schedule import ahead
from chalicelib.domain.tickets import Priority, Ticket, Timer
from chalicelib.domain.values import replace
from chalicelib.sla.moments import APOLOGY, REMINDER, step_kind, steps
from chalicelib.sla.timers import ESCALATION, fire

PRIORITIES = list(Priority)

TOO_LATE = (REMINDER, APOLOGY)
"""What is of no use after its time."""


def changed(draft: Draft, actor: str, **changes: Any) -> None:
    """Change what a ticket is; what is so already is no change."""
    news = {name: new for name, new in changes.items() if getattr(draft.ticket, name) != new}
    if not news:
        return
    draft.change(**news)
    told = {name: str(value or "") for name, value in news.items()}
    draft.tell_timeline("ticket.changed", actor, detail=told)
    recomputed(draft)


def raise_priority(draft: Draft, priority: Priority) -> None:
    """Make a ticket as urgent as `priority`, if it was less so."""
    if PRIORITIES.index(priority) > PRIORITIES.index(draft.ticket.priority):
        changed(draft, "desk", priority=priority)


def recomputed(draft: Draft) -> None:
    """Count the deadlines again, and tell those that moved."""
    before = _deadlines(draft.ticket)
    recounted(draft)
    after = _deadlines(draft.ticket)
    if after != before:
        draft.tell_timeline("sla.recomputed", "desk", detail=after)


def recounted(draft: Draft) -> None:
    """Count the deadlines again.

    A reminder whose time would have been before the change was never due; one whose time is still
    to come now, comes again. Nor was a rung of another policy's ladder due, where the deadline was
    missed already: the ladder before brought help.
    """
    before = draft.ticket
    draft.ticket = clock.retimed(before, draft.desk)
    is_other_policy = before.policy not in (None, draft.ticket.policy)
    if _deadlines(draft.ticket) != _deadlines(before):
        draft.change(timers=tuple(_reminding_again(draft)))
    elif not is_other_policy:
        return
    missed = {timer.metric for timer in before.timers if timer.breached_at and is_other_policy}
    for moment in list(ahead(draft.ticket, draft.desk, draft.now)):
        kind = step_kind(moment.step)
        is_no_more_due = kind in TOO_LATE or (kind == ESCALATION and moment.metric in missed)
        if moment.at <= draft.now and is_no_more_due:
            fired = partial(fire, step=moment.step)
            draft.ticket = clock.with_timer(draft.ticket, moment.metric, fired)


def _reminding_again(draft: Draft) -> Iterator[Timer]:
    """Yield the timers with those reminders undone whose time lies ahead."""
    ticket, desk = draft.ticket, draft.desk
    policy = clock.policy_of(ticket, desk)
    calendar = desk.calendar_of(policy, ticket.team_id)
    for timer in ticket.timers:
        every = steps(timer, policy, calendar) if policy else ()
        later = {each.step for each in every if each.at > draft.now}
        again = {step for step in later if step_kind(step) == REMINDER}
        yield replace(timer, fired=tuple(step for step in timer.fired if step not in again))


def _deadlines(ticket: Ticket) -> dict[str, str]:
    return {str(timer.metric): timer.due_at.isoformat() for timer in ticket.timers}
