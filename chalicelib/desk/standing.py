"""Where a ticket stands in a queue."""

from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Ticket

FIRST, USUAL = 0, 1


def rank(ticket: Ticket, desk: Desk) -> int:
    """Return `FIRST` for customers of a favoured tier and what was escalated often."""
    first = desk.routing.first
    is_first = ticket.tier in first.tiers or ticket.escalations >= first.escalated
    return FIRST if is_first else USUAL
