"""What a platform tells besides a customer's message: echoes, receipts, edits, who he is."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.desk import clock
from chalicelib.desk.decision import Context, Decision, NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.inbound import believed
from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Contact, first_contact_id
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    ContactUpdated,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageFailed,
    MessageReacted,
    ReceiptReceived,
)
from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import Ticket, TimelineEntry

PROGRESS = list(Delivery)


def message_echoed(event: MessageEchoed, context: Context, desk: Desk, now: datetime) -> Decision:
    """Count an answer that a person gave in the platform's own inbox."""
    if event.ours or context.ticket is None:
        return Decision()
    draft = _draft(event, context, desk, now, context.ticket)
    at = believed(event.occurred_at, now)
    draft.tell_timeline(
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
    draft.ticket = clock.answered(draft.ticket, at, desk)
    draft.tell_missed()
    return draft.decision()


def receipt_received(
    event: ReceiptReceived, context: Context, desk: Desk, now: datetime
) -> Decision:
    """Move the messages named on, never back; a watermark moves the whole conversation."""
    moved = tuple(
        (entry, replace(entry, delivery=event.delivery))
        for entry in context.entries
        if _is_further(event.delivery, entry)
    )
    if event.message_ids:
        return Decision(deliveries=moved)
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
    return _contact_decision(
        context,
        event,
        replace(
            contact,
            name=event.name or contact.name,
            language=event.language or contact.language,
            phone=event.phone or contact.phone,
            email=event.email or contact.email,
        ),
    )


def contact_blocked(event: ContactBlocked, context: Context, desk: Desk, now: datetime) -> Decision:
    contact = replace(_contact(event, context, now), blocked_at=event.occurred_at)
    decision = _contact_decision(context, event, contact)
    told = _told(event, context, desk, now)
    return replace(decision, ticket=told.ticket, entries=told.entries)


def contact_returned(
    event: ContactReturned, context: Context, desk: Desk, now: datetime
) -> Decision:
    return _contact_decision(
        context, event, replace(_contact(event, context, now), blocked_at=None)
    )


def message_failed(event: MessageFailed, context: Context, desk: Desk, now: datetime) -> Decision:
    """Tell the owner, once, that an answer did not reach the customer, and why."""
    known = [entry.delivery is Delivery.FAILED for entry in context.entries]
    if context.ticket is None or (known and all(known)):
        return Decision()
    draft = Draft(
        event_id=event.outbox_id, context=context, desk=desk, now=now, ticket=context.ticket
    )
    draft.deliveries = [
        (
            entry,
            replace(
                entry,
                delivery=Delivery.FAILED,
                detail={**entry.detail, "failure": event.reason},
            ),
        )
        for entry in context.entries
    ]
    draft.tell_timeline("message.failed", "desk", detail={"reason": event.reason})
    told = draft.ticket.assignee_id or desk.teams[draft.ticket.team_id].lead
    draft.tell_agent(told, NotificationKind.SEND_FAILED, reason=event.reason)
    return draft.decision()


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


def _is_further(delivery: Delivery, entry: TimelineEntry) -> bool:
    if entry.delivery is None or entry.delivery is Delivery.FAILED:
        return False
    return PROGRESS.index(delivery) > PROGRESS.index(entry.delivery)
