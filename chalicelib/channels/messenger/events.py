"""What Messenger tells, in our words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.messenger.attachments import attachments_of
from chalicelib.channels.messenger.payloads import (
    Message,
    MessageEdit,
    Messaging,
    Party,
    Postback,
    Reaction,
    Receipt,
)
from chalicelib.channels.parts import digest
from chalicelib.channels.phones import to_e164
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    ContactUpdated,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, Delivery
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, item: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one element of `messaging`; none where it is of no use to us.

    Raises `MalformedPayloadError` for an element of a kind we don't know.
    """
    kind = next((kind for kind in _READERS if item.get(kind) is not None), None)
    if kind is not None:
        messaging = Messaging.model_validate(item)
        return _READERS[kind](adapter, messaging, getattr(messaging, kind))
    if _OF_NO_USE & item.keys():
        return ()
    raise MalformedPayloadError(f"no event we know among {sorted(item)[:10]}")


def _message(adapter: ChannelAdapter, item: Messaging, message: Message) -> Events:
    if message.is_echo:
        return _echo(adapter, item, message)
    if message.is_deleted:
        return _deleted(adapter, item, message)
    return _received(adapter, item, message)


def _received(adapter: ChannelAdapter, item: Messaging, message: Message) -> Events:
    identity = _identity(adapter, item.sender)
    text, attachments = _said(message)
    yield MessageReceived(
        id=adapter.event_id("message", message.mid),
        identity=identity,
        occurred_at=item.timestamp,
        message_id=message.mid,
        text=text,
        attachments=attachments,
        thread_refs=_answered(message),
        choice=message.quick_reply.payload if message.quick_reply else None,
    )
    yield from _shared_contact(adapter, item, message)


def _echo(adapter: ChannelAdapter, item: Messaging, message: Message) -> Events:
    text, attachments = _said(message)
    # Page Inbox, Business Suite and other apps have ids of their own; only ours is sure.
    is_ours = message.app_id == adapter.secret("app_id")
    yield MessageEchoed(
        id=adapter.event_id("echo", message.mid),
        identity=_identity(adapter, item.recipient),
        occurred_at=item.timestamp,
        message_id=message.mid,
        text=text,
        attachments=attachments,
        ours=is_ours,
        author_id=None if is_ours else message.app_id,
    )


def _deleted(adapter: ChannelAdapter, item: Messaging, message: Message) -> Events:
    yield MessageDeleted(
        id=adapter.event_id("deleted", message.mid),
        identity=_identity(adapter, item.sender),
        occurred_at=item.timestamp,
        message_id=message.mid,
    )


def _shared_contact(adapter: ChannelAdapter, item: Messaging, message: Message) -> Events:
    """Yield what a `user_phone_number` or `user_email` quick reply gave away.

    Its payload is what the person saw and tapped; any other payload is a developer's own word.
    """
    shared = message.quick_reply.payload if message.quick_reply else None
    if not shared or shared != message.text:
        return
    phone = to_e164(shared) if _PHONE.fullmatch(shared) else None
    email = shared if _EMAIL.fullmatch(shared) else None
    if phone or email:
        yield ContactUpdated(
            id=adapter.event_id("contact", message.mid),
            identity=_identity(adapter, item.sender),
            occurred_at=item.timestamp,
            phone=phone,
            email=email,
        )


def _postback(adapter: ChannelAdapter, item: Messaging, postback: Postback) -> Events:
    identity = _identity(adapter, item.sender)
    text = postback.title or postback.payload
    if not text:
        raise MalformedPayloadError("a postback without title and payload")
    fallback = digest(f"{identity.external_id} {milliseconds(item.timestamp)} {text}")
    yield MessageReceived(
        id=adapter.event_id("postback", postback.mid or fallback),
        identity=identity,
        occurred_at=item.timestamp,
        message_id=postback.mid or fallback,
        text=text,
        choice=postback.payload,
    )


def _reaction(adapter: ChannelAdapter, item: Messaging, reaction: Reaction) -> Events:
    identity = _identity(adapter, item.sender)
    if identity.external_id == adapter.secret("page_id"):
        return
    yield MessageReacted(
        id=adapter.event_id(
            "reaction", milliseconds(item.timestamp), reaction.action, reaction.mid
        ),
        identity=identity,
        occurred_at=item.timestamp,
        message_id=reaction.mid,
        emoji="" if reaction.action == "unreact" else reaction.emoji or reaction.reaction or "?",
    )


def _edit(adapter: ChannelAdapter, item: Messaging, edit: MessageEdit) -> Events:
    if not edit.text:  # A fresh message (num_edit 0) may be announced so, without its words.
        return
    yield MessageEdited(
        id=adapter.event_id("edit", edit.num_edit, edit.mid),
        identity=_identity(adapter, item.sender),
        occurred_at=item.timestamp,
        message_id=edit.mid,
        text=edit.text,
    )


def _delivered(adapter: ChannelAdapter, item: Messaging, receipt: Receipt) -> Events:
    yield _receipt(adapter, item, receipt, Delivery.DELIVERED)


def _read(adapter: ChannelAdapter, item: Messaging, receipt: Receipt) -> Events:
    yield _receipt(adapter, item, receipt, Delivery.READ)


def _receipt(
    adapter: ChannelAdapter, item: Messaging, receipt: Receipt, delivery: Delivery
) -> ReceiptReceived:
    identity = _identity(adapter, item.sender)
    mids = receipt.mids or ()
    watermark = str(milliseconds(receipt.watermark))
    what = digest(" ".join((identity.external_id, watermark, *mids)))
    return ReceiptReceived(
        id=adapter.event_id(delivery, what),
        identity=identity,
        occurred_at=item.timestamp,
        delivery=delivery,
        message_ids=mids,
        watermark_at=receipt.watermark,
    )


def _identity(adapter: ChannelAdapter, party: Party | None) -> Identity:
    if party is None or party.id is None:
        raise MalformedPayloadError("the customer has no page-scoped id")
    return adapter.identity(party.id)


def _said(message: Message) -> tuple[str, tuple[Attachment, ...]]:
    attachments = attachments_of(message)
    text = message.text or ""
    if not text and message.is_unsupported:
        text = "[unsupported]"
    if not text and not attachments:
        raise MalformedPayloadError("a message with neither text nor attachment")
    return text, attachments


def _answered(message: Message) -> tuple[str, ...]:
    return (message.reply_to.mid,) if message.reply_to and message.reply_to.mid else ()


_READERS: Mapping[str, Callable[[ChannelAdapter, Messaging, Any], Iterable[ChannelEvent]]] = {
    "message": _message,
    "postback": _postback,
    "reaction": _reaction,
    "message_edit": _edit,
    "delivery": _delivered,
    "read": _read,
}

_OF_NO_USE = frozenset(
    {
        "account_linking",
        "app_roles",
        "optin",
        "pass_thread_control",
        "referral",
        "request_thread_control",
        "take_thread_control",
    }
)

_PHONE = re.compile(r"\+?[0-9]{8,15}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")

DOCUMENTED = frozenset({*_READERS, *_OF_NO_USE})
"""The events that the channel's page lists."""
