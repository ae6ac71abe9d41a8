"""What a platform tells of a person: who he is, whether he wants messages, where else he is."""

from dataclasses import replace
from datetime import datetime

from chalicelib.desk.changing import changed
from chalicelib.desk.decision import Context, Decision
from chalicelib.desk.facts import draft_on, told
from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Contact, first_contact_id
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    ContactUpdated,
    IdentityLinked,
)
from chalicelib.domain.messages import Surface


def contact_updated(event: ContactUpdated, context: Context, desk: Desk, now: datetime) -> Decision:
    """Remember what the platform says of the person; its word replaces an older one."""
    contact = contact_of(event, context, now)
    contact = replace(
        contact,
        name=event.name or contact.name,
        language=event.language or contact.language,
        phone=event.phone or contact.phone,
        email=event.email or contact.email,
        tier=event.tier or contact.tier,
        manager_id=event.manager_id or contact.manager_id,
        time_zone=event.time_zone or contact.time_zone,
    )
    ticket = context.ticket
    if ticket is None or ticket.status.is_done or event.tier in (None, ticket.tier):
        return _contact_decision(context, event, contact)
    draft = draft_on(event, context, desk, now, ticket)
    draft.contact = contact
    draft.identity = None if context.contact else event.identity
    changed(draft, "platform", tier=event.tier)
    return draft.decision()


def contact_blocked(event: ContactBlocked, context: Context, desk: Desk, now: datetime) -> Decision:
    """Remember that he wants no messages there; nothing more goes out on that identity."""
    known = contact_of(event, context, now)
    blocked = (*(each for each in known.blocked if each != event.identity), event.identity)
    decision = _contact_decision(context, event, replace(known, blocked=blocked))
    line = told(event, context, desk, now)
    if line.ticket is None or line.ticket.identity != event.identity:
        return decision._replace(ticket=line.ticket, entries=line.entries)
    ticket = replace(line.ticket, is_blocked=True)
    return decision._replace(ticket=ticket, entries=line.entries)


def contact_returned(
    event: ContactReturned, context: Context, desk: Desk, now: datetime
) -> Decision:
    known = contact_of(event, context, now)
    blocked = tuple(each for each in known.blocked if each != event.identity)
    decision = _contact_decision(context, event, replace(known, blocked=blocked))
    ticket = context.ticket
    if ticket is None or not ticket.is_blocked or ticket.identity != event.identity:
        return decision
    return decision._replace(ticket=replace(ticket, is_blocked=False))


def identity_linked(event: IdentityLinked, context: Context, desk: Desk, now: datetime) -> Decision:
    """Make one contact of two identities; the ticket goes on where the second one writes."""
    contact, other = context.contact, context.other
    if contact is None or event.other in contact.identities:
        return Decision()
    one = _merged(contact, other) if other else contact
    added = () if other else (event.other,)
    dropped = (event.identity,) if event.replaces else ()
    one = replace(
        one,
        identities=tuple(each for each in (*one.identities, *added) if each not in dropped),
        ticket_id=contact.ticket_id or one.ticket_id,
    )
    moved = tuple(each for each in contact.identities if other and each not in dropped)
    identity = None if other else event.other
    if context.ticket is None:
        return Decision(contact=one, identity=identity, moved=moved, dropped=dropped)
    draft = draft_on(event, context, desk, now, replace(context.ticket, contact_id=one.id))
    draft.contact, draft.identity, draft.moved, draft.dropped = one, identity, moved, dropped
    detail = {"channel": event.other.channel}
    draft.tell_timeline("identity.linked", "platform", channel=event.other.channel, detail=detail)
    if draft.ticket.identity == event.identity:
        draft.change(identity=event.other, surface=Surface.DIRECT, thread=None, reply_to_id=None)
    return draft.decision()


def contact_of(event: ChannelEvent, context: Context, now: datetime) -> Contact:
    """Return who it is: known, or new with this one identity."""
    return context.contact or Contact(
        id=first_contact_id(event.identity), identities=(event.identity,), created_at=now
    )


def _contact_decision(context: Context, event: ChannelEvent, contact: Contact) -> Decision:
    if contact == context.contact:
        return Decision()
    return Decision(contact=contact, identity=None if context.contact else event.identity)


def _merged(contact: Contact, other: Contact) -> Contact:
    """Return `other` with all that was known of `contact`."""
    return replace(
        other,
        identities=(*other.identities, *contact.identities),
        name=other.name or contact.name,
        language=other.language or contact.language,
        phone=other.phone or contact.phone,
        email=other.email or contact.email,
        tier=other.tier or contact.tier,
        manager_id=other.manager_id or contact.manager_id,
        time_zone=other.time_zone or contact.time_zone,
        blocked=(*other.blocked, *contact.blocked),
    )
