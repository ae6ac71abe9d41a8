"""Which agents' states a decision about an event will look at."""

from chalicelib.desk.clock import policy_of
from chalicelib.desk.decision import Context
from chalicelib.desk.home import rehomed
from chalicelib.desk.model import Desk
from chalicelib.desk.request import classification_of
from chalicelib.desk.schedule import MOVING, ahead
from chalicelib.domain.events import (
    AgentAssigned,
    AgentChanged,
    AgentReopened,
    Availability,
    DeskChanged,
    Event,
    MessageReceived,
    MomentDue,
    OwnerLeft,
    RoomMade,
)
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.routing.assignment import candidates
from chalicelib.sla.moments import escalation_step, is_rung

PLACING = (AgentReopened, DeskChanged, OwnerLeft, RoomMade)


def agents_needed(event: Event, context: Context, desk: Desk) -> tuple[str, ...]:
    """Return the agents who may get the ticket; nobody where its owner stays as he is."""
    if isinstance(event, Availability):
        return (event.agent_id,)
    ticket = rehomed(context.ticket, desk) if context.ticket else None
    teams = _teams(event, ticket, context, desk) & desk.teams.keys()
    owner = (ticket.assignee_id,) if ticket and ticket.assignee_id else ()
    people = (one for team in sorted(teams) for one in candidates(team, desk.roster, owner))
    return tuple(dict.fromkeys(people))


def _teams(event: Event, ticket: Ticket | None, context: Context, desk: Desk) -> set[str]:
    """Return the teams among whose agents the event may have to choose."""
    if isinstance(event, MessageReceived):
        return _for_message(event, ticket, context, desk)
    if isinstance(event, AgentAssigned) and event.to_team_id:
        return {event.to_team_id}
    if ticket is None:
        return set()
    if isinstance(event, AgentChanged) and event.request_type in desk.request_types:
        return {desk.request_types[event.request_type].team} - {ticket.team_id}
    if isinstance(event, MomentDue):
        return _for_moment(event, ticket, desk)
    return {ticket.team_id} if isinstance(event, PLACING) else set()


def _for_message(
    event: MessageReceived, ticket: Ticket | None, context: Context, desk: Desk
) -> set[str]:
    """Who has a ticket keeps it, unless the customer comes back to somebody who has left."""
    if ticket and ticket.assignee_id and not ticket.status.is_done:
        may_have_left = ticket.status is Status.PENDING
        return {ticket.team_id} if may_have_left else set()
    tier = context.contact.tier if context.contact else None
    kind = classification_of(event, tier, desk).request_type
    return {desk.request_types[kind].team, *((ticket.team_id,) if ticket else ())}


def _for_moment(event: MomentDue, ticket: Ticket, desk: Desk) -> set[str]:
    at = event.moment_at
    due = [moment.step for moment in ahead(ticket, desk, at) if moment.at <= at]
    # A rung may bring it to the front of the queue, where it is offered at this very instant.
    is_offered = ticket.parked_until is not None and ticket.parked_until <= at
    teams = {ticket.team_id} if is_offered or MOVING & set(due) else set()
    policy = policy_of(ticket, desk)
    rungs = (escalation_step(policy, step) for step in due if policy and is_rung(step))
    if any(rung.reassign or rung.priority for rung in rungs):
        above = desk.teams[ticket.team_id].next_level
        return {ticket.team_id, *((above,) if above else ())}
    return teams
