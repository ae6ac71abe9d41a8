"""What agents do to a ticket. Doing the same thing twice changes nothing the second time."""

from datetime import datetime

from chalicelib.desk import clock, watch
from chalicelib.desk.decision import Context, Decision, Hide
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk
from chalicelib.desk.placing import hand_over, place, place_again, release
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentHid,
    AgentNoted,
    AgentReopened,
    AgentReplied,
    AgentResolved,
)
from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import InvalidRequestError, NotFoundError


def replied(event: AgentReplied, context: Context, desk: Desk, now: datetime) -> Decision:
    """Answer the customer: the response is met when the agent answered, not when it is sent."""
    draft = _draft(event, context, desk, now)
    watch.take_over(draft, event.occurred_at)
    _see(draft, event)
    draft.tell_customer(
        event.text,
        actor(event),
        automatic=False,
        at=event.occurred_at,
        attachments=event.attachments,
        surface=event.surface,
        buttons=event.buttons,
        template=event.template,
    )
    draft.ticket = clock.answered(draft.ticket, event.occurred_at, desk)
    draft.tell_missed()
    return draft.decision()


def hid(event: AgentHid, context: Context, desk: Desk, now: datetime) -> Decision:
    """Hide what the customer said in public, where the platform lets us."""
    draft = _draft(event, context, desk, now)
    ticket = draft.ticket
    if ticket.surface is not Surface.PUBLIC or ticket.reply_to_id is None:
        raise InvalidRequestError("only what was said in public can be hidden")
    draft.tell_timeline("message.hidden", actor(event), at=event.occurred_at)
    draft.outbox.append(
        Hide(
            id=event.id,
            ticket_id=ticket.id,
            created_at=now,
            channel=ticket.identity.channel,
            account=ticket.identity.account,
            message_id=ticket.reply_to_id,
        )
    )
    return draft.decision()


def noted(event: AgentNoted, context: Context, desk: Desk, now: datetime) -> Decision:
    draft = _draft(event, context, desk, now)
    draft.tell_timeline("note.added", actor(event), at=event.occurred_at, text=event.text)
    return draft.decision()


def acknowledged(event: AgentAcknowledged, context: Context, desk: Desk, now: datetime) -> Decision:
    """Say "I have it". Who says so of somebody else's ticket, or of nobody's, takes it over."""
    draft = _draft(event, context, desk, now)
    watch.take_over(draft, event.occurred_at)
    if draft.ticket.status.is_done:
        raise InvalidRequestError("the ticket is resolved; reopen it first")
    if event.agent_id and event.agent_id != draft.ticket.assignee_id:
        _check_agent(event.agent_id, desk)
        hand_over(draft, event.agent_id, "accepted it", actor(event))
    if draft.ticket.acknowledged_at is None:
        _see(draft, event)
        draft.tell_timeline("ticket.acknowledged", actor(event), at=event.occurred_at)
    return draft.decision()


def assigned(event: AgentAssigned, context: Context, desk: Desk, now: datetime) -> Decision:
    """Hand a ticket over to an agent, or to a team whose roster then decides."""
    draft = _draft(event, context, desk, now)
    watch.take_over(draft, event.occurred_at)
    if draft.ticket.status.is_done:
        raise InvalidRequestError("the ticket is resolved; reopen it first")
    if event.to_team_id:
        _move_to_team(draft, event, event.to_team_id)
    elif event.to_agent_id:
        _check_agent(event.to_agent_id, desk)
        if event.to_agent_id != draft.ticket.assignee_id:
            hand_over(draft, event.to_agent_id, event.reason or "by hand", actor(event))
    return draft.decision()


def resolved(event: AgentResolved, context: Context, desk: Desk, now: datetime) -> Decision:
    draft = _draft(event, context, desk, now)
    if draft.ticket.status.is_done:
        return Decision()
    _see(draft, event)
    release(draft)
    draft.ticket = clock.resolved(draft.ticket, event.occurred_at)
    draft.tell_timeline("ticket.resolved", actor(event), at=event.occurred_at)
    draft.tell_missed()
    return draft.decision()


def reopened(event: AgentReopened, context: Context, desk: Desk, now: datetime) -> Decision:
    draft = _draft(event, context, desk, now)
    if not draft.ticket.status.is_done:
        return Decision()
    if watch.was_never_ours(draft.ticket):
        watch.take_over(draft, event.occurred_at)
    else:
        draft.ticket = clock.reopened(draft.ticket, event.occurred_at, desk)
    draft.tell_timeline("ticket.reopened", actor(event), at=event.occurred_at)
    place_again(draft)
    return draft.decision()


def actor(event: Act) -> str:
    """Return who did it, as the timeline says it."""
    return f"agent:{event.agent_id}" if event.agent_id else event.via


def _draft(event: Act, context: Context, desk: Desk, now: datetime) -> Draft:
    return Draft(
        event_id=event.id, context=context, desk=desk, now=now, ticket=_ticket(event, context)
    )


def _ticket(event: Act, context: Context) -> Ticket:
    if context.ticket is None:
        raise NotFoundError(f"no ticket {event.ticket_id}")
    return context.ticket


def _see(draft: Draft, event: Act) -> None:
    """Whoever acts on a ticket has seen it."""
    if draft.ticket.acknowledged_at is None:
        draft.change(acknowledged_at=event.occurred_at)


def _move_to_team(draft: Draft, event: AgentAssigned, team_id: str) -> None:
    if team_id not in draft.desk.teams:
        raise InvalidRequestError(f"no team {team_id!r}")
    release(draft)
    draft.change(team_id=team_id, assignee_id=None, acknowledged_at=None)
    draft.tell_timeline(
        "ticket.moved", actor(event), detail={"team": team_id, "reason": event.reason}
    )
    draft.ticket = clock.retimed(draft.ticket, draft.desk)
    place(draft)


def _check_agent(agent_id: str, desk: Desk) -> None:
    if agent_id not in desk.agents:
        raise InvalidRequestError(f"no agent {agent_id!r}")
