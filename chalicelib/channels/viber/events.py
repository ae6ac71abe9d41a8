"""What Viber tells, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.viber.attachments import attachments_of
from chalicelib.channels.viber.payloads import (
    Message,
    MessageCallback,
    ReceiptCallback,
    SubscribedCallback,
    User,
    UserCallback,
)
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, Delivery
from chalicelib.errors import MalformedPayloadError, SendFailure

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one callback; none where it is of no use to us.

    Raises `MalformedPayloadError` for a callback of a kind we don't know.
    """
    name = payload.get("event")
    if not isinstance(name, str):
        raise MalformedPayloadError("no event")
    if name in _OF_NO_USE:
        return ()
    if name not in _READERS:
        raise MalformedPayloadError(f"no event we know: {name[:80]}")
    return _READERS[name](adapter, payload)


def _message(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    callback = MessageCallback.model_validate(payload)
    if callback.chat_id is not None:
        return  # Said in a group that called the bot: not a talk with one customer.
    text, attachments = _said(callback.message)
    yield MessageReceived(
        id=adapter.event_id("message", callback.message_token),
        identity=adapter.identity(callback.sender.id),
        occurred_at=callback.timestamp,
        message_id=callback.message_token,
        text=text,
        attachments=attachments,
        name=callback.sender.name or None,
        language=_language(callback.sender),
    )


def _delivered(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    yield _receipt(adapter, payload, Delivery.DELIVERED)


def _seen(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    yield _receipt(adapter, payload, Delivery.READ)


def _failed(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    # Why, `desc` says in free words only.
    yield _receipt(adapter, payload, Delivery.FAILED, SendFailure.REJECTED)


def _receipt(
    adapter: ChannelAdapter,
    payload: Mapping[str, Any],
    delivery: Delivery,
    reason: str | None = None,
) -> ReceiptReceived:
    """Return a receipt. Every device of a customer sends one, and they are the same event."""
    callback = ReceiptCallback.model_validate(payload)
    return ReceiptReceived(
        id=adapter.event_id(delivery, callback.message_token),
        identity=adapter.identity(callback.user_id),
        occurred_at=callback.timestamp,
        delivery=delivery,
        reason=reason,
        message_ids=(callback.message_token,),
    )


def _subscribed(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    callback = SubscribedCallback.model_validate(payload)
    yield ContactReturned(
        id=adapter.event_id("subscribed", callback.user.id, milliseconds(callback.timestamp)),
        identity=adapter.identity(callback.user.id),
        occurred_at=callback.timestamp,
    )


def _unsubscribed(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    callback = UserCallback.model_validate(payload)
    yield ContactBlocked(
        id=adapter.event_id("unsubscribed", callback.user_id, milliseconds(callback.timestamp)),
        identity=adapter.identity(callback.user_id),
        occurred_at=callback.timestamp,
    )


def _said(message: Message) -> tuple[str, tuple[Attachment, ...]]:
    if message.type not in _SPOKEN:
        raise MalformedPayloadError(f"no content we know: {message.type[:80]}")
    text, attachments = message.text or "", attachments_of(message)
    if not text and not attachments:
        raise MalformedPayloadError("a message with neither text nor attachment")
    return text, attachments


def _language(user: User) -> str | None:
    """Return the language of the person's device without its region: `vi`, `en`."""
    return user.language.partition("-")[0].lower() if user.language else None


_SPOKEN = frozenset(
    {"contact", "file", "location", "picture", "sticker", "text", "url", "video"},
)

_READERS: Mapping[str, Callable[[ChannelAdapter, Mapping[str, Any]], Iterable[ChannelEvent]]] = {
    "message": _message,
    "delivered": _delivered,
    "seen": _seen,
    "failed": _failed,
    "subscribed": _subscribed,
    "unsubscribed": _unsubscribed,
}

# Viber's check of the URL, somebody who only opened the chat, and who is online.
_OF_NO_USE = frozenset({"action", "client_status", "conversation_started", "webhook"})

DOCUMENTED = frozenset(_READERS)
"""The events that the channel's page lists."""
