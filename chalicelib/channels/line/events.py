"""What LINE tells, in our words. Only one-to-one chats are a conversation with a customer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.line.attachments import attachments_of
from chalicelib.channels.line.payloads import Event, Message
from chalicelib.channels.line.tokens import reply_thread
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    MessageDeleted,
    MessageEdited,
    MessageReceived,
)
from chalicelib.domain.messages import Attachment
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, event: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return what one webhook event tells; nothing where it is of no use to us.

    Raises `MalformedPayloadError` for an event of a kind we don't know.
    """
    kind = event.get("type")
    if not isinstance(kind, str):
        raise MalformedPayloadError("an event without a type")
    # In standby another module of the account has the chat: it answers, not we.
    if kind in _OF_NO_USE or event.get("mode") == "standby":
        return ()
    if kind not in _READERS:
        raise MalformedPayloadError(f"no event we know: {kind[:80]}")
    read = Event.model_validate(event)
    return () if read.source.type in _SEVERAL_PEOPLE else _READERS[kind](adapter, read)


def _message(adapter: ChannelAdapter, event: Event) -> Events:
    message = _required(event.message)
    text, attachments = _said(message)
    quoted = message.quoted_message_id
    yield MessageReceived(
        id=adapter.event_id("message", event.event_id),
        identity=_customer(adapter, event),
        occurred_at=event.timestamp,
        message_id=message.id,
        text=text,
        attachments=attachments,
        thread_refs=(quoted,) if quoted else (),
        thread=reply_thread(event.reply_token, event.timestamp),
    )


def _postback(adapter: ChannelAdapter, event: Event) -> Events:
    if event.postback is None:
        raise MalformedPayloadError("a postback without its data")
    picked = (event.postback.params or {}).values()
    text = " ".join(part for part in (event.postback.data, *picked) if part)
    if not text:
        raise MalformedPayloadError("a postback that says nothing")
    yield MessageReceived(
        id=adapter.event_id("postback", event.event_id),
        identity=_customer(adapter, event),
        occurred_at=event.timestamp,
        message_id=event.event_id,
        text=text,
        thread=reply_thread(event.reply_token, event.timestamp),
        choice=event.postback.data,
    )


def _edit(adapter: ChannelAdapter, event: Event) -> Events:
    message = _required(event.message)
    if not message.text:
        raise MalformedPayloadError("an edit without words")
    yield MessageEdited(
        id=adapter.event_id("edit", event.event_id),
        identity=_customer(adapter, event),
        occurred_at=event.timestamp,
        message_id=message.id,
        text=message.text,
    )


def _unsent(adapter: ChannelAdapter, event: Event) -> Events:
    if event.unsend is None:
        raise MalformedPayloadError("no message is named that was unsent")
    yield MessageDeleted(
        id=adapter.event_id("unsend", event.event_id),
        identity=_customer(adapter, event),
        occurred_at=event.timestamp,
        message_id=event.unsend.message_id,
    )


def _followed(adapter: ChannelAdapter, event: Event) -> Events:
    yield ContactReturned(
        id=adapter.event_id("follow", event.event_id),
        identity=_customer(adapter, event),
        occurred_at=event.timestamp,
    )


def _unfollowed(adapter: ChannelAdapter, event: Event) -> Events:
    yield ContactBlocked(
        id=adapter.event_id("unfollow", event.event_id),
        identity=_customer(adapter, event),
        occurred_at=event.timestamp,
    )


def _customer(adapter: ChannelAdapter, event: Event) -> Identity:
    if event.source.user_id is None:
        raise MalformedPayloadError("the event names no customer")
    return adapter.identity(event.source.user_id)


def _required(message: Message | None) -> Message:
    if message is None:
        raise MalformedPayloadError("an event without its message")
    return message


def _said(message: Message) -> tuple[str, tuple[Attachment, ...]]:
    """Return words and attachments; a sticker's own words are its name."""
    text = (message.text or "") if message.type == "text" else ""
    attachments = attachments_of(message)
    if not text and not attachments:
        raise MalformedPayloadError(f"no content we know: {message.type[:80]}")
    return text, attachments


_READERS: Mapping[str, Callable[[ChannelAdapter, Event], Iterable[ChannelEvent]]] = {
    "message": _message,
    "messageEdited": _edit,
    "unsend": _unsent,
    "postback": _postback,
    "follow": _followed,
    "unfollow": _unfollowed,
}

_SEVERAL_PEOPLE = frozenset({"group", "room"})

# Groups coming and going, and what the account or a device of the shop's does by itself.
_OF_NO_USE = frozenset(
    {
        "accountLink",
        "activated",
        "beacon",
        "botResumed",
        "botSuspended",
        "deactivated",
        "delivery",
        "join",
        "leave",
        "memberJoined",
        "memberLeft",
        "membership",
        "module",
        "things",
        "videoPlayComplete",
    }
)

DOCUMENTED = frozenset(_READERS)
"""The events that the channel's page lists."""
