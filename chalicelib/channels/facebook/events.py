"""What is said in public on a page, in our words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.facebook.attachments import attachments_of
from chalicelib.channels.facebook.payloads import FeedValue
from chalicelib.channels.json_body import write_text
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
)
from chalicelib.domain.messages import Surface
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]
COMMENT = "comment"


def events_of(
    adapter: ChannelAdapter, value: Mapping[str, Any], *, is_looked_up: bool = False
) -> Iterable[ChannelEvent]:
    """Return the events in one change of the feed; none where it is of no use to us.

    What lacks its author or its words has to be looked up; where that didn't help, and for a
    change of a kind we don't know, raises `MalformedPayloadError`.
    """
    if str(value.get("item")) in _ITEMS_OF_NO_USE or str(value.get("verb")) in _VERBS_OF_NO_USE:
        return ()
    change = FeedValue.model_validate(value)
    if change.item not in _ITEMS or change.verb not in _READERS:
        raise MalformedPayloadError(f"no event we know: {change.verb[:40]} {change.item[:40]}")
    if not _needs_lookup(adapter, change):
        return _READERS[change.verb](adapter, change)
    if is_looked_up:
        raise MalformedPayloadError(f"a {change.item} of which Meta tells no author or no words")
    return _lookup(adapter, change, value)


def said_id(change: FeedValue) -> str:
    """Return the id of the comment, post or review that a change is about."""
    is_comment = change.item == COMMENT
    found = change.comment_id if is_comment else change.post_id or change.open_graph_story_id
    if not found:
        raise MalformedPayloadError(f"a {change.item} without an id")
    return found


def _needs_lookup(adapter: ChannelAdapter, change: FeedValue) -> bool:
    if change.verb in _REMOVED or _is_own_post(adapter, change):
        return False
    # A sticker, and now and then a film, comes with nothing to see.
    is_silent = change.verb == _ADDED and not _text(change) and not attachments_of(change)
    return change.author_id is None or is_silent


def _lookup(adapter: ChannelAdapter, change: FeedValue, value: Mapping[str, Any]) -> Events:
    named = {name: value[name] for name in _NAMES if value.get(name) is not None}
    if change.author_id:
        named["sender_id"] = change.author_id
    yield LookupNeeded(
        id=adapter.event_id(
            "lookup", change.verb, milliseconds(change.created_time), said_id(change)
        ),
        identity=_whose(adapter, change),
        occurred_at=change.created_time,
        reference=write_text(named),
    )


def _added(adapter: ChannelAdapter, change: FeedValue) -> Events:
    if _is_own_post(adapter, change):
        return
    message_id = said_id(change)
    if _is_own(adapter, change):
        yield MessageEchoed(
            id=adapter.event_id("echo", message_id),
            identity=_whose(adapter, change),
            occurred_at=change.created_time,
            message_id=message_id,
            text=_text(change),
            attachments=attachments_of(change),
            surface=Surface.PUBLIC,
            thread_refs=_refs(change),
        )
        return
    yield MessageReceived(
        id=adapter.event_id("message", message_id),
        identity=_whose(adapter, change),
        occurred_at=change.created_time,
        message_id=message_id,
        text=_text(change),
        attachments=attachments_of(change),
        name=change.author_name,
        thread_refs=_refs(change),
        surface=Surface.PUBLIC,
        thread=message_id,
        permalink=_permalink(change),
        rating=change.rating,
    )


def _edited(adapter: ChannelAdapter, change: FeedValue) -> Events:
    if not _text(change) or _is_own_post(adapter, change):
        return
    message_id = said_id(change)
    yield MessageEdited(
        id=adapter.event_id("edit", milliseconds(change.created_time), message_id),
        identity=_whose(adapter, change),
        occurred_at=change.created_time,
        message_id=message_id,
        text=_text(change),
    )


def _removed(adapter: ChannelAdapter, change: FeedValue) -> Events:
    if _is_own_post(adapter, change):
        return
    message_id = said_id(change)
    yield MessageDeleted(
        id=adapter.event_id("deleted", message_id),
        identity=_whose(adapter, change),
        occurred_at=change.created_time,
        message_id=message_id,
    )


def _is_own(adapter: ChannelAdapter, change: FeedValue) -> bool:
    return change.author_id == adapter.secret("page_id")


def _is_own_post(adapter: ChannelAdapter, change: FeedValue) -> bool:
    """Tell what the page publishes, which is said to nobody, from its answers."""
    return change.item != COMMENT and _is_own(adapter, change)


def _whose(adapter: ChannelAdapter, change: FeedValue) -> Identity:
    """Return the customer, or the thread where the page itself or nobody is named."""
    if change.author_id is None or _is_own(adapter, change):
        return adapter.identity(_refs(change)[-1] if _refs(change) else said_id(change))
    return adapter.identity(change.author_id)


def _refs(change: FeedValue) -> tuple[str, ...]:
    """Return what a comment stands under: the post or review, and the comment it answers."""
    if change.item != COMMENT:
        return ()
    above = (change.post_id or change.open_graph_story_id, change.parent_id)
    return tuple(dict.fromkeys(filter(None, above)))


def _text(change: FeedValue) -> str:
    """Return the words. A review since 2018 has no stars but is positive or negative."""
    text = change.message or change.review_text or ""
    if change.item != _REVIEW or not change.recommendation_type:
        return text
    return f"[{change.recommendation_type.lower()}] {text}".strip()


def _permalink(change: FeedValue) -> str | None:
    post = change.post.permalink_url if change.post else None
    if post is None and change.post_id:
        post = f"https://www.facebook.com/{change.post_id}"
    if change.permalink_url or post is None or not change.comment_id:
        return change.permalink_url or post
    mark = "&" if "?" in post else "?"
    return f"{post}{mark}comment_id={change.comment_id.rpartition('_')[2]}"


_READERS: Mapping[str, Callable[[ChannelAdapter, FeedValue], Events]] = {
    "add": _added,
    "edited": _edited,
    "edit": _edited,
    "update": _edited,
    "remove": _removed,
    "delete": _removed,
}
_ADDED = "add"
_REMOVED = frozenset({"remove", "delete"})
_VERBS_OF_NO_USE = frozenset({"block", "follow", "hide", "mute", "unblock", "unhide"})

_REVIEW = "rating"
_ITEMS = frozenset(
    {COMMENT, _REVIEW, "album", "link", "note", "photo", "post", "share", "status", "video"}
)
_ITEMS_OF_NO_USE = frozenset({"connection", "event", "like", "milestone", "reaction", "tag"})

# What a thing is found by, and nobody's words.
_NAMES = (
    "item",
    "verb",
    "created_time",
    "comment_id",
    "post_id",
    "parent_id",
    "open_graph_story_id",
)

DOCUMENTED = frozenset({*_READERS, *_VERBS_OF_NO_USE, *_ITEMS, *_ITEMS_OF_NO_USE})
"""The items and verbs that the channel's page lists."""
