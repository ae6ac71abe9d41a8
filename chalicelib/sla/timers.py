"""A target's clock on one ticket: it starts, stands still, goes on, is met or breached.

Every function returns the timer after what happened. Told twice, it has happened once.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.tickets import Metric, Timer
from chalicelib.sla.calendar import Calendar, due_at, elapsed


def start(metric: Metric, target: timedelta, at: datetime, calendar: Calendar) -> Timer:
    return Timer(metric=metric, target=target, started_at=at, due_at=due_at(calendar, at, target))


def pause(timer: Timer, at: datetime) -> Timer:
    """Stop the clock; a met timer has none to stop."""
    if not timer.is_running:
        return timer
    return replace(timer, paused_at=_not_before(timer, at))


def resume(timer: Timer, at: datetime, calendar: Calendar) -> Timer:
    """Let the clock go on, with as much time left as when it stopped."""
    if timer.paused_at is None or timer.met_at is not None:
        return timer
    return _skip(timer, timer.paused_at, at, calendar)


def meet(timer: Timer, at: datetime) -> Timer:
    """Stop the clock for good. Met after its deadline it is breached, at the deadline.

    A paused timer keeps `paused_at`: it was met while it stood still, so it is never late.
    """
    if timer.met_at is not None:
        return timer
    if timer.is_running and at > timer.due_at:
        timer = breach(timer, timer.due_at)
    return replace(timer, met_at=at)


def reopen(timer: Timer, resolved_at: datetime, at: datetime, calendar: Calendar) -> Timer:
    """Let a met clock go on; the time in which the ticket was resolved doesn't count."""
    if timer.met_at is None:
        return timer
    stood_from = _not_before(timer, resolved_at) if timer.paused_at is None else timer.paused_at
    return _skip(replace(timer, met_at=None), stood_from, at, calendar)


def breach(timer: Timer, at: datetime) -> Timer:
    """Record the deadline as missed. `at` is the deadline, not the moment of noticing."""
    return fire(replace(timer, breached_at=timer.breached_at or at), "breach")


def fire(timer: Timer, step: str) -> Timer:
    """Record a step as done."""
    return timer if step in timer.fired else replace(timer, fired=(*timer.fired, step))


def retarget(timer: Timer, target: timedelta, calendar: Calendar) -> Timer:
    """Apply a changed policy from the very start of the clock; what is met stays as it was."""
    if timer.met_at is not None:
        return timer
    timer = replace(timer, target=target)
    return replace(timer, due_at=reaches_at(timer, target, calendar))


def reaches_at(timer: Timer, spent: timedelta, calendar: Calendar) -> datetime:
    """Return when `spent` open time has passed on the timer, its pauses left out."""
    from_at, left = timer.started_at, spent
    for paused_at, resumed_at in timer.pauses:
        ran = elapsed(calendar, from_at, paused_at)
        if left <= ran:
            break
        from_at, left = resumed_at, left - ran
    return due_at(calendar, from_at, left)


def _skip(timer: Timer, from_at: datetime, until_at: datetime, calendar: Calendar) -> Timer:
    pauses = (*timer.pauses, (from_at, until_at)) if until_at > from_at else timer.pauses
    timer = replace(timer, pauses=pauses, paused_at=None)
    return replace(timer, due_at=reaches_at(timer, timer.target, calendar))


def _not_before(timer: Timer, at: datetime) -> datetime:
    """Keep pauses in order: events may come with an earlier time than the last one."""
    earliest = timer.pauses[-1][1] if timer.pauses else timer.started_at
    return max(at, earliest)
