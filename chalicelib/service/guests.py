"""Who may see a ticket: agents of the desk, and the guests who were brought in on it."""

from collections.abc import Iterator

from chalicelib.desk.colleagues import domains
from chalicelib.desk.model import GUEST, Desk
from chalicelib.domain.tickets import Ticket


def may_see(agent_id: str, ticket: Ticket, desk: Desk) -> bool:
    """Tell whether somebody is let in: a guest only as long as the desk covers his address."""
    return agent_id in desk.agents or agent_id in guest_ids(ticket, desk)


def guest_ids(ticket: Ticket, desk: Desk) -> Iterator[str]:
    """Yield as whom the guests of a ticket act."""
    covered = domains(desk)
    for address in ticket.guests:
        if address.partition("@")[2] in covered:
            yield f"{GUEST}{address}"
