"""What happens on a ticket by itself: reminders, breaches, escalations, a changed desk, room."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from chalicelib.channels.registry import adapter_class
from chalicelib.channels.windows import closes_at
from chalicelib.desk import clock, watch
from chalicelib.desk.decision import Context, Decision, NotificationKind
from chalicelib.desk.draft import Draft, lateness
from chalicelib.desk.model import Desk
from chalicelib.desk.placing import give, try_to_place
from chalicelib.domain.events import DeskChanged, MomentDue, RoomMade, Signal
from chalicelib.domain.tickets import Moment, Ticket
from chalicelib.routing.assignment import stand_in
from chalicelib.sla import timers
from chalicelib.sla.escalation import who
from chalicelib.sla.policy import Policy


def moment_due(event: MomentDue, context: Context, desk: Desk, now: datetime) -> Decision:
    """Do what is due on a ticket, once: a moment that is no longer the ticket's is stale."""
    ticket = context.ticket
    if ticket is None or ticket.moment is None or ticket.moment.at != event.moment_at:
        return Decision()
    if now < ticket.moment.at:
        return Decision()
    moment = ticket.moment
    draft = _draft(event, context, desk, now, _fired(ticket, moment))
    if moment.step in OWN_STEPS:
        OWN_STEPS[moment.step](draft)
        return draft.decision()
    policy = clock.policy_of(ticket, desk)
    if policy is not None:
        kind, _, _ = moment.step.partition(":")
        STEPS[kind](draft, moment, policy)
    return draft.decision()


def desk_changed(event: DeskChanged, context: Context, desk: Desk, now: datetime) -> Decision:
    """Count a ticket's deadlines again under the desk now in force."""
    if context.ticket is None or context.ticket.status.is_done:
        return Decision()
    ticket = context.ticket
    draft = _draft(event, context, desk, now, clock.with_moment(clock.retimed(ticket, desk), desk))
    if draft.ticket.timers != ticket.timers:
        draft.tell_timeline("sla.recomputed", "desk", detail=_deadlines(draft.ticket))
    if ticket.assignee_id is None:
        try_to_place(draft)
    return draft.decision()


def room_made(event: RoomMade, context: Context, desk: Desk, now: datetime) -> Decision:
    """Give a parked ticket to somebody who can take it now; else leave it parked, untold."""
    ticket = context.ticket
    if ticket is None or ticket.assignee_id or ticket.status.is_done:
        return Decision()
    draft = _draft(event, context, desk, now, ticket)
    return draft.decision() if try_to_place(draft) else Decision()


def _remind(draft: Draft, moment: Moment, _policy: Policy) -> None:
    detail = _about(draft, moment)
    draft.tell_timeline("sla.reminded", "desk", detail=detail)
    draft.tell_agent(_responsible(draft), NotificationKind.REMINDER, **detail)


def _breach(draft: Draft, moment: Moment, _policy: Policy) -> None:
    """The deadline itself is the breach's time, whenever the alert gets out."""
    draft.change(
        timers=tuple(
            timers.breach(t, t.due_at) if t.metric is moment.metric else t
            for t in draft.ticket.timers
        )
    )
    detail = _about(draft, moment)
    draft.tell_timeline("sla.breached", "desk", detail=detail)
    draft.tell_agent(_responsible(draft), NotificationKind.BREACHED, **detail)


def _escalate(draft: Draft, moment: Moment, policy: Policy) -> None:
    ticket, desk = draft.ticket, draft.desk
    if policy.escalation is None:
        return
    told = who(policy.escalation, ticket.assignee_id, desk.teams[ticket.team_id], desk.agents)
    detail = _about(draft, moment)
    draft.tell_timeline("sla.escalated", "desk", detail={**detail, "to": ", ".join(told)})
    for agent_id in told:
        draft.tell_agent(agent_id, NotificationKind.ESCALATED, **detail)
    if policy.escalation.reassign and ticket.assignee_id:
        _pass_on(draft, ticket.assignee_id)


def _pass_on(draft: Draft, owner_id: str) -> None:
    """Give an escalated ticket to the owner's backup, if he is there."""
    backup = draft.desk.agents[owner_id].backup
    if backup is None:
        return
    chosen = stand_in(backup, draft.desk.roster, draft.context.states, draft.now)
    if chosen.agent_id not in (None, owner_id):
        give(draft, str(chosen.agent_id), "escalated", backup_for=owner_id)


def _tell_of_closing_window(draft: Draft) -> None:
    """Remind the owner while an answer may still go as usual."""
    ticket = draft.ticket
    can = adapter_class(ticket.identity.channel).capabilities_on(ticket.surface)
    closing_at = closes_at(can, ticket.last_inbound_at)
    draft.change(window_told_at=ticket.last_inbound_at)
    if closing_at is None or closing_at <= draft.now:
        return  # It closed while the ticket was: there is nothing to hurry for.
    detail = {"closes_at": closing_at.isoformat()}
    draft.tell_timeline("window.closing", "desk", detail=detail)
    draft.tell_agent(_responsible(draft), NotificationKind.WINDOW_CLOSING, **detail)


OWN_STEPS: Mapping[str, Callable[[Draft], None]] = {
    clock.WATCHED: watch.end,
    clock.WINDOW_CLOSING: _tell_of_closing_window,
}

STEPS: Mapping[str, Callable[[Draft, Moment, Policy], None]] = {
    "reminder": _remind,
    "breach": _breach,
    "escalation": _escalate,
}


def _fired(ticket: Ticket, moment: Moment) -> Ticket:
    return replace(
        ticket,
        timers=tuple(
            replace(t, fired=(*t.fired, moment.step)) if t.metric is moment.metric else t
            for t in ticket.timers
        ),
    )


def _about(draft: Draft, moment: Moment) -> dict[str, str]:
    due_at = next(t.due_at for t in draft.ticket.timers if t.metric is moment.metric)
    return {
        "metric": str(moment.metric),
        "step": moment.step,
        "at": moment.at.isoformat(),
        "due_at": due_at.isoformat(),
        **lateness(moment.at, draft.now),
    }


def _deadlines(ticket: Ticket) -> dict[str, str]:
    return {str(timer.metric): timer.due_at.isoformat() for timer in ticket.timers}


def _responsible(draft: Draft) -> str:
    """Return the owner, or the team's lead while there is none."""
    return draft.ticket.assignee_id or draft.desk.teams[draft.ticket.team_id].lead


def _draft(event: Signal, context: Context, desk: Desk, now: datetime, ticket: Ticket) -> Draft:
    """Signals have no id of their own: the ticket's version makes them one."""
    version = context.ticket.version if context.ticket else 0
    return Draft(
        event_id=f"{event.type}:{ticket.id}:{version}",
        context=context,
        desk=desk,
        now=now,
        ticket=ticket,
    )
