"""What a shop tells, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.form_fields import form_fields
from chalicelib.channels.generic import payloads
from chalicelib.channels.generic.payloads import Attached, Contact, Message
from chalicelib.channels.parts import digest
from chalicelib.channels.phones import to_e164
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.events import (
    ChannelEvent,
    ContactUpdated,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, Delivery
from chalicelib.errors import MalformedPayloadError, SendFailure

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one payload. Ids are made of the body: `webhook-id` isn't in it.

    Raises `MalformedPayloadError` for a payload of a type we don't know.
    """
    kind = payload.get("type")
    if not isinstance(kind, str):
        raise MalformedPayloadError("no type")
    if kind not in _READERS:
        raise MalformedPayloadError(f"no event we know: {kind[:80]}")
    return _READERS[kind](adapter, payload)


def _received(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    webhook = payloads.MessageReceived.model_validate(payload)
    contact, message = webhook.data.contact, webhook.data.message
    occurred_at = message.sent_at or webhook.timestamp
    yield MessageReceived(
        id=adapter.event_id("message", message.id),
        identity=adapter.identity(contact.id),
        occurred_at=occurred_at,
        message_id=message.id,
        text=message.text,
        attachments=_attachments(message),
        name=contact.name or None,
        language=_language(contact),
        phone=_phone(contact),
        email=_email(contact),
        subject=webhook.data.subject or None,
        thread_refs=_answered(message),
        choice=message.choice or None,
        fields=form_fields(message.fields),
        request_type=message.request_type,
    )


def _echoed(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    webhook = payloads.MessageEchoed.model_validate(payload)
    message = webhook.data.message
    yield MessageEchoed(
        id=adapter.event_id("echo", message.id),
        identity=adapter.identity(webhook.data.contact.id),
        occurred_at=message.sent_at or webhook.timestamp,
        message_id=message.id,
        text=message.text,
        attachments=_attachments(message),
        author_id=webhook.data.author_id,
        thread_refs=_answered(message),
    )


def _edited(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    webhook = payloads.MessageEdited.model_validate(payload)
    message = webhook.data.message
    yield MessageEdited(
        id=adapter.event_id("edit", message.id, milliseconds(webhook.timestamp)),
        identity=adapter.identity(webhook.data.contact.id),
        occurred_at=webhook.timestamp,
        message_id=message.id,
        text=message.text,
    )


def _deleted(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    webhook = payloads.MessageDeleted.model_validate(payload)
    message_id = webhook.data.message.id
    yield MessageDeleted(
        id=adapter.event_id("deleted", message_id),
        identity=adapter.identity(webhook.data.contact.id),
        occurred_at=webhook.timestamp,
        message_id=message_id,
    )


def _receipt(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    webhook = payloads.ReceiptReceived.model_validate(payload)
    told = webhook.data
    delivery = Delivery(told.status)
    has_failed = delivery is Delivery.FAILED
    yield ReceiptReceived(
        id=adapter.event_id(delivery, digest("\n".join(told.message_ids))),
        identity=adapter.identity(told.contact.id),
        occurred_at=webhook.timestamp,
        delivery=delivery,
        reason=(told.reason or SendFailure.REJECTED) if has_failed else None,
        message_ids=told.message_ids,
    )


def _updated(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    webhook = payloads.ContactUpdated.model_validate(payload)
    contact = webhook.data.contact
    yield ContactUpdated(
        id=adapter.event_id("updated", contact.id, milliseconds(webhook.timestamp)),
        identity=adapter.identity(contact.id),
        occurred_at=webhook.timestamp,
        name=contact.name or None,
        language=_language(contact),
        phone=_phone(contact),
        email=_email(contact),
    )


def _attachments(message: Message) -> tuple[Attachment, ...]:
    return tuple(map(_attachment, message.attachments))


def _attachment(attached: Attached) -> Attachment:
    return Attachment(
        kind=attached.kind,
        name=attached.name,
        mime_type=attached.mime_type,
        size=attached.size,
        url=attached.url,
        latitude=attached.latitude,
        longitude=attached.longitude,
    )


def _answered(message: Message) -> tuple[str, ...]:
    return (message.reply_to,) if message.reply_to else ()


def _language(contact: Contact) -> str | None:
    return contact.language.partition("-")[0].lower() if contact.language else None


def _phone(contact: Contact) -> str | None:
    return to_e164(contact.phone) if contact.phone else None


def _email(contact: Contact) -> str | None:
    """Return an address, None for what can't be one: forms hold all sorts of things."""
    written = (contact.email or "").strip()
    local, _, domain = written.rpartition("@")
    is_address = bool(local) and "." in domain and not any(map(str.isspace, written))
    return written if is_address else None


_READERS: Mapping[str, Callable[[ChannelAdapter, Mapping[str, Any]], Iterable[ChannelEvent]]] = {
    "message.received": _received,
    "message.echoed": _echoed,
    "message.edited": _edited,
    "message.deleted": _deleted,
    "receipt.received": _receipt,
    "contact.updated": _updated,
}

DOCUMENTED = frozenset(_READERS)
"""The events that the channel's page lists."""
