"""Who writes to us."""

from chalice import Response

from chalicelib.api import answers
from chalicelib.api.questions import NAME_LIMIT, ContactQuery
from chalicelib.domain.contacts import Identity
from chalicelib.entrypoints.api.call import Call, written
from chalicelib.errors import NotFoundError


def get_contact(call: Call) -> Response:
    contact_id = call.path("contact_id")
    if len(contact_id) > NAME_LIMIT:
        raise NotFoundError("no such contact")
    contact = call.wired.contacts.get(contact_id)
    tickets = call.wired.tickets.by_ids(call.wired.contacts.ticket_ids(contact_id))
    return written(answers.ContactWithTickets.whole(contact, tickets))


def find_contacts(call: Call) -> Response:
    query = call.query(ContactQuery)
    try:
        found = [
            call.wired.contacts.by_identity(
                Identity(query.channel, query.account, query.external_id)
            )
        ]
    except NotFoundError:
        found = []
    return written(answers.Contacts(contacts=[answers.Contact.of(contact) for contact in found]))
