"""What agents do to a ticket. Doing the same thing twice changes nothing the second time."""

from datetime import datetime

from chalicelib.desk import clock, history, watch
from chalicelib.desk.colleagues import invite, mention
from chalicelib.desk.counting import count_out, note_agent
from chalicelib.desk.decision import Context, Decision, Hide
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk, guest_address
from chalicelib.desk.passing_on import to_team
from chalicelib.desk.placing import hand_over, place_again, release
from chalicelib.desk.telling import tell_customer
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentHid,
    AgentInvited,
    AgentNoted,
    AgentPended,
    AgentReopened,
    AgentReplied,
    AgentResolved,
)
from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import InvalidRequestError, NotFoundError


def replied(event: AgentReplied, context: Context, desk: Desk, now: datetime) -> Decision:
    """Answer the customer: the response is met when the agent answered, not when it is sent."""
    draft = draft_of(event, context, desk, now)
    watch.take_over(draft, event.occurred_at)
    _see(draft, event)
    tell_customer(
        draft,
        event.text,
        actor(event),
        automatic=False,
        at=event.occurred_at,
        attachments=event.attachments,
        surface=event.surface,
        buttons=event.buttons,
        template=event.template,
    )
    draft.ticket = clock.retimed(history.answered(draft.ticket, event.occurred_at), desk)
    return draft.decision()


def hid(event: AgentHid, context: Context, desk: Desk, now: datetime) -> Decision:
    """Hide what the customer said in public, where the platform lets us."""
    draft = draft_of(event, context, desk, now)
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
    """Leave a note for colleagues; whom it names by `@` hears of it, and the owner of a guest's."""
    draft = draft_of(event, context, desk, now)
    draft.tell_timeline(
        "note.added",
        actor(event),
        at=event.occurred_at,
        text=event.text,
        attachments=event.attachments,
    )
    mention(draft, event.text, event.agent_id)
    return draft.decision()


def acknowledged(event: AgentAcknowledged, context: Context, desk: Desk, now: datetime) -> Decision:
    """Say "I have it". Who says so of somebody else's ticket, or of nobody's, takes it over."""
    draft = draft_of(event, context, desk, now)
    watch.take_over(draft, event.occurred_at)
    _check_open(draft)
    if event.agent_id and event.agent_id != draft.ticket.assignee_id:
        _check_agent(event.agent_id, desk)
        hand_over(draft, event.agent_id, "accepted it", actor(event))
    is_news = draft.ticket.acknowledged_at is None or _has_unseen_breach(draft.ticket)
    _see(draft, event)
    if is_news:
        draft.change(alerts_seen_at=now)
        draft.tell_timeline("ticket.acknowledged", actor(event), at=event.occurred_at)
        draft.ticket = clock.retimed(draft.ticket, desk)
    return draft.decision()


def assigned(event: AgentAssigned, context: Context, desk: Desk, now: datetime) -> Decision:
    """Hand a ticket over to an agent, or to a team whose roster then decides."""
    draft = draft_of(event, context, desk, now)
    watch.take_over(draft, event.occurred_at)
    _check_open(draft)
    if event.text:
        draft.tell_timeline("note.added", actor(event), at=event.occurred_at, text=event.text)
    if event.to_team_id:
        if event.to_team_id not in desk.teams:
            raise InvalidRequestError(f"no team {event.to_team_id!r}")
        release(draft)
        to_team(draft, event.to_team_id, actor(event), event.reason)
    elif event.to_agent_id:
        _check_agent(event.to_agent_id, desk)
        if event.to_agent_id != draft.ticket.assignee_id:
            hand_over(draft, event.to_agent_id, event.reason or "by hand", actor(event))
    return draft.decision()


def pended(event: AgentPended, context: Context, desk: Desk, now: datetime) -> Decision:
    """Let the ticket rest: the clock of its resolution stands still, a customer's wait does not."""
    draft = draft_of(event, context, desk, now)
    watch.take_over(draft, event.occurred_at)
    _check_open(draft)
    if event.wake_at and event.wake_at <= now:
        raise InvalidRequestError("the ticket would wake in the past")
    _see(draft, event)
    pending = history.pended(draft.ticket, event.occurred_at, event.wake_at)
    draft.ticket = clock.retimed(pending, desk)
    until = {"until": event.wake_at.isoformat()} if event.wake_at else {}
    draft.tell_timeline("ticket.pended", actor(event), at=event.occurred_at, detail=until)
    return draft.decision()


def invited(event: AgentInvited, context: Context, desk: Desk, now: datetime) -> Decision:
    """Bring somebody of the company in on this ticket; the customer notices nothing."""
    draft = draft_of(event, context, desk, now)
    invite(draft, event.address, event.text, actor(event))
    return draft.decision()


def resolved(event: AgentResolved, context: Context, desk: Desk, now: datetime) -> Decision:
    draft = draft_of(event, context, desk, now)
    if draft.ticket.status.is_done:
        return Decision()
    _see(draft, event)
    count_out(draft, draft.ticket)
    draft.change(counted_on=None)
    draft.ticket = clock.retimed(history.resolved(draft.ticket, event.occurred_at), desk)
    draft.tell_timeline("ticket.resolved", actor(event), at=event.occurred_at)
    return draft.decision()


def reopened(event: AgentReopened, context: Context, desk: Desk, now: datetime) -> Decision:
    draft = draft_of(event, context, desk, now)
    if not draft.ticket.status.is_done:
        return Decision()
    if watch.was_never_ours(draft.ticket):
        watch.take_over(draft, event.occurred_at)
    else:
        reopened = history.reopened(draft.ticket, event.occurred_at)
        draft.ticket = clock.retimed(reopened, desk)
    draft.tell_timeline("ticket.reopened", actor(event), at=event.occurred_at)
    place_again(draft)
    return draft.decision()


def actor(event: Act) -> str:
    """Return who did it, as the timeline says it."""
    return f"agent:{event.agent_id}" if event.agent_id else event.via


def draft_of(event: Act, context: Context, desk: Desk, now: datetime) -> Draft:
    """Begin a decision about an act. A guest may do nothing but leave notes."""
    if context.ticket is None:
        raise NotFoundError(f"no ticket {event.ticket_id}")
    if context.ticket.merged_into and not isinstance(event, AgentNoted):
        raise InvalidRequestError("the ticket goes on in another one")
    address = guest_address(event.agent_id or "")
    if address is not None:
        _check_guest(event, context.ticket, address)
    return Draft(event_id=event.id, context=context, desk=desk, now=now, ticket=context.ticket)


def _check_guest(event: Act, ticket: Ticket, address: str) -> None:
    if address not in ticket.guests or not isinstance(event, AgentNoted):
        raise InvalidRequestError("a guest may leave notes on the ticket he was invited to")


def _see(draft: Draft, event: Act) -> None:
    """Whoever acts on a ticket has seen it; he is there, and lets nothing drop."""
    if draft.ticket.acknowledged_at is None:
        draft.ticket = history.accepted(draft.ticket, event.occurred_at)
        if event.agent_id in draft.desk.agents:
            note_agent(draft, event.agent_id, misses=0)


def _has_unseen_breach(ticket: Ticket) -> bool:
    missed = (t.breached_at for t in ticket.timers if t.breached_at and t.met_at is None)
    last = max(missed, default=None)
    return last is not None and (ticket.alerts_seen_at is None or ticket.alerts_seen_at < last)


def _check_open(draft: Draft) -> None:
    if draft.ticket.status.is_done:
        raise InvalidRequestError("the ticket is resolved; reopen it first")


def _check_agent(agent_id: str, desk: Desk) -> None:
    if agent_id not in desk.agents:
        raise InvalidRequestError(f"no agent {agent_id!r}")
