"""What a platform tells besides a customer's message: echoes, edits, reactions, mere names."""

from datetime import datetime
from typing import Any

from chalicelib.desk import clock, history, watch
from chalicelib.desk.decision import Context, Decision, Lookup
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
)
from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import Status, Ticket


def message_echoed(event: MessageEchoed, context: Context, desk: Desk, now: datetime) -> Decision:
    """Count an answer that a person gave in the platform's own inbox."""
    if event.ours or context.is_ours or context.ticket is None:
        return Decision()
    draft = draft_on(event, context, desk, now, context.ticket)
    at = history.believed(event.occurred_at, now)
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


def message_edited(event: MessageEdited, context: Context, desk: Desk, now: datetime) -> Decision:
    return told(event, context, desk, now, text=event.text, message_id=event.message_id)


def message_deleted(event: MessageDeleted, context: Context, desk: Desk, now: datetime) -> Decision:
    return told(event, context, desk, now, message_id=event.message_id)


def message_reacted(event: MessageReacted, context: Context, desk: Desk, now: datetime) -> Decision:
    return told(event, context, desk, now, text=event.emoji, message_id=event.message_id)


def lookup_needed(event: LookupNeeded, context: Context, desk: Desk, now: datetime) -> Decision:
    return Decision(outbox=(Lookup(id=event.id, created_at=now, event=event),))


def told(event: ChannelEvent, context: Context, desk: Desk, now: datetime, **said: Any) -> Decision:
    """Put a line on the open ticket's timeline; without a ticket the log alone knows."""
    if context.ticket is None or context.ticket.status.is_done:
        return Decision()
    draft = draft_on(event, context, desk, now, context.ticket)
    at = history.believed(event.occurred_at, now)
    draft.tell_timeline(event.type, "customer", at=at, channel=event.identity.channel, **said)
    return draft.decision()


def draft_on(
    event: ChannelEvent, context: Context, desk: Desk, now: datetime, ticket: Ticket
) -> Draft:
    """Begin a decision about what a platform told of a ticket."""
    return Draft(event_id=event.id, context=context, desk=desk, now=now, ticket=ticket)
