"""Which agents' states a decision about an event will look at."""

from chalicelib.desk.decision import Context
from chalicelib.desk.home import rehomed
from chalicelib.desk.model import Desk
from chalicelib.desk.request import request_type_of
from chalicelib.domain.events import (
    AgentAssigned,
    AgentReopened,
    DeskChanged,
    Event,
    MessageReceived,
    MomentDue,
    RoomMade,
)
from chalicelib.routing.assignment import candidates

PLACING = (AgentReopened, DeskChanged, MomentDue, RoomMade)


def agents_needed(event: Event, context: Context, desk: Desk) -> tuple[str, ...]:
    """Return the agents who may get the ticket; nobody where its owner stays as he is."""
    ticket = rehomed(context.ticket, desk) if context.ticket else None
    if isinstance(event, MessageReceived):
        if ticket and ticket.assignee_id and not ticket.status.is_done:
            return ()
        teams = {desk.request_types[request_type_of(event, desk)].team}
        return _candidates(teams | ({ticket.team_id} if ticket else set()), desk)
    if isinstance(event, AgentAssigned) and event.to_team_id:
        return _candidates({event.to_team_id}, desk)
    if isinstance(event, PLACING) and ticket:
        return _candidates({ticket.team_id}, desk)
    return ()


def _candidates(team_ids: set[str], desk: Desk) -> tuple[str, ...]:
    known = sorted(team_ids & desk.teams.keys())
    return tuple(dict.fromkeys(a for team in known for a in candidates(team, desk.roster)))
