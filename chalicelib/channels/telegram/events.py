"""What Telegram tells, in our words. Only one-to-one chats are a conversation with a customer."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.json_body import read_object
from chalicelib.channels.phones import to_e164
from chalicelib.channels.telegram.attachments import attachments_of
from chalicelib.channels.telegram.payloads import (
    CallbackQuery,
    Chat,
    MemberUpdated,
    Message,
    MessageReaction,
    Press,
    Update,
    User,
)
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    ContactUpdated,
    MessageEdited,
    MessageReacted,
    MessageReceived,
)
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one update; none where it is of no use to us.

    Raises `MalformedPayloadError` for an update of a kind we don't know.
    """
    kind = next((kind for kind in _READERS if payload.get(kind) is not None), None)
    if kind is not None:
        update = Update.model_validate(payload)
        return _READERS[kind](adapter, update.update_id, getattr(update, kind))
    if _OF_NO_USE & payload.keys():
        return ()
    raise MalformedPayloadError(f"no update we know among {sorted(payload)[:10]}")


def pressed_id(body: bytes) -> str | None:
    """Return the id of the button press in a webhook, None where it tells of something else."""
    try:
        query = read_object(body).get("callback_query")
        return Press.model_validate(query).id if query else None
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return None


def _message(adapter: ChannelAdapter, _: str, message: Message) -> Events:
    sender = message.sender
    if sender is None or not _is_private(message.chat, sender) or _SERVICE & message.other_kinds:
        return
    attachments = attachments_of(message)
    yield MessageReceived(
        id=adapter.event_id("message", message.chat.id, message.message_id),
        identity=adapter.identity(sender.id),
        occurred_at=message.date,
        message_id=message.message_id,
        text=message.text or message.caption or ("" if attachments else _kind(message)),
        attachments=attachments,
        name=_name(sender),
        language=_language(sender),
        thread_refs=_answered(message),
        group_id=message.media_group_id,
    )
    yield from _own_contact(adapter, message, sender)


def _own_contact(adapter: ChannelAdapter, message: Message, sender: User) -> Events:
    """Yield the number of who shares his own contact: anybody can share anybody else's."""
    contact = message.contact
    phone = to_e164(contact.phone_number) if contact and contact.user_id == sender.id else None
    if phone:
        yield ContactUpdated(
            id=adapter.event_id("contact", message.chat.id, message.message_id),
            identity=adapter.identity(sender.id),
            occurred_at=message.date,
            phone=phone,
        )


def _edit(adapter: ChannelAdapter, update_id: str, message: Message) -> Events:
    text = message.text or message.caption
    # A live location that moves is an "edit" too: without words there is nothing to change.
    if not text or message.sender is None or not _is_private(message.chat, message.sender):
        return
    yield MessageEdited(
        id=adapter.event_id("edit", update_id),
        identity=adapter.identity(message.sender.id),
        occurred_at=message.edit_date or message.date,
        message_id=message.message_id,
        text=text,
    )


def _button(adapter: ChannelAdapter, _: str, query: CallbackQuery) -> Events:
    # Without a message it is a button of an inline result or a game, in a chat we can't see.
    if query.message is None or not _is_private(query.message.chat, query.sender):
        return
    # Telegram doesn't say when a button was pressed: not before its message was sent.
    yield MessageReceived(
        id=adapter.event_id("postback", query.id),
        identity=adapter.identity(query.sender.id),
        occurred_at=query.message.date,
        message_id=query.id,
        text=_title(query),
        name=_name(query.sender),
        language=_language(query.sender),
        choice=query.data,
    )


def _reaction(adapter: ChannelAdapter, update_id: str, reaction: MessageReaction) -> Events:
    if reaction.user is None or not _is_private(reaction.chat, reaction.user):
        return
    yield MessageReacted(
        id=adapter.event_id("reaction", update_id),
        identity=adapter.identity(reaction.user.id),
        occurred_at=reaction.date,
        message_id=reaction.message_id,
        emoji="".join(each.emoji or f"[{each.type}]" for each in reaction.new_reaction),
    )


def _membership(adapter: ChannelAdapter, update_id: str, member: MemberUpdated) -> Events:
    if not _is_private(member.chat, member.sender):
        return
    is_blocked = member.new_chat_member.status == "kicked"
    happened, kind = (ContactBlocked, "blocked") if is_blocked else (ContactReturned, "returned")
    yield happened(
        id=adapter.event_id(kind, update_id),
        identity=adapter.identity(member.sender.id),
        occurred_at=member.date,
    )


def _is_private(chat: Chat, user: User) -> bool:
    """Tell a one-to-one chat: it has the id of the person in it."""
    return chat.id == user.id


def _kind(message: Message) -> str:
    """Name what has neither words nor file, so that no message is empty: `[dice]`."""
    kinds = _WORDLESS & message.other_kinds
    if not kinds:
        raise MalformedPayloadError(f"no content we know among {sorted(message.other_kinds)[:20]}")
    return f"[{min(kinds)}]"


def _title(query: CallbackQuery) -> str:
    """Return what stood on the button, else its data."""
    keyboard = query.message.reply_markup if query.message else None
    rows = keyboard.inline_keyboard if keyboard else ()
    titles = (b.text for row in rows for b in row if b.callback_data == query.data)
    title = next(titles, query.data)
    if not title:
        raise MalformedPayloadError("a button without title and data")
    return title


def _name(user: User) -> str | None:
    return f"{user.first_name} {user.last_name}".strip() or None


def _language(user: User) -> str | None:
    """Return the language of the person's Telegram without its region: `vi`, `en`."""
    return user.language_code.partition("-")[0].lower() if user.language_code else None


def _answered(message: Message) -> tuple[str, ...]:
    return (message.reply_to_message.message_id,) if message.reply_to_message else ()


_READERS: Mapping[str, Callable[[ChannelAdapter, str, Any], Iterable[ChannelEvent]]] = {
    "message": _message,
    "edited_message": _edit,
    "callback_query": _button,
    "message_reaction": _reaction,
    "my_chat_member": _membership,
}

# Channels, groups, other people's chats (Telegram Business), games, payments, statistics.
_OF_NO_USE = frozenset(
    {
        "business_connection",
        "business_message",
        "channel_post",
        "chat_boost",
        "chat_join_request",
        "chat_member",
        "chosen_inline_result",
        "deleted_business_messages",
        "edited_business_message",
        "edited_channel_post",
        "guest_message",
        "inline_query",
        "managed_bot",
        "message_reaction_count",
        "poll",
        "poll_answer",
        "pre_checkout_query",
        "purchased_paid_media",
        "removed_chat_boost",
        "shipping_query",
    }
)

# Told by Telegram itself inside a one-to-one chat; nobody said anything.
_SERVICE = frozenset(
    {
        "chat_background_set",
        "chat_shared",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "gift",
        "message_auto_delete_timer_changed",
        "pinned_message",
        "refunded_payment",
        "successful_payment",
        "unique_gift",
        "users_shared",
        "write_access_allowed",
    }
)

_WORDLESS = frozenset({"checklist", "dice", "game", "paid_media", "poll", "story"})

UPDATES = tuple(_READERS)
"""The kinds of updates that are asked for."""

DOCUMENTED = frozenset(_READERS)
"""The events that the channel's page lists."""
