"""What WhatsApp tells, in our words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.whatsapp.content import (
    TYPES,
    beside,
    choice_in,
    fields_in,
    said_in,
    shared_phone,
)
from chalicelib.channels.whatsapp.fields import OF_NO_USE, SAYING
from chalicelib.channels.whatsapp.payloads import Contact, Message, Status, Value
from chalicelib.channels.whatsapp.receipts import STATUSES, status_events
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    ContactUpdated,
    IdentityLinked,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
    MessageReceived,
)
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, change: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one change; none where it is of no use to us.

    Raises `MalformedPayloadError` for a change of a kind we don't know.
    """
    field = str(change.get("field"))
    if field in OF_NO_USE:
        return ()
    if field not in SAYING:
        raise MalformedPayloadError(f"no field we know: {field[:40]}")
    value = Value.model_validate(change.get("value"))
    if value.metadata.phone_number_id != adapter.secret("phone_number_id"):
        raise MalformedPayloadError("a change of another phone number")
    return _events(adapter, value)


def _events(adapter: ChannelAdapter, value: Value) -> Iterable[ChannelEvent]:
    contact = value.contacts[0] if value.contacts else Contact()
    for message in value.messages:
        return _message(adapter, message, contact)
    for echo in value.message_echoes:
        return _echo(adapter, echo, contact)
    for status in value.statuses:
        return _status(adapter, status, contact)
    codes = [error.code for error in value.errors]
    raise MalformedPayloadError(f"neither message nor status; errors {codes[:10]}")


def _message(adapter: ChannelAdapter, message: Message, contact: Contact) -> Iterable[ChannelEvent]:
    if message.group_id or message.type in _TYPES_OF_NO_USE or _is_call_permission(message):
        return ()
    read = _READERS.get(message.type, _received)
    return read(adapter, message, contact)


def _received(adapter: ChannelAdapter, message: Message, contact: Contact) -> Events:
    identity = _sender(adapter, message, contact)
    text, attachments = said_in(message)
    yield MessageReceived(
        id=adapter.event_id("message", message.id),
        identity=identity,
        occurred_at=message.timestamp,
        message_id=message.id,
        text=text,
        attachments=(*attachments, *beside(message)),
        name=contact.profile.name or None,
        phone=_phone(message.from_phone or contact.wa_id) or shared_phone(message),
        thread_refs=(message.context.id,) if message.context.id else (),
        choice=choice_in(message),
        fields=fields_in(message),
    )


def _reaction(adapter: ChannelAdapter, message: Message, contact: Contact) -> Events:
    if message.reaction is None:
        raise MalformedPayloadError("a reaction to nothing")
    yield MessageReacted(
        id=adapter.event_id("reaction", message.id),
        identity=_sender(adapter, message, contact),
        occurred_at=message.timestamp,
        message_id=message.reaction.message_id,
        emoji=message.reaction.emoji or "",
    )


def _edited(adapter: ChannelAdapter, message: Message, contact: Contact) -> Events:
    if message.edit is None:
        raise MalformedPayloadError("an edit of nothing")
    text, _ = said_in(message.edit.message)
    if text:  # A caption may be taken away: the file itself stays as it was.
        yield MessageEdited(
            id=adapter.event_id("edit", message.id),
            identity=_sender(adapter, message, contact),
            occurred_at=message.timestamp,
            message_id=message.edit.original_message_id,
            text=text,
        )


def _revoked(adapter: ChannelAdapter, message: Message, contact: Contact) -> Events:
    if message.revoke is None:
        raise MalformedPayloadError("a revocation of nothing")
    yield MessageDeleted(
        id=adapter.event_id("deleted", message.id),
        identity=_sender(adapter, message, contact),
        occurred_at=message.timestamp,
        message_id=message.revoke.original_message_id,
    )


def _system(adapter: ChannelAdapter, message: Message, contact: Contact) -> Events:
    """Yield that a customer's old and new ids are one person; with the phone goes the user id."""
    system = message.system
    if system is None or system.type not in _CHANGES:
        raise MalformedPayloadError(f"no change we know: {(system.type if system else '')[:40]}")
    if system.type == "customer_identity_changed":  # Another device's keys: the same person.
        return
    phone = system.wa_id or system.new_wa_id
    old = adapter.identity(system.previous_user_id or message.from_phone or _nobody())
    new = adapter.identity(system.user_id or phone or _nobody())
    if old != new:
        yield IdentityLinked(
            id=adapter.event_id("linked", message.id),
            identity=old,
            occurred_at=message.timestamp,
            other=new,
            replaces=True,
        )
    if number := _phone(phone):
        yield ContactUpdated(
            id=adapter.event_id("contact", message.id),
            identity=new,
            occurred_at=message.timestamp,
            phone=number,
        )


def _echo(adapter: ChannelAdapter, echo: Message, contact: Contact) -> Events:
    """Yield what the account said in the WhatsApp Business app.

    An edit, a revocation or a reaction there is the account's own, and no customer's.
    """
    if echo.group_id or echo.type in _READERS:
        return
    text, attachments = said_in(echo)
    yield MessageEchoed(
        id=adapter.event_id("echo", echo.id),
        identity=adapter.identity(
            echo.to_user_id or contact.user_id or echo.to_phone or contact.wa_id or _nobody()
        ),
        occurred_at=echo.timestamp,
        message_id=echo.id,
        text=text,
        attachments=attachments,
    )


def _status(adapter: ChannelAdapter, status: Status, contact: Contact) -> Iterable[ChannelEvent]:
    if status.recipient_type == "group":
        return ()
    identity = adapter.identity(
        status.recipient_user_id
        or contact.user_id
        or status.recipient_id
        or contact.wa_id
        or _nobody()
    )
    return status_events(adapter, status, identity)


def _sender(adapter: ChannelAdapter, message: Message, contact: Contact) -> Identity:
    """Return who wrote: the user id where there is one, for a phone may vanish or change hands."""
    return adapter.identity(
        message.from_user_id or contact.user_id or message.from_phone or contact.wa_id or _nobody()
    )


def _nobody() -> str:
    raise MalformedPayloadError("the customer has neither a user id nor a phone")


def _phone(wa_id: str | None) -> str | None:
    """Return a `wa_id` in E.164, of which it lacks the plus only."""
    return f"+{wa_id}" if wa_id and _WA_ID.fullmatch(wa_id) else None


def _is_call_permission(message: Message) -> bool:
    interactive = message.interactive
    return interactive is not None and interactive.type == "call_permission_reply"


_WA_ID = re.compile(r"[1-9][0-9]{6,14}")

_READERS: Mapping[str, Callable[[ChannelAdapter, Message, Contact], Events]] = {
    "reaction": _reaction,
    "edit": _edited,
    "revoke": _revoked,
    "system": _system,
}

_CHANGES = frozenset(
    {
        "customer_changed_number",
        "customer_identity_changed",
        "user_changed_number",
        "user_changed_user_id",
    }
)

_TYPES_OF_NO_USE = frozenset({"request_welcome"})

DOCUMENTED = frozenset({*TYPES, *_READERS, *STATUSES, *_CHANGES, *_TYPES_OF_NO_USE})
DOCUMENTED |= SAYING | OF_NO_USE
"""The events that the channel's page lists."""
