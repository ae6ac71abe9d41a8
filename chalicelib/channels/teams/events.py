"""What Teams tells, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.parts import digest
from chalicelib.channels.teams.attachments import attachments_of
from chalicelib.channels.teams.payloads import Activity
from chalicelib.channels.teams.reference import reference_to
from chalicelib.channels.teams.text import (
    chosen,
    emoji_of,
    filled_in,
    is_call,
    said,
    submitted,
    written,
)
from chalicelib.domain.events import (
    ChannelEvent,
    ContactBlocked,
    ContactReturned,
    MessageDeleted,
    MessageEdited,
    MessageReacted,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Delivery
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]

TEAMS = "msteams"
CARD_ACTION = "adaptiveCard/action"
READ_RECEIPT = "application/vnd.microsoft.readReceipt"


def events_of(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one activity; none where it is of no use to us.

    Raises `MalformedPayloadError` for an activity of a kind we don't know.
    """
    kind = payload.get("type")
    # Elsewhere (Direct Line, Web Chat) whoever writes chooses who he is: no id of Teams' is safe.
    if payload.get("channelId") != TEAMS:
        raise MalformedPayloadError("an activity of another channel than Teams")
    if not isinstance(kind, str) or kind not in DOCUMENTED:
        raise MalformedPayloadError("an activity of no type we know")
    if kind in _OF_NO_USE:
        return ()
    activity = Activity.model_validate(payload)
    return _READERS[kind](adapter, activity)


def _message(adapter: ChannelAdapter, activity: Activity) -> Events:
    if _is_bot(activity):
        return
    attachments = attachments_of(activity)
    text = said(activity) or submitted(activity.value)
    if not text and not attachments and is_call(activity):
        text = "[mention]"
    if not text and not attachments:
        raise MalformedPayloadError("a message with neither text nor attachment")
    yield _received(
        adapter,
        activity,
        "message",
        text,
        attachments=attachments,
        choice=chosen(activity.value),
        fields=filled_in(activity.value),
    )


def _invoke(adapter: ChannelAdapter, activity: Activity) -> Events:
    """Yield what a button of an Adaptive Card says (`Action.Execute`); nothing else is said."""
    if activity.name != CARD_ACTION or _is_bot(activity):
        return
    value = activity.value if isinstance(activity.value, dict) else {}
    action = value.get("action")
    action = action if isinstance(action, dict) else {}
    data = action.get("data")
    text = submitted(data) or written(action.get("title")) or "[card]"
    choice = written(action.get("verb")) or chosen(data)
    yield _received(adapter, activity, "postback", text, choice=choice, fields=filled_in(data))


def _received(
    adapter: ChannelAdapter, activity: Activity, kind: str, text: str, **more: Any
) -> MessageReceived:
    place = digest(activity.conversation.id)
    message_id = activity.id or digest(f"{activity.sender.id} {activity.at.isoformat()} {text}")
    return MessageReceived(
        id=adapter.event_id(kind, place, message_id),
        identity=adapter.identity(activity.sender.id),
        occurred_at=activity.at,
        message_id=message_id,
        text=text,
        name=activity.sender.name,
        language=activity.locale.partition("-")[0].lower() if activity.locale else None,
        # What a message quotes is the writer's word: anybody may name any message there.
        thread_refs=(activity.reply_to_id,) if activity.reply_to_id else (),
        thread=reference_to(activity),
        **more,
    )


def _edit(adapter: ChannelAdapter, activity: Activity) -> Events:
    text = said(activity)
    # An edit that takes all words away leaves files we already have.
    if _is_bot(activity) or not text:
        return
    message_id = _id(activity)
    version = digest(f"{activity.at.isoformat()} {text}")
    yield MessageEdited(
        id=adapter.event_id("edit", digest(activity.conversation.id), message_id, version),
        identity=adapter.identity(activity.sender.id),
        occurred_at=activity.at,
        message_id=message_id,
        text=text,
    )


def _deleted(adapter: ChannelAdapter, activity: Activity) -> Events:
    if _is_bot(activity):
        return
    message_id = _id(activity)
    yield MessageDeleted(
        id=adapter.event_id("deleted", digest(activity.conversation.id), message_id),
        identity=adapter.identity(activity.sender.id),
        occurred_at=activity.at,
        message_id=message_id,
    )


def _reaction(adapter: ChannelAdapter, activity: Activity) -> Events:
    if _is_bot(activity):
        return
    if activity.reply_to_id is None:
        raise MalformedPayloadError("a reaction to no message")
    added, removed = activity.reactions_added or (), activity.reactions_removed or ()
    if not added and not removed:
        raise MalformedPayloadError("a reaction of no kind")
    emoji = "".join(map(emoji_of, added))
    what = f"{activity.sender.id} {activity.at.isoformat()} {emoji}"
    place = digest(activity.conversation.id)
    yield MessageReacted(
        id=adapter.event_id("reaction", place, activity.reply_to_id, digest(what)),
        identity=adapter.identity(activity.sender.id),
        occurred_at=activity.at,
        message_id=activity.reply_to_id,
        emoji=emoji,
    )


def _installation(adapter: ChannelAdapter, activity: Activity) -> Events:
    """Yield that a person has the app, or has it no more. A team's app is nobody's own."""
    if activity.action not in _INSTALLATIONS:
        raise MalformedPayloadError("an installation of no kind we know")
    kind = _INSTALLATIONS[activity.action]
    if kind is None or not activity.is_personal:
        return
    happened, name = kind
    yield happened(
        id=adapter.event_id(name, digest(activity.sender.id), activity.at.isoformat()),
        identity=adapter.identity(activity.sender.id),
        occurred_at=activity.at,
    )


def _event(adapter: ChannelAdapter, activity: Activity) -> Events:
    """Yield how far a person has read; other events are of meetings and applications."""
    if activity.name != READ_RECEIPT:
        return
    value = activity.value if isinstance(activity.value, dict) else {}
    last = str(value.get("lastReadMessageId") or "")
    if not (last.isascii() and last.isdigit() and len(last) <= _ID_DIGITS):
        raise MalformedPayloadError("a receipt that names no message")
    yield ReceiptReceived(
        id=adapter.event_id("read", digest(activity.conversation.id), last),
        identity=adapter.identity(activity.sender.id),
        occurred_at=activity.at,
        delivery=Delivery.READ,
        # A message's id is the time it was sent at, in milliseconds.
        watermark_at=datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(last)),
    )


def _is_bot(activity: Activity) -> bool:
    return activity.sender.role == "bot" or activity.sender.id.startswith("28:")


def _id(activity: Activity) -> str:
    if activity.id is None:
        raise MalformedPayloadError("a message without an id")
    return activity.id


_ID_DIGITS = 14

_INSTALLATIONS: Mapping[
    str | None, tuple[type[ContactBlocked] | type[ContactReturned], str] | None
] = {
    "add": (ContactReturned, "returned"),
    "remove": (ContactBlocked, "blocked"),
    "add-upgrade": None,
    "remove-upgrade": None,
}

_READERS: Mapping[str, Callable[[ChannelAdapter, Activity], Events]] = {
    "message": _message,
    "messageUpdate": _edit,
    "messageDelete": _deleted,
    "messageReaction": _reaction,
    "installationUpdate": _installation,
    "invoke": _invoke,
    "event": _event,
}

_OF_NO_USE = frozenset(
    {
        "command",
        "commandResult",
        "contactRelationUpdate",
        "conversationUpdate",
        "endOfConversation",
        "handoff",
        "suggestion",
        "trace",
        "typing",
    }
)

DOCUMENTED = frozenset({*_READERS, *_OF_NO_USE})
"""The events that the channel's page lists."""
