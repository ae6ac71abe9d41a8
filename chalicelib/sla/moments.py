"""What a ticket's timers bring by themselves, and when: reminders, the breach, its escalation."""

from collections.abc import Iterable, Iterator

from chalicelib.domain.tickets import Moment, Timer
from chalicelib.sla.calendar import Calendar, before
from chalicelib.sla.policy import Policy, Reminder
from chalicelib.sla.timers import reaches_at

BREACH = "breach"
ESCALATION = "escalation:1"


def next_moment(timers: Iterable[Timer], policy: Policy, calendar: Calendar) -> Moment | None:
    """Return the earliest step still to come of all running timers.

    It may lie in the past: then it is overdue and fires at once.
    """
    ahead = (
        moment
        for timer in timers
        if timer.is_running
        for moment in steps(timer, policy, calendar)
        if _is_ahead(timer, moment.step)
    )
    return min(ahead, default=None)


def steps(timer: Timer, policy: Policy, calendar: Calendar) -> list[Moment]:
    """Return every step of a timer, done or not, in the order of their times."""
    return sorted(_steps(timer, policy, calendar))


def _steps(timer: Timer, policy: Policy, calendar: Calendar) -> Iterator[Moment]:
    for reminder in policy.reminders:
        # A reminder of more than the whole target would come with the ticket itself.
        if reminder.left is None or reminder.left < timer.target:
            yield _reminder(timer, reminder, calendar)
    yield Moment(timer.due_at, timer.metric, BREACH)
    if policy.escalation:
        spent = timer.target + policy.escalation.after
        yield Moment(reaches_at(timer, spent, calendar), timer.metric, ESCALATION)


def _reminder(timer: Timer, reminder: Reminder, calendar: Calendar) -> Moment:
    if reminder.left is not None:
        at = before(calendar, timer.due_at, reminder.left)
    else:
        at = reaches_at(timer, timer.target * (reminder.percent or 0) / 100, calendar)
    return Moment(at, timer.metric, reminder.step)


def _is_ahead(timer: Timer, step: str) -> bool:
    if step in timer.fired:
        return False
    return timer.breached_at is None or step == ESCALATION
