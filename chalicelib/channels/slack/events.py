"""What Slack tells, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.slack.kinds import (
    EMOJI,
    EVENTS_OF_NO_USE,
    PAYLOADS_OF_NO_USE,
    SAID,
    SUBTYPES_OF_NO_USE,
    THE_END,
)
from chalicelib.channels.slack.messages import changed, deleted, said
from chalicelib.channels.slack.payloads import (
    Callback,
    Changed,
    Deleted,
    Event,
    Pressed,
    Reaction,
    at,
)
from chalicelib.channels.slack.places import (
    is_direct,
    message_key,
    thread_of,
)
from chalicelib.channels.slack.text import unescaped
from chalicelib.domain.events import (
    ChannelEvent,
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
        return changed(adapter, callback, Changed.model_validate(callback.event))
    if subtype == "message_deleted":
        return deleted(adapter, callback, Deleted.model_validate(callback.event))
    if subtype is None or (isinstance(subtype, str) and subtype in SAID):
        return said(adapter, callback, Event.model_validate(callback.event))
    if isinstance(subtype, str) and subtype in SUBTYPES_OF_NO_USE:
        return ()
    raise MalformedPayloadError("a message of no subtype we know")


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
            choice=action.value,
        )


_READERS: Mapping[str, Callable[[ChannelAdapter, Callback], Iterable[ChannelEvent]]] = {
    "message": _message,
    "app_mention": _message,
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
}

DOCUMENTED = frozenset({*_READERS, *THE_END, "block_actions", "url_verification"})
"""The events that the channel's page lists."""
