"""Tickets: in lists, and whole."""

from chalice import Response

from chalicelib.api import answers, cursors
from chalicelib.api.numbers import ticket_id_of
from chalicelib.api.questions import PreviewBody, TicketQuery
from chalicelib.desk.preview import preview
from chalicelib.domain.messages import Surface
from chalicelib.entrypoints.api.call import Call, written
from chalicelib.errors import NotFoundError
from chalicelib.service.listing import Listing, Wanted


def list_tickets(call: Call) -> Response:
    query = call.query(TicketQuery)
    wanted = Wanted(
        statuses=query.status,
        assignee=query.assignee,
        team_id=query.team,
        channel=query.channel,
        contact_id=query.contact,
    )
    wired = call.wired
    listing = Listing(wired.tickets, wired.contacts, wired.desk())
    page = listing.page(wanted, query.limit, query.cursor or "")
    return written(
        answers.Tickets(
            tickets=[answers.TicketInList.of(ticket) for ticket in page.tickets],
            cursor=cursors.write(page.after) if page.after else None,
        )
    )


def get_ticket(call: Call) -> Response:
    return whole_ticket(call, ticket_id(call))


def whole_ticket(call: Call, of: str) -> Response:
    wired = call.wired
    ticket, entries = wired.tickets.with_timeline(of)
    contact = wired.contacts.get(ticket.contact_id)
    return written(answers.Ticket.whole(ticket, contact, entries, wired.blobs.link))


def ticket_id(call: Call) -> str:
    """Return the id in the path, written with the dash or without. Raises `NotFoundError`."""
    said = call.path("ticket_id")
    found = ticket_id_of(said)
    if found is None:
        raise NotFoundError(f"no ticket {said[:20]}: a number has eight digits")
    return found


def preview_message(call: Call) -> Response:
    body = call.body(PreviewBody)
    ticket = call.wired.tickets.get(ticket_id(call))
    surface = Surface.DIRECT if body.private else None
    found = preview(ticket, body.text, surface, call.wired.clock())
    return written(answers.Preview.model_validate(found))
