"""What a platform tells besides a customer's message: echoes, receipts, edits, who he is."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.desk import clock, history, watch
from chalicelib.desk.changing import changed
from chalicelib.desk.decision import Context, Decision, Lookup, NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.inbound import believed
from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Contact, first_contact_id
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    ContactUpdated,
    IdentityLinked,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageFailed,
    MessageReacted,
    ReceiptReceived,
)
from chalicelib.domain.messages import Delivery, Surface
from chalicelib.domain.tickets import Status, Ticket, TimelineEntry

PROGRESS = list(Delivery)


def message_echoed(event: MessageEchoed, context: Context, desk: Desk, now: datetime) -> Decision:
    """Count an answer that a person gave in the platform's own inbox."""
    if event.ours or context.is_ours or context.ticket is None:
        return Decision()
    draft = _draft(event, context, desk, now, context.ticket)
    at = believed(event.occurred_at, now)
    entry = draft.tell_timeline(
        "message.sent",
        "platform",
        at=at,
        text=event.text,
        channel=event.identity.channel,
        message_id=event.message_id,
        attachments=event.attachments,
        delivery=Delivery.SENT,
        detail={"author": event.author_id} if event.author_id else None,
    )
    draft.named.append((event.identity.account, entry))
    if draft.ticket.status is Status.WATCHED:
        watch.close(draft, at)
        return draft.decision()
    draft.ticket = clock.retimed(history.answered(draft.ticket, at), desk)
    return draft.decision()


def receipt_received(
    event: ReceiptReceived, context: Context, desk: Desk, now: datetime
) -> Decision:
    """Move the messages named on, never back; a watermark moves the whole conversation."""
    further = [entry for entry in context.entries if _is_further(event.delivery, entry)]
    if event.message_ids and not context.entries:
        return Decision(unknown=event)
    if event.delivery is Delivery.FAILED:
        reason = event.reason or "unknown"
        return _failed(_Failure(event.id, reason, tuple(further)), context, desk, now)
    if event.message_ids:
        return Decision(
            deliveries=tuple((entry, replace(entry, delivery=event.delivery)) for entry in further)
        )
    ticket, until_at = context.ticket, event.watermark_at
    if ticket is None or until_at is None or event.delivery is not Delivery.READ:
        return Decision()
    if ticket.read_until_at and until_at <= ticket.read_until_at:
        return Decision()
    return Decision(ticket=replace(ticket, read_until_at=until_at))


def message_edited(event: MessageEdited, context: Context, desk: Desk, now: datetime) -> Decision:
    return _told(event, context, desk, now, text=event.text, message_id=event.message_id)


def message_deleted(event: MessageDeleted, context: Context, desk: Desk, now: datetime) -> Decision:
    return _told(event, context, desk, now, message_id=event.message_id)


def message_reacted(event: MessageReacted, context: Context, desk: Desk, now: datetime) -> Decision:
    return _told(event, context, desk, now, text=event.emoji, message_id=event.message_id)


def contact_updated(event: ContactUpdated, context: Context, desk: Desk, now: datetime) -> Decision:
    """Remember what the platform says of the person; its word replaces an older one."""
    contact = _contact(event, context, now)
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
    if ticket is None or ticket.status.is_done or contact.tier == ticket.tier:
        return _contact_decision(context, event, contact)
    draft = _draft(event, context, desk, now, ticket)
    draft.contact = contact
    draft.identity = None if context.contact else event.identity
    changed(draft, "platform", tier=contact.tier)
    return draft.decision()


def contact_blocked(event: ContactBlocked, context: Context, desk: Desk, now: datetime) -> Decision:
    """Remember that he wants no messages there; nothing more goes out on that identity."""
    known = _contact(event, context, now)
    blocked = (*(each for each in known.blocked if each != event.identity), event.identity)
    decision = _contact_decision(context, event, replace(known, blocked=blocked))
    told = _told(event, context, desk, now)
    if told.ticket is None or told.ticket.identity != event.identity:
        return replace(decision, ticket=told.ticket, entries=told.entries)
    ticket = replace(told.ticket, is_blocked=True)
    return replace(decision, ticket=ticket, entries=told.entries)


def contact_returned(
    event: ContactReturned, context: Context, desk: Desk, now: datetime
) -> Decision:
    known = _contact(event, context, now)
    blocked = tuple(each for each in known.blocked if each != event.identity)
    decision = _contact_decision(context, event, replace(known, blocked=blocked))
    ticket = context.ticket
    if ticket is None or not ticket.is_blocked or ticket.identity != event.identity:
        return decision
    return replace(decision, ticket=replace(ticket, is_blocked=False))


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
    draft = _draft(event, context, desk, now, replace(context.ticket, contact_id=one.id))
    draft.contact, draft.identity, draft.moved, draft.dropped = one, identity, moved, dropped
    detail = {"channel": event.other.channel}
    draft.tell_timeline("identity.linked", "platform", channel=event.other.channel, detail=detail)
    if draft.ticket.identity == event.identity:
        draft.change(identity=event.other, surface=Surface.DIRECT, thread=None, reply_to_id=None)
    return draft.decision()


def lookup_needed(event: LookupNeeded, context: Context, desk: Desk, now: datetime) -> Decision:
    return Decision(outbox=(Lookup(id=event.id, created_at=now, event=event),))


def message_failed(event: MessageFailed, context: Context, desk: Desk, now: datetime) -> Decision:
    """Tell the owner, once, that an answer did not reach the customer, and why."""
    known = [entry.delivery is Delivery.FAILED for entry in context.entries]
    if known and all(known):
        return Decision()
    failure = _Failure(event.outbox_id, event.reason, context.entries)
    return _failed(failure, context, desk, now)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Which messages failed; ids of what follows are made from `cause`."""

    cause: str
    reason: str
    entries: tuple[TimelineEntry, ...]


def _failed(failure: _Failure, context: Context, desk: Desk, now: datetime) -> Decision:
    """Mark messages as failed and tell the owner."""
    if context.ticket is None or (context.entries and not failure.entries):
        return Decision()
    draft = Draft(
        event_id=failure.cause, context=context, desk=desk, now=now, ticket=context.ticket
    )
    reason = failure.reason
    draft.deliveries = [(entry, _as_failed(entry, reason)) for entry in failure.entries]
    draft.tell_timeline("message.failed", "desk", detail={"reason": reason})
    told = draft.ticket.assignee_id or desk.teams[draft.ticket.team_id].lead
    draft.tell_agent(told, NotificationKind.SEND_FAILED, {"reason": reason})
    return draft.decision()


def _as_failed(entry: TimelineEntry, reason: str) -> TimelineEntry:
    detail = {**entry.detail, "failure": reason}
    return replace(entry, delivery=Delivery.FAILED, detail=detail)


def _told(
    event: ChannelEvent, context: Context, desk: Desk, now: datetime, **said: Any
) -> Decision:
    """Put a line on the open ticket's timeline; without a ticket the log alone knows."""
    if context.ticket is None or context.ticket.status.is_done:
        return Decision()
    draft = _draft(event, context, desk, now, context.ticket)
    at = believed(event.occurred_at, now)
    draft.tell_timeline(event.type, "customer", at=at, channel=event.identity.channel, **said)
    return draft.decision()


def _contact(event: ChannelEvent, context: Context, now: datetime) -> Contact:
    return context.contact or Contact(
        id=first_contact_id(event.identity), identities=(event.identity,), created_at=now
    )


def _contact_decision(context: Context, event: ChannelEvent, contact: Contact) -> Decision:
    if contact == context.contact:
        return Decision()
    return Decision(contact=contact, identity=None if context.contact else event.identity)


def _draft(
    event: ChannelEvent, context: Context, desk: Desk, now: datetime, ticket: Ticket
) -> Draft:
    return Draft(event_id=event.id, context=context, desk=desk, now=now, ticket=ticket)


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


def _is_further(delivery: Delivery, entry: TimelineEntry) -> bool:
    """Only what is under way can fail: who received a message has it."""
    if entry.delivery is None or entry.delivery is Delivery.FAILED:
        return False
    if delivery is Delivery.FAILED:
        return entry.delivery in (Delivery.QUEUED, Delivery.SENT)
    return PROGRESS.index(delivery) > PROGRESS.index(entry.delivery)
