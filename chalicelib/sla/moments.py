"""What a ticket's timers bring by themselves, and when: reminders, the breach, its escalation."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from typing import NamedTuple

from chalicelib.domain.tickets import Metric, Moment, Time, Timer
from chalicelib.domain.values import replace
from chalicelib.sla.calendar import Calendar, before, next_opening
from chalicelib.sla.ladder import EscalationStep, Reminder
from chalicelib.sla.policy import Policy
from chalicelib.sla.timers import BREACH, ESCALATION, hours_of, passed_after_due, reaches_at

REMINDER = "reminder"
APOLOGY = "apology"
"""The customer is told that his answer takes longer."""

RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)

_Step = tuple[str, Callable[[], datetime]]
"""The name of a step and what works out its time, which nobody needs of one that is done."""


class Answers(NamedTuple):
    """What people did about a ticket's breaches: saw them last, closed the ticket last."""

    seen_at: datetime | None = None
    closed_at: datetime | None = None


NO_ANSWERS = Answers()


def steps_ahead(
    timers: Iterable[Timer], policy: Policy, calendar: Calendar, answers: Answers = NO_ANSWERS
) -> Iterator[Moment]:
    """Yield what is still to come of all timers; until a breach, no step that comes later than it.

    One may lie in the past: then it is overdue and fires at once.
    """
    for timer in timers:
        for step, at in _still_to_come(timer, policy, calendar, answers):
            if step not in timer.fired:
                yield Moment(at(), timer.metric, step)


def until_breach(timer: Timer, policy: Policy, calendar: Calendar) -> list[Moment]:
    """Return every step of a timer up to its deadline, done or not."""
    every = _until_breach(timer, policy, calendar)
    return [Moment(at(), timer.metric, step) for step, at in every]


def steps(timer: Timer, policy: Policy, calendar: Calendar) -> list[Moment]:
    """Return every step of a timer, done or not, in the order of their times."""
    rungs = (_turns(timer, number, rung, calendar) for number, rung in _rungs(policy))
    every = chain(_until_breach(timer, policy, calendar), *rungs)
    return sorted(Moment(at(), timer.metric, step) for step, at in every)


def is_rung(step: str) -> bool:
    return step_kind(step) == ESCALATION


def step_kind(step: str) -> str:
    return step.partition(":")[0]


def escalation_step(policy: Policy, step: str) -> EscalationStep:
    """Return the rung that `escalation:2` and its repetitions `escalation:2+1`… stand on."""
    number = step.partition(":")[2].partition("+")[0]
    return policy.escalation[int(number) - 1]


def reminder_of(policy: Policy, step: str) -> Reminder:
    return next(reminder for reminder in policy.reminders if reminder.step == step)


def _is_stopped(timer: Timer, rung: EscalationStep, answers: Answers) -> bool:
    breached_at = timer.breached_at
    if breached_at is None:
        return not timer.is_running
    if rung.until == "acknowledged" and _came_after(answers.seen_at, breached_at):
        return True
    if rung.until == "resolved" and not _came_after(answers.closed_at, breached_at):
        return False
    return not timer.is_running


def _came_after(at: datetime | None, breached_at: datetime) -> bool:
    return at is not None and at >= breached_at


def _still_to_come(
    timer: Timer, policy: Policy, calendar: Calendar, answers: Answers
) -> Iterator[_Step]:
    is_missed = timer.breached_at is not None
    if timer.is_running and not is_missed:
        yield from _until_breach(timer, policy, calendar)
    for number, rung in _rungs(policy):
        if (is_missed or not rung.after) and not _is_stopped(timer, rung, answers):
            yield from _turns(timer, number, rung, calendar)


def _rungs(policy: Policy) -> Iterator[tuple[int, EscalationStep]]:
    return enumerate(policy.escalation, 1)


def _until_breach(timer: Timer, policy: Policy, calendar: Calendar) -> Iterator[_Step]:
    for reminder in policy.reminders:
        if _comes_before_due(timer, reminder, calendar):
            yield reminder.step, partial(_reminder_at, timer, reminder, calendar)
    ahead = policy.tell_customer_before
    if ahead is not None and timer.metric in RESPONSES:
        # Of more than the whole target it would come with the message itself: then at the deadline.
        lead = ahead if ahead < timer.target else timedelta()
        yield APOLOGY, partial(before, hours_of(timer, calendar), timer.due_at, lead)
    yield BREACH, lambda: timer.due_at


def _comes_before_due(timer: Timer, reminder: Reminder, calendar: Calendar) -> bool:
    """Tell a reminder from one of more than the whole target, which comes with the ticket itself.

    One in working time may find none before a deadline on the wall.
    """
    if _is_at_work(timer, reminder.time):
        return timer.started_at < _reminder_at(timer, reminder, calendar) < timer.due_at
    return reminder.at.left is None or reminder.at.left < timer.target


def _is_at_work(timer: Timer, time: Time | None) -> bool:
    """Tell a step that comes in working time though its target is counted on the wall."""
    return (time, timer.time) == ("working", "wall")


def _reminder_at(timer: Timer, reminder: Reminder, calendar: Calendar) -> datetime:
    mark = reminder.at
    timed = _counted(timer, reminder.time)
    if mark.left is not None:
        return before(hours_of(timed, calendar), timer.due_at, mark.left)
    if timed.time == timer.time:
        return reaches_at(timer, timer.target * (mark.percent or 0) / 100, calendar)
    at = timer.started_at + (timer.due_at - timer.started_at) * (mark.percent or 0) / 100
    return next_opening(calendar, at) if _is_at_work(timer, reminder.time) else at


def _turns(timer: Timer, number: int, rung: EscalationStep, calendar: Calendar) -> Iterator[_Step]:
    repeat = rung.repeat
    for turn in range(repeat.times + 1 if repeat else 1):
        after = rung.after + repeat.every * turn if repeat else rung.after
        step = f"{ESCALATION}:{number}+{turn}" if turn else f"{ESCALATION}:{number}"
        yield step, partial(_passed_at, timer, rung, after, calendar)


def _passed_at(
    timer: Timer, rung: EscalationStep, after: timedelta, calendar: Calendar
) -> datetime:
    timed = _counted(timer, rung.time)
    if timed.time == timer.time:
        return reaches_at(timer, timer.target + after, calendar)
    at = passed_after_due(timed, after, calendar)
    return next_opening(calendar, at) if _is_at_work(timer, rung.time) else at


def _counted(timer: Timer, time: Time | None) -> Timer:
    return replace(timer, time=time) if time else timer
