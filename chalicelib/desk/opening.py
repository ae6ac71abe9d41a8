"""The first message of a ticket: what that is, how urgent, whom the customer knows."""

from datetime import datetime
from typing import Any

from chalicelib.desk import clock
from chalicelib.desk.decision import Context
from chalicelib.desk.model import Desk
from chalicelib.desk.request import words_of
from chalicelib.domain.contacts import Contact
from chalicelib.domain.events import MessageReceived
from chalicelib.domain.messages import Attachment
from chalicelib.domain.tickets import Priority, Ticket
from chalicelib.routing.classify import Classification, RequestType
from chalicelib.routing.language import language_of

SUBJECT_LENGTH = 80


BAD_RATING = 2
"""Stars up to which a review is urgent, unless a rule says otherwise."""


def new_ticket(
    event: MessageReceived,
    found: Classification,
    context: Context,
    contact: Contact,
    *,
    desk: Desk,
    sent_at: datetime,
) -> Ticket:
    """Return the ticket that a message opens, with its deadlines but without an owner."""
    request_type = desk.request_types[found.request_type]
    ticket = Ticket(
        id=context.new_ticket_id,
        contact_id=contact.id,
        **where(event),
        subject=subject(event.subject, event.text, event.attachments),
        request_type=found.request_type,
        priority=found.priority or _priority(event, request_type),
        product=found.product,
        skills=found.skills,
        team_id=request_type.team,
        opened_at=sent_at,
        waiting_since=sent_at,
        last_inbound_at=sent_at,
        language=_language(contact, event, desk),
        tier=contact.tier,
        time_zone=contact.time_zone,
        customer=contact.name,
        preferred=_preferred(context, contact) if desk.routing.sticky else (),
    )
    return clock.retimed(ticket, desk)


def _preferred(context: Context, contact: Contact) -> tuple[str, ...]:
    """Return whom the customer knows: who looks after him, and who had his last ticket."""
    last_owner = context.ticket.assignee_id if context.ticket else None
    known = (contact.manager_id or "", last_owner or "")
    return known if any(known) else ()


def _priority(event: MessageReceived, request_type: RequestType) -> Priority:
    """Return how urgent a message is where no rule says so."""
    is_bad = event.rating is not None and event.rating <= BAD_RATING
    return Priority.URGENT if is_bad else request_type.priority


def subject(given: str | None, text: str, attachments: tuple[Attachment, ...]) -> str:
    """Return one line that says what a ticket is about."""
    line = " ".join((given or text).split())
    if line:
        return line if len(line) <= SUBJECT_LENGTH else f"{line[: SUBJECT_LENGTH - 1]}…"
    return f"[{attachments[0].kind}]" if attachments else "[—]"


def _language(contact: Contact, event: MessageReceived, desk: Desk) -> str:
    """Return the language to answer in: English to whoever writes another than Vietnamese."""
    spoken = language_of(words_of(event), contact.language)
    account = desk.language_of(event.identity.channel, event.identity.account)
    return "vi" if (spoken or account) == "vi" else "en"


def where(event: MessageReceived) -> dict[str, Any]:
    """Return where an answer goes."""
    return {
        "identity": event.identity,
        "reply_to_id": event.message_id,
        "surface": event.surface,
        "thread": event.thread,
        "permalink": event.permalink,
        "is_blocked": False,
        "group_id": event.group_id,
    }
