"""What a deadline brings: reminders, the breach, the rungs of its escalation, a word of apology."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial

from chalicelib.desk import clock, figures
from chalicelib.desk.assurance import apologise
from chalicelib.desk.changing import raise_priority
from chalicelib.desk.decision import Fact, NotificationKind
from chalicelib.desk.draft import Draft, lateness
from chalicelib.desk.passing_on import pass_on
from chalicelib.desk.telling import tell_agent
from chalicelib.domain.tickets import Moment, Ticket, Timer
from chalicelib.sla import timers
from chalicelib.sla.escalation import who
from chalicelib.sla.moments import (
    APOLOGY,
    REMINDER,
    escalation_step,
    reminder_of,
    step_kind,
)
from chalicelib.sla.policy import Policy


def sound(draft: Draft, moment: Moment) -> None:
    """Do one step of a timer, and note that it is done and how late."""
    fired = partial(timers.fire, step=moment.step)
    draft.ticket = clock.with_timer(draft.ticket, moment.metric, fired)
    policy = clock.policy_of(draft.ticket, draft.desk)
    if policy is None:
        return
    if step_kind(moment.step) != APOLOGY:
        draft.facts.append(_given(draft, moment))
    SOUNDS[step_kind(moment.step)](draft, moment, policy)


def responsible(draft: Draft) -> str:
    """Return the owner, or the team's lead while there is none."""
    return draft.ticket.assignee_id or draft.desk.teams[draft.ticket.team_id].lead


def _remind(draft: Draft, moment: Moment, policy: Policy) -> None:
    reminder = reminder_of(policy, moment.step)
    detail = _about(draft, moment)
    draft.tell_timeline("sla.reminded", "desk", detail=detail)
    for agent_id in _told(draft, reminder.to):
        tell_agent(draft, agent_id, NotificationKind.REMINDER, detail, by=reminder.by)


def _breach(draft: Draft, moment: Moment, _policy: Policy) -> None:
    """The deadline itself is the breach's time, whenever the alert gets out."""
    draft.ticket = clock.with_timer(draft.ticket, moment.metric, timers.breach)
    detail = _about(draft, moment)
    draft.tell_timeline("sla.breached", "desk", detail=detail)
    tell_agent(draft, responsible(draft), NotificationKind.BREACHED, detail)


def _escalate(draft: Draft, moment: Moment, policy: Policy) -> None:
    rung = escalation_step(policy, moment.step)
    told = _told(draft, rung.to)
    detail = _about(draft, moment)
    draft.change(escalations=draft.ticket.escalations + 1)
    draft.tell_timeline("sla.escalated", "desk", detail={**detail, "to": ", ".join(told)})
    for agent_id in told:
        tell_agent(draft, agent_id, NotificationKind.ESCALATED, detail, by=rung.by, wake=rung.wake)
    if rung.priority:
        raise_priority(draft, rung.priority)
    pass_on(draft, rung.reassign)


def _apologise(draft: Draft, moment: Moment, _policy: Policy) -> None:
    if apologise(draft, _timer(draft.ticket, moment)):
        draft.tell_timeline("customer.told", "desk", detail=_about(draft, moment))


SOUNDS: Mapping[str, Callable[[Draft, Moment, Policy], None]] = {
    REMINDER: _remind,
    timers.BREACH: _breach,
    timers.ESCALATION: _escalate,
    APOLOGY: _apologise,
}


def _given(draft: Draft, moment: Moment) -> Fact:
    late = (draft.now - moment.at) // timedelta(milliseconds=1)
    return figures.alert(
        draft.ticket,
        draft.desk,
        draft.now,
        metric=str(moment.metric),
        step=moment.step,
        due_at=moment.at.isoformat(),
        late_ms=str(late),
    )


def _told(draft: Draft, to: tuple[str, ...]) -> tuple[str, ...]:
    ticket, desk = draft.ticket, draft.desk
    return who(to, ticket.assignee_id, desk.teams[ticket.team_id], desk.agents)


def _timer(ticket: Ticket, moment: Moment) -> Timer:
    return next(timer for timer in ticket.timers if timer.metric is moment.metric)


def _about(draft: Draft, moment: Moment) -> dict[str, str]:
    return {
        "metric": str(moment.metric),
        "step": moment.step,
        "at": moment.at.isoformat(),
        "due_at": _timer(draft.ticket, moment).due_at.isoformat(),
        **lateness(moment.at, draft.now),
    }
