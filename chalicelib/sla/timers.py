"""A target's clock on one ticket, computed from the ticket's history and never counted down.

Whatever changes (a pause, a reopening, another policy), the timer is worked out again from its
start; only what was done already (`fired`) and found missed is taken over from the one before.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.tickets import Metric, Timer
from chalicelib.domain.values import replace
from chalicelib.sla.calendar import ALWAYS, Calendar, due_at, elapsed
from chalicelib.sla.policy import Target

Span = tuple[datetime, datetime]

BREACH = "breach"
ESCALATION = "escalation"
AFTER_BREACH = (BREACH, f"{ESCALATION}:")
"""How the steps begin that a deadline brings which was not missed after all."""


class Course(NamedTuple):
    """What a clock went through: `rests` in order, one that lasts since `resting_since`."""

    started_at: datetime
    rests: tuple[Span, ...] = ()
    resting_since: datetime | None = None
    met_at: datetime | None = None


def timer(
    metric: Metric, target: Target, course: Course, calendar: Calendar, known: Timer | None = None
) -> Timer:
    """Return the timer of `target` after `course`; `known` is what was known of it before.

    What has been met stays as it was met: another policy doesn't judge it anew.
    """
    if known and _has_ended(known, course):
        return known
    pauses = _in_order(course)
    hours = calendar if target.time == "working" else ALWAYS
    due_at = _reached_at(course.started_at, pauses, target.within, hours)
    fired, breached_at = _taken_over(known, course, due_at)
    made = Timer(
        metric=metric,
        target=target.within,
        time=target.time,
        started_at=course.started_at,
        due_at=due_at,
        pauses=pauses,
        paused_at=course.resting_since and max(course.resting_since, course.started_at),
        met_at=course.met_at,
        fired=fired,
        breached_at=breached_at,
    )
    if made.met_at and made.paused_at is None and made.met_at > due_at:
        return breach(made)
    return made


def breach(timer: Timer) -> Timer:
    """Record the deadline as missed, at the deadline and not at the moment of noticing."""
    return fire(replace(timer, breached_at=timer.due_at), BREACH)


def fire(timer: Timer, step: str) -> Timer:
    """Record a step as done."""
    return timer if step in timer.fired else replace(timer, fired=(*timer.fired, step))


def is_same_wait(known: Timer, now: Timer | Course) -> bool:
    """Tell a wait from another one; a message heard of late may move its start back."""
    has_ended = known.met_at is not None and now.met_at is None
    return known.metric is not Metric.NEXT_RESPONSE or (
        now.started_at <= known.started_at and not has_ended
    )


def without_rungs(timer: Timer) -> Timer:
    """Forget which rungs of a ladder were done."""
    rungs = f"{ESCALATION}:"
    return replace(timer, fired=tuple(step for step in timer.fired if not step.startswith(rungs)))


def passed_after_due(timer: Timer, spent: timedelta, calendar: Calendar) -> datetime:
    """Return when `spent` has passed since the timer's deadline, its pauses left out."""
    later = ((max(from_at, timer.due_at), to) for from_at, to in timer.pauses if to > timer.due_at)
    return _reached_at(timer.due_at, tuple(later), spent, hours_of(timer, calendar))


def reaches_at(timer: Timer, spent: timedelta, calendar: Calendar) -> datetime:
    """Return when `spent` has passed on the timer, its pauses left out."""
    return _reached_at(timer.started_at, timer.pauses, spent, hours_of(timer, calendar))


def spent(timer: Timer, at: datetime, calendar: Calendar) -> timedelta:
    """Return how much time has passed on the timer until `at`, its pauses left out."""
    hours = hours_of(timer, calendar)
    until_at = at if timer.paused_at is None else min(at, timer.paused_at)
    rested = sum(
        (elapsed(hours, from_at, min(to, until_at)) for from_at, to in timer.pauses), timedelta()
    )
    return elapsed(hours, timer.started_at, until_at) - rested


def hours_of(timer: Timer, calendar: Calendar) -> Calendar:
    """Return in which hours the timer runs."""
    return calendar if timer.time == "working" else ALWAYS


def _has_ended(known: Timer, course: Course) -> bool:
    met_at = known.met_at
    return met_at is not None and (met_at, known.started_at) == (course.met_at, course.started_at)


def _in_order(course: Course) -> tuple[Span, ...]:
    """Return the pauses in order and apart: events may come with an earlier time than the last."""
    reached, pauses = course.started_at, []
    for from_at, until_at in course.rests:
        begins_at = max(from_at, reached)
        if until_at > begins_at:
            pauses.append((begins_at, until_at))
            reached = until_at
    return tuple(pauses)


def _reached_at(
    from_at: datetime, pauses: tuple[Span, ...], left: timedelta, hours: Calendar
) -> datetime:
    for paused_at, resumed_at in pauses:
        ran = elapsed(hours, from_at, paused_at)
        if left <= ran:
            break
        from_at, left = resumed_at, left - ran
    return due_at(hours, from_at, left)


def _taken_over(
    known: Timer | None, course: Course, due_at: datetime
) -> tuple[tuple[str, ...], datetime | None]:
    """Return what was done, and when it was missed, if that still holds for the same wait.

    A deadline that lies later now than its miss is not missed any more, nor one that was met in
    time by what is heard of only now.
    """
    if known is None or not is_same_wait(known, course):
        return (), None
    is_met = course.met_at is not None and course.met_at <= due_at
    is_missed = known.breached_at is not None and due_at <= known.breached_at and not is_met
    fired = tuple(step for step in known.fired if is_missed or not step.startswith(AFTER_BREACH))
    return fired, due_at if is_missed else None
