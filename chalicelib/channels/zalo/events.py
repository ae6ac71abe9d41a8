"""What Zalo tells, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.phones import to_e164
from chalicelib.channels.wire import milliseconds
from chalicelib.channels.zalo.attachments import attachments_of
from chalicelib.channels.zalo.payloads import Event, Message, Party
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    ContactUpdated,
    MessageEchoed,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one payload; none where it is of no use to us.

    Raises `MalformedPayloadError` for an event we don't know or of another Official Account.
    """
    name = payload.get("event_name")
    if not isinstance(name, str):
        raise MalformedPayloadError("no event_name")
    if name in _OF_NO_USE or "_group" in name:
        return ()
    if name not in _READERS:
        raise MalformedPayloadError(f"no event we know: {name[:80]}")
    return _READERS[name](adapter, Event.model_validate(payload))


def _message(adapter: ChannelAdapter, event: Event) -> Events:
    customer, account = _required(event.sender), _required(event.recipient)
    _require_account(adapter, account.id)
    message_id, text, attachments = _said(event)
    yield MessageReceived(
        id=adapter.event_id("message", message_id),
        identity=adapter.identity(customer.id),
        occurred_at=event.timestamp,
        message_id=message_id,
        text=text,
        attachments=attachments,
        thread_refs=_quoted(event.message),
    )


def _echo(adapter: ChannelAdapter, event: Event) -> Events:
    account, customer = _required(event.sender), _required(event.recipient)
    _require_account(adapter, account.id)
    message_id, text, attachments = _said(event)
    yield MessageEchoed(
        id=adapter.event_id("echo", message_id),
        identity=adapter.identity(customer.id),
        occurred_at=event.timestamp,
        message_id=message_id,
        text=text,
        attachments=attachments,
        # Every send is echoed, whoever made it: without an admin it is ours or another app's.
        author_id=account.admin_id,
    )


def _delivered(adapter: ChannelAdapter, event: Event) -> Events:
    # A template sent to a phone number (ZNS) reports with a delivery_time: not a chat of ours.
    if event.message is None or event.message.delivery_time is None:
        yield _receipt(adapter, event, Delivery.DELIVERED)


def _seen(adapter: ChannelAdapter, event: Event) -> Events:
    yield _receipt(adapter, event, Delivery.READ)


def _receipt(adapter: ChannelAdapter, event: Event, delivery: Delivery) -> ReceiptReceived:
    """Return a receipt. Here, although the customer acted, the account is the sender."""
    account, customer = _required(event.sender), _required(event.recipient)
    _require_account(adapter, account.id)
    message_ids = _message_ids(event.message)
    return ReceiptReceived(
        id=adapter.event_id(delivery, customer.id, milliseconds(event.timestamp), message_ids[0]),
        identity=adapter.identity(customer.id),
        occurred_at=event.timestamp,
        delivery=delivery,
        message_ids=message_ids,
    )


def _reaction(adapter: ChannelAdapter, event: Event) -> Events:
    customer, account = _required(event.sender), _required(event.recipient)
    _require_account(adapter, account.id)
    message_id = _message_ids(event.message)[0]
    icon = (event.message.react_icon if event.message else None) or ""
    yield MessageReacted(
        id=adapter.event_id("reaction", milliseconds(event.timestamp), message_id),
        identity=adapter.identity(customer.id),
        occurred_at=event.timestamp,
        message_id=message_id,
        emoji=_EMOJI.get(icon, icon),
    )


def _returned(adapter: ChannelAdapter, event: Event) -> Events:
    identity = _customer(adapter, event)
    yield ContactReturned(
        id=_relation_id(adapter, event, identity),
        identity=identity,
        occurred_at=event.timestamp,
    )


def _unfollowed(adapter: ChannelAdapter, event: Event) -> Events:
    identity = _customer(adapter, event)
    yield ContactBlocked(
        id=_relation_id(adapter, event, identity),
        identity=identity,
        occurred_at=event.timestamp,
    )


def _information(adapter: ChannelAdapter, event: Event) -> Events:
    identity = _customer(adapter, event)
    if event.info is None:
        raise MalformedPayloadError("no info was submitted")
    yield ContactUpdated(
        id=_relation_id(adapter, event, identity),
        identity=identity,
        occurred_at=event.timestamp,
        name=event.info.name or None,
        phone=to_e164(event.info.phone) if event.info.phone else None,
    )


def _customer(adapter: ChannelAdapter, event: Event) -> Identity:
    """Return who a relation event is about. Every kind of them says so in another place."""
    party = event.follower or event.sender
    account_id = event.oa_id or (event.recipient.id if event.recipient else None)
    user_id = party.id if party else event.user_id or (event.data.user_id if event.data else None)
    if user_id is None:
        raise MalformedPayloadError("the event names no customer")
    if account_id is not None:
        _require_account(adapter, account_id)
    return adapter.identity(user_id)


def _relation_id(adapter: ChannelAdapter, event: Event, identity: Identity) -> str:
    return adapter.event_id(event.event_name, identity.external_id, milliseconds(event.timestamp))


def _require_account(adapter: ChannelAdapter, account_id: str) -> None:
    """Require an event of this account: all of an app's Official Accounts share its webhook."""
    if account_id != adapter.secret("oa_id"):
        raise MalformedPayloadError("an event of another Official Account")


def _required(party: Party | None) -> Party:
    if party is None:
        raise MalformedPayloadError("sender or recipient is missing")
    return party


def _message_ids(message: Message | None) -> tuple[str, ...]:
    found = (message.msg_ids or (message.msg_id,)) if message else ()
    message_ids = tuple(dict.fromkeys(each for each in found if each))
    if not message_ids:
        raise MalformedPayloadError("no msg_id")
    return message_ids


def _quoted(message: Message | None) -> tuple[str, ...]:
    return (message.quote_msg_id,) if message and message.quote_msg_id else ()


def _said(event: Event) -> tuple[str, str, tuple[Attachment, ...]]:
    """Return a message's id, words and attachments; never neither of the two."""
    message_id = _message_ids(event.message)[0]
    message = event.message or Message()
    attachments = attachments_of(message)
    text = message.text or ""
    if event.product and event.product.url:
        link = Attachment(kind=AttachmentKind.LINK, name=event.product.title, url=event.product.url)
        text, attachments = event.product.description or text, (*attachments, link)
    if not text and not attachments:
        text = f"[{event.event_name.rpartition('_')[2]}]"
    return message_id, text, attachments


_EMOJI = {
    "/-heart": "❤️",
    "/-strong": "👍",
    ":>": "😄",
    ":o": "😮",
    ":-((": "😭",
    ":-h": "😡",
    "/-remove": "",
}

_SPOKEN = (
    *("text", "image", "gif", "link", "audio", "video", "sticker", "location"),
    *("business_card", "file"),
)

_READERS: Mapping[str, Callable[[ChannelAdapter, Event], Iterable[ChannelEvent]]] = {
    **{f"user_send_{kind}": _message for kind in _SPOKEN},
    **{f"oa_send_{kind}": _echo for kind in (*_SPOKEN, "list", "template")},
    "user_asking_product": _message,
    "user_received_message": _delivered,
    "user_seen_message": _seen,
    "user_reacted_message": _reaction,
    "follow": _returned,
    "user_click_chatnow": _returned,
    "widget_interaction_accepted": _returned,
    "unfollow": _unfollowed,
    "user_submit_info": _information,
}

# Housekeeping of the account, and its own acts. Groups are not a conversation with one customer.
_OF_NO_USE = frozenset(
    {
        "add_user_to_tag",
        "change_oa_daily_quota",
        "change_oa_template_tags",
        "change_template_quality",
        "change_template_quota",
        "change_template_status",
        "extension_purchased",
        "oa_reacted_message",
        "oa_send_consent",
        "remove_tag",
        "remove_user_from_tag",
        "shop_has_order",
        "update_user_info",
        "user_reply_consent",
    }
)

DOCUMENTED = frozenset(name for name in _READERS if not name.startswith("oa_send_"))
"""The events that the channel's page lists."""
