"""What Slack tells, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.slack.attachments import attachments_of
from chalicelib.channels.slack.kinds import (
    EMOJI,
    EVENTS_OF_NO_USE,
    PAYLOADS_OF_NO_USE,
    SAID,
    SUBTYPES_OF_NO_USE,
    THE_END,
)
from chalicelib.channels.slack.payloads import (
    Callback,
    Changed,
    Deleted,
    Event,
    Message,
    Pressed,
    Reaction,
    at,
)
from chalicelib.channels.slack.people import Author, author_of
from chalicelib.channels.slack.places import (
    is_direct,
    message_key,
    permalink,
    root_of,
    thread_of,
)
from chalicelib.channels.slack.sending import OURS
from chalicelib.channels.slack.text import plain, unescaped
from chalicelib.domain.events import (
    ChannelEvent,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReacted,
    MessageReceived,
)
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one payload; none where it is of no use to us.

    Raises `MalformedPayloadError` for a payload of a kind we don't know.
    """
    kind = payload.get("type")
    if kind == "block_actions":
        return _pressed(adapter, Pressed.model_validate(payload))
    if kind == "event_callback":
        return _called_back(adapter, Callback.model_validate(payload))
    if isinstance(kind, str) and kind in PAYLOADS_OF_NO_USE:
        return ()
    if kind == "app_rate_limited":
        raise MalformedPayloadError("Slack held events back: more than 30 000 an hour")
    raise MalformedPayloadError("a payload of no type we know")


def _called_back(adapter: ChannelAdapter, callback: Callback) -> Iterable[ChannelEvent]:
    kind = callback.event.get("type")
    if not isinstance(kind, str):
        raise MalformedPayloadError("an event without a type")
    if kind in _READERS:
        return _READERS[kind](adapter, callback)
    if kind in EVENTS_OF_NO_USE:
        return ()
    if kind in THE_END:
        raise MalformedPayloadError(f"{kind}: the app must be installed again")
    raise MalformedPayloadError("an event of no type we know")


def _message(adapter: ChannelAdapter, callback: Callback) -> Iterable[ChannelEvent]:
    subtype = callback.event.get("subtype")
    if subtype == "message_changed":
        return _changed(adapter, callback, Changed.model_validate(callback.event))
    if subtype == "message_deleted":
        return _deleted(adapter, callback, Deleted.model_validate(callback.event))
    if subtype is None or (isinstance(subtype, str) and subtype in SAID):
        return _said(adapter, callback, Event.model_validate(callback.event))
    if isinstance(subtype, str) and subtype in SUBTYPES_OF_NO_USE:
        return ()
    raise MalformedPayloadError("a message of no subtype we know")


def _said(adapter: ChannelAdapter, callback: Callback, event: Event) -> Events:
    author = author_of(adapter, callback, event)
    # Between one of our people and the bot there is no customer.
    is_alone = author is Author.AGENT and is_direct(event.channel, event.channel_type)
    if author is Author.OTHER_BOT or is_alone:
        return
    if author is not Author.CUSTOMER:
        yield _echo(adapter, callback, event, author)
        return
    if event.user is None:
        raise MalformedPayloadError("a message of nobody")
    text, attachments = _words(callback, event), attachments_of(event)
    if not text and not attachments:
        text = _nothing(event)
    profile = event.user_profile
    in_channel = not is_direct(event.channel, event.channel_type)
    team_id = callback.own_team_id
    yield MessageReceived(
        id=adapter.event_id("message", event.channel, event.ts),
        identity=adapter.identity(event.user),
        occurred_at=at(event.ts),
        message_id=message_key(event.channel, event.ts),
        text=text,
        attachments=attachments,
        name=(profile.real_name or profile.display_name or None) if profile else None,
        thread_refs=_answered(event.channel, event),
        thread=thread_of(event.channel, event, event.channel_type),
        permalink=permalink(team_id, event.channel, event) if in_channel and team_id else None,
    )


def _echo(
    adapter: ChannelAdapter, callback: Callback, event: Event, author: Author
) -> MessageEchoed:
    """Return what was said on the company's side.

    Nobody is named whom it was said to, but who began the thread: mostly the customer.
    """
    asked = event.parent_user_id
    whom = asked if asked and asked != callback.bot_user_id else root_of(event.channel, event)
    attachments = attachments_of(event)
    is_marked = event.metadata is not None and event.metadata.event_type == OURS
    return MessageEchoed(
        id=adapter.event_id("echo", event.channel, event.ts),
        identity=adapter.identity(whom),
        occurred_at=at(event.ts),
        message_id=message_key(event.channel, event.ts),
        text=_words(callback, event) or ("" if attachments else _nothing(event)),
        attachments=attachments,
        ours=author is Author.BOT and is_marked,
        author_id=event.user if author is Author.AGENT else None,
        thread_refs=_answered(event.channel, event),
    )


def _changed(adapter: ChannelAdapter, callback: Callback, changed: Changed) -> Events:
    message, before = changed.message, changed.previous_message
    if message.subtype == "tombstone":
        # A message that others answered leaves a stone where it stood.
        if before is not None:
            yield from _gone(adapter, callback, changed.channel, changed.ts, before)
        return
    # A link that gets a preview, or an answer below, "changes" a message too.
    if message.edited is None or (before is not None and before.text == message.text):
        return
    text = _words(callback, message)
    if author_of(adapter, callback, message) is not Author.CUSTOMER or not text:
        return
    if message.user is None:
        raise MalformedPayloadError("a message of nobody")
    yield MessageEdited(
        id=adapter.event_id("edit", changed.channel, message.ts, message.edited.ts),
        identity=adapter.identity(message.user),
        occurred_at=at(message.edited.ts),
        message_id=message_key(changed.channel, message.ts),
        text=text,
    )


def _deleted(adapter: ChannelAdapter, callback: Callback, deleted: Deleted) -> Events:
    before = deleted.previous_message
    if before is None:
        raise MalformedPayloadError("nobody says whose message was deleted")
    return _gone(adapter, callback, deleted.channel, deleted.ts, before)


def _gone(
    adapter: ChannelAdapter, callback: Callback, channel: str, ts: str, before: Message
) -> Events:
    if author_of(adapter, callback, before) is not Author.CUSTOMER or before.user is None:
        return
    yield MessageDeleted(
        id=adapter.event_id("deleted", channel, before.ts),
        identity=adapter.identity(before.user),
        occurred_at=at(ts),
        message_id=message_key(channel, before.ts),
    )


def _reaction(adapter: ChannelAdapter, callback: Callback) -> Events:
    """Yield what a customer thinks of our words.

    Slack doesn't say whose person reacts: below a customer's own words it is mostly one of ours.
    """
    reaction = Reaction.model_validate(callback.event)
    channel, ts = reaction.item.channel, reaction.item.ts
    if reaction.item.type != "message" or reaction.user == callback.bot_user_id:
        return
    if channel is None or ts is None:
        raise MalformedPayloadError("a reaction to no message")
    if not is_direct(channel) and reaction.item_user != callback.bot_user_id:
        return
    is_added = callback.event["type"] == "reaction_added"
    name = reaction.reaction.partition("::")[0]
    who = (reaction.user, reaction.event_ts, "added" if is_added else "removed", name)
    yield MessageReacted(
        id=adapter.event_id("reaction", channel, ts, *who),
        identity=adapter.identity(reaction.user),
        occurred_at=at(reaction.event_ts),
        message_id=message_key(channel, ts),
        emoji=EMOJI.get(name, f":{name}:") if is_added else "",
    )


def _pressed(adapter: ChannelAdapter, pressed: Pressed) -> Events:
    channel, message = pressed.channel.id, pressed.message
    for action in pressed.actions:
        label = action.text.text if action.text else action.value
        if action.type != "button" or not label:
            raise MalformedPayloadError("a control we didn't send")
        pressed_at = (message.ts, pressed.user.id, action.action_ts)
        yield MessageReceived(
            id=adapter.event_id("postback", channel, *pressed_at),
            identity=adapter.identity(pressed.user.id),
            occurred_at=at(action.action_ts),
            message_id=message_key(channel, action.action_ts),
            text=unescaped(label),
            name=pressed.user.name,
            thread_refs=(message_key(channel, message.ts),),
            thread=thread_of(channel, message),
        )


def _words(callback: Callback, message: Message) -> str:
    return plain(message.text or "", callback.bot_user_id)


def _nothing(event: Event) -> str:
    """Name what has neither words nor file: a bare mention of the bot is a call for help."""
    if event.files:
        return "[file]"
    if not event.text:
        raise MalformedPayloadError("a message with neither text nor file")
    return "[mention]"


def _answered(channel: str, message: Message) -> tuple[str, ...]:
    is_below = message.thread_ts is not None and message.thread_ts != message.ts
    return (root_of(channel, message),) if is_below else ()


_READERS: Mapping[str, Callable[[ChannelAdapter, Callback], Iterable[ChannelEvent]]] = {
    "message": _message,
    "app_mention": _message,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
}

DOCUMENTED = frozenset({*_READERS, *THE_END, "block_actions", "url_verification"})
"""The events that the channel's page lists."""
