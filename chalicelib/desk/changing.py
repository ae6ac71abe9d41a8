"""What a ticket is may change: its deadlines are counted again, and that is told."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from chalicelib.desk import clock
from chalicelib.desk.draft import Draft
from chalicelib.desk.schedule import ahead
from chalicelib.domain.tickets import Metric, Priority, Ticket, Timer
from chalicelib.domain.values import replace
from chalicelib.sla.moments import APOLOGY, REMINDER, step_kind, until_breach
from chalicelib.sla.timers import ESCALATION, fire, without_rungs

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
    is_other_policy = _takes_its_policy(draft)
    draft.ticket = clock.retimed(draft.ticket, draft.desk)
    if _deadlines(draft.ticket) != _deadlines(before):
        draft.change(timers=tuple(_reminding_again(draft)))
    elif not is_other_policy:
        return
    missed = _missed(before) & _missed(draft.ticket) if is_other_policy else frozenset()
    for moment in list(ahead(draft.ticket, draft.desk, draft.now)):
        kind = step_kind(moment.step)
        is_no_more_due = kind in TOO_LATE or (kind == ESCALATION and moment.metric in missed)
        if moment.at <= draft.now and is_no_more_due:
            fired = partial(fire, step=moment.step)
            draft.ticket = clock.with_timer(draft.ticket, moment.metric, fired)


def _takes_its_policy(draft: Draft) -> bool:
    """Return whether a ticket falls under another policy than before, whose ladder begins anew."""
    policy, before = clock.policy_of(draft.ticket, draft.desk), draft.ticket
    if policy is None or before.policy in (None, policy.name):
        return False
    draft.change(policy=policy.name, timers=tuple(map(without_rungs, before.timers)))
    return True


def _missed(ticket: Ticket) -> frozenset[Metric]:
    return frozenset(timer.metric for timer in ticket.timers if timer.breached_at)


def _reminding_again(draft: Draft) -> Iterator[Timer]:
    """Yield the timers with those reminders undone whose time lies ahead."""
    ticket, desk = draft.ticket, draft.desk
    policy = clock.policy_of(ticket, desk)
    calendar = desk.calendar_of(policy, ticket.team_id)
    for timer in ticket.timers:
        every = until_breach(timer, policy, calendar) if policy else ()
        later = {each.step for each in every if each.at > draft.now}
        again = {step for step in later if step_kind(step) == REMINDER}
        yield replace(timer, fired=tuple(step for step in timer.fired if step not in again))


def _deadlines(ticket: Ticket) -> dict[str, str]:
    return {str(timer.metric): timer.due_at.isoformat() for timer in ticket.timers}
