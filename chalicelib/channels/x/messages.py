"""Direct messages on X: what is said, and that it was read."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.x.attachments import from_message, plain
from chalicelib.channels.x.payloads import ChatMessage, DirectMessage, MarkRead, MessageData
from chalicelib.channels.x.people import included, name_of
from chalicelib.domain.events import (
    ChannelEvent,
    MessageEchoed,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Delivery
from chalicelib.errors import MalformedPayloadError

Payload = Mapping[str, Any]
Events = Iterator[ChannelEvent]

ENCRYPTED = "[encrypted]"


def message(adapter: ChannelAdapter, item: Any, body: Payload) -> Events:
    """Yield what was said, by the customer or by the account. `body` has the users beside it."""
    told = DirectMessage.model_validate(item)
    said = told.message_create
    ours, sender, recipient = adapter.secret("user_id"), said.sender_id, said.target.recipient_id
    attachments = from_message(said.message_data.attachment)
    text = _words(said.message_data, has_files=bool(attachments))
    if sender == ours:
        yield MessageEchoed(
            id=adapter.event_id("echo", told.id),
            identity=adapter.identity(recipient),
            occurred_at=told.created_timestamp,
            message_id=told.id,
            text=text,
            attachments=attachments,
        )
    elif recipient == ours:
        yield MessageReceived(
            id=adapter.event_id("message", told.id),
            identity=adapter.identity(sender),
            occurred_at=told.created_timestamp,
            message_id=told.id,
            text=text,
            attachments=attachments,
            name=name_of(sender, included(body, "users")),
            choice=_choice(said.message_data),
        )
    else:
        raise MalformedPayloadError("a message between two others")


def seen(adapter: ChannelAdapter, item: Any, _: Payload) -> Events:
    """Yield how far the customer has read."""
    read = MarkRead.model_validate(item)
    if read.sender_id == adapter.secret("user_id"):  # An agent read it in the app.
        return
    yield ReceiptReceived(
        id=adapter.event_id(Delivery.READ, read.sender_id, read.last_read_event_id),
        identity=adapter.identity(read.sender_id),
        occurred_at=read.created_timestamp,
        delivery=Delivery.READ,
        message_ids=(read.last_read_event_id,),
        watermark_at=read.created_timestamp,
    )


def encrypted(adapter: ChannelAdapter, payload: Payload, _: Payload) -> Events:
    """Nobody but the two can read an XChat message: it is only told that there is one."""
    told = ChatMessage.model_validate(payload)
    ours = adapter.secret("user_id")
    if told.sender_id != ours:
        yield MessageReceived(
            id=adapter.event_id("chat", told.id),
            identity=adapter.identity(told.sender_id),
            occurred_at=told.created_at_msec,
            message_id=told.id,
            text=ENCRYPTED,
        )
        return
    others = [each for each in told.conversation_id.split(":") if each != ours]
    if len(others) != 1:
        raise MalformedPayloadError("an encrypted message to nobody we can tell")
    yield MessageEchoed(
        id=adapter.event_id("chat", told.id),
        identity=adapter.identity(others[0]),
        occurred_at=told.created_at_msec,
        message_id=told.id,
        text=ENCRYPTED,
    )


def _choice(data: MessageData) -> str | None:
    return data.quick_reply_response.metadata or None if data.quick_reply_response else None


def _words(data: MessageData, *, has_files: bool) -> str:
    """Return what a message says, else a name for what it holds: `[location]`."""
    attached = data.attachment
    file = attached.media.link if attached and attached.media else ""
    text = plain(data.text, data.entities, [file])
    if text or has_files:
        return text
    if choice := _choice(data):
        return choice
    if attached:
        return f"[{attached.type}]"
    raise MalformedPayloadError("a message with neither text nor attachment")
