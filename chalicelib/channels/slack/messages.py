"""What is said in Slack, said otherwise later, and taken back."""

from collections.abc import Iterator

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.slack.attachments import attachments_of
from chalicelib.channels.slack.payloads import Callback, Changed, Deleted, Event, Message, at
from chalicelib.channels.slack.people import Author, author_of
from chalicelib.channels.slack.places import (
    is_direct,
    message_key,
    permalink,
    root_of,
    thread_of,
)
from chalicelib.channels.slack.sending import OURS
from chalicelib.channels.slack.text import plain
from chalicelib.domain.events import (
    ChannelEvent,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
)
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def said(adapter: ChannelAdapter, callback: Callback, event: Event) -> Events:
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


def changed(adapter: ChannelAdapter, callback: Callback, event: Changed) -> Events:
    message, before = event.message, event.previous_message
    if message.subtype == "tombstone":
        # A message that others answered leaves a stone where it stood.
        if before is not None:
            yield from _gone(adapter, callback, event.channel, event.ts, before)
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
        id=adapter.event_id("edit", event.channel, message.ts, message.edited.ts),
        identity=adapter.identity(message.user),
        occurred_at=at(message.edited.ts),
        message_id=message_key(event.channel, message.ts),
        text=text,
    )


def deleted(adapter: ChannelAdapter, callback: Callback, event: Deleted) -> Events:
    before = event.previous_message
    if before is None:
        raise MalformedPayloadError("nobody says whose message was deleted")
    return _gone(adapter, callback, event.channel, event.ts, before)


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
