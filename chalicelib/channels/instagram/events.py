"""Instagram's direct messages, in our words. What is said in public: `comments.py`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.instagram import comments
from chalicelib.channels.instagram.attachments import attachments_of, unseen
from chalicelib.channels.instagram.payloads import (
    Message,
    MessageEdit,
    Messaging,
    Postback,
    Reaction,
    Read,
)
from chalicelib.channels.json_body import write_text
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
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

OURS = "frontline:"
"""What the metadata of our own messages begins with, where an echo brings it back."""


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
    customer = _customer(adapter, item)
    if message.is_self or customer is None:  # The account wrote to itself.
        return
    if message.is_deleted:
        yield MessageDeleted(
            id=adapter.event_id("deleted", message.mid),
            identity=customer,
            occurred_at=item.timestamp,
            message_id=message.mid,
        )
    elif message.is_echo or _is_own(adapter, item):
        yield _echo(adapter, item, message, customer)
    else:
        yield _received(adapter, item, message, customer)


def _received(
    adapter: ChannelAdapter, item: Messaging, message: Message, customer: Identity
) -> MessageReceived:
    text, attachments = _said(message)
    answered = message.reply_to.mid if message.reply_to else None
    return MessageReceived(
        id=adapter.event_id("message", message.mid),
        identity=customer,
        occurred_at=item.timestamp,
        message_id=message.mid,
        text=text,
        attachments=attachments,
        thread_refs=(answered,) if answered else (),
        choice=message.quick_reply.payload if message.quick_reply else None,
    )


def _echo(
    adapter: ChannelAdapter, item: Messaging, message: Message, customer: Identity
) -> MessageEchoed:
    text, attachments = _said(message)
    # Instagram names no app as a rule: then it is compared with what was sent.
    by_app = message.app_id == adapter.secret("app_id")
    is_ours = by_app or (message.metadata or "").startswith(OURS)
    return MessageEchoed(
        id=adapter.event_id("echo", message.mid),
        identity=customer,
        occurred_at=item.timestamp,
        message_id=message.mid,
        text=text,
        attachments=attachments,
        ours=is_ours,
        author_id=None if is_ours else message.app_id,
    )


def _postback(adapter: ChannelAdapter, item: Messaging, postback: Postback) -> Events:
    text = postback.title or postback.payload
    if not text:
        raise MalformedPayloadError("a postback without title and payload")
    yield MessageReceived(
        id=adapter.event_id("postback", postback.mid),
        identity=_sender(adapter, item),
        occurred_at=item.timestamp,
        message_id=postback.mid,
        text=text,
        choice=postback.payload,
    )


def _reaction(adapter: ChannelAdapter, item: Messaging, reaction: Reaction) -> Events:
    if _is_own(adapter, item):
        return
    yield MessageReacted(
        id=adapter.event_id(
            "reaction", milliseconds(item.timestamp), reaction.action, reaction.mid
        ),
        identity=_sender(adapter, item),
        occurred_at=item.timestamp,
        message_id=reaction.mid,
        emoji="" if reaction.action == "unreact" else reaction.emoji or reaction.reaction or "?",
    )


def _edit(adapter: ChannelAdapter, item: Messaging, edit: MessageEdit) -> Events:
    if _is_own(adapter, item):
        return
    if edit.text:
        yield MessageEdited(
            id=adapter.event_id("edit", edit.num_edit, edit.mid),
            identity=_sender(adapter, item),
            occurred_at=item.timestamp,
            message_id=edit.mid,
            text=edit.text,
        )
    elif edit.num_edit == "0":
        yield _lookup(adapter, item, edit)


def _lookup(adapter: ChannelAdapter, item: Messaging, edit: MessageEdit) -> LookupNeeded:
    """Ask for a fresh message: an app that isn't subscribed to `messages` hears only this."""
    known = item.model_dump(mode="json", include={"sender", "recipient"})
    known["timestamp"] = milliseconds(item.timestamp)
    known["message"] = {"mid": edit.mid}
    return LookupNeeded(
        id=adapter.event_id("lookup", edit.mid),
        identity=_sender(adapter, item),
        occurred_at=item.timestamp,
        reference=write_text({"time": known["timestamp"], "messaging": [known]}),
    )


def _read(adapter: ChannelAdapter, item: Messaging, read: Read) -> Events:
    if _is_own(adapter, item):
        return
    yield ReceiptReceived(
        id=adapter.event_id(Delivery.READ, read.mid),
        identity=_sender(adapter, item),
        occurred_at=item.timestamp,
        delivery=Delivery.READ,
        message_ids=(read.mid,),
    )


def _said(message: Message) -> tuple[str, tuple[Attachment, ...]]:
    text, attachments = message.text or unseen(message), attachments_of(message)
    if not text and not attachments:
        raise MalformedPayloadError("a message with neither text nor attachment")
    return text, attachments


def _is_own(adapter: ChannelAdapter, item: Messaging) -> bool:
    return item.sender is not None and item.sender.id == adapter.secret("account_id")


def _sender(adapter: ChannelAdapter, item: Messaging) -> Identity:
    if item.sender is None or item.sender.id is None:
        raise MalformedPayloadError("nobody is named as the sender")
    return adapter.identity(item.sender.id)


def _customer(adapter: ChannelAdapter, item: Messaging) -> Identity | None:
    """Return the one of both who isn't the account; None where the account talks to itself."""
    account_id = adapter.secret("account_id")
    parties = [party.id for party in (item.sender, item.recipient) if party and party.id]
    if not parties:
        raise MalformedPayloadError("nobody is named as the sender")
    other = next((party for party in parties if party != account_id), None)
    return adapter.identity(other) if other else None


_READERS: Mapping[str, Callable[[ChannelAdapter, Messaging, Any], Iterable[ChannelEvent]]] = {
    "message": _message,
    "postback": _postback,
    "reaction": _reaction,
    "message_edit": _edit,
    "read": _read,
}

_OF_NO_USE = frozenset(
    {
        "app_roles",
        "optin",
        "pass_thread_control",
        "referral",
        "request_thread_control",
        "take_thread_control",
    }
)

DOCUMENTED = frozenset({*_READERS, *_OF_NO_USE, *comments.READERS, *comments.OF_NO_USE})
"""The events that the channel's page lists."""
