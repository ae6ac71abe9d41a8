"""Where a ticket belongs when the desk it was opened under is no longer in force."""

from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.values import replace


def rehomed(ticket: Ticket, desk: Desk) -> Ticket:
    """Return `ticket` with every name in it known to `desk`."""
    request_type = ticket.request_type
    if request_type not in desk.request_types:
        request_type = desk.default_request_type
    team_id = ticket.team_id
    if team_id not in desk.teams:
        team_id = desk.request_types[request_type].team
    assignee_id = ticket.assignee_id if ticket.assignee_id in desk.agents else None
    if (request_type, team_id, assignee_id) == (
        ticket.request_type,
        ticket.team_id,
        ticket.assignee_id,
    ):
        return ticket
    return replace(ticket, request_type=request_type, team_id=team_id, assignee_id=assignee_id)
