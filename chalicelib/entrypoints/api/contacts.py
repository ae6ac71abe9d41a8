"""Who writes to us."""

from chalice import Response

from chalicelib.api import answers
from chalicelib.api.questions import NAME_LIMIT, ContactBody, ContactQuery
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import UNTIMED, ContactUpdated
from chalicelib.entrypoints.api.call import Call, written
from chalicelib.errors import InvalidRequestError, NotFoundError


def get_contact(call: Call) -> Response:
    return _told(call, _contact(call))


def update_contact(call: Call) -> Response:
    """Tell what a company's own system knows of a person, as an event of his first identity."""
    body = call.body(ContactBody)
    if body.manager is not None and body.manager not in call.wired.desk().agents:
        raise InvalidRequestError(f"manager: the desk has no agent {body.manager!r}")
    identity = _contact(call).identities[0]
    call.wired.profiles.tell(
        ContactUpdated(
            id=f"{identity.channel}:{identity.account}:updated:{call.own_id(ContactUpdated.type)}",
            identity=identity,
            # Under one time each, the same key is the same event.
            occurred_at=UNTIMED,
            name=body.name,
            language=body.language,
            tier=body.tier,
            manager_id=body.manager,
            time_zone=body.time_zone,
        )
    )
    return _told(call, _contact(call))


def _contact(call: Call) -> Contact:
    """Raises `NotFoundError`."""
    contact_id = call.path("contact_id")
    if len(contact_id) > NAME_LIMIT:
        raise NotFoundError("no such contact")
    return call.wired.contacts.get(contact_id)


def _told(call: Call, contact: Contact) -> Response:
    tickets = call.wired.tickets.by_ids(call.wired.contacts.ticket_ids(contact.id))
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
