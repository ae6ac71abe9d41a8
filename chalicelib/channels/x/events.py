"""What X tells, in our words: direct messages, and posts that speak to the account."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.x.messages import encrypted, message, seen
from chalicelib.channels.x.payloads import Activity, DeletedStatus
from chalicelib.channels.x.posts import Post, from_activity, from_status
from chalicelib.domain.events import (
    ChannelEvent,
    MessageDeleted,
    MessageEchoed,
    MessageReceived,
)
from chalicelib.domain.messages import Surface
from chalicelib.errors import MalformedPayloadError

Payload = Mapping[str, Any]
Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, part: Payload) -> Iterable[ChannelEvent]:
    """Return the events in one part of a webhook; none where it is of no use to us.

    Raises `MalformedPayloadError` for a kind we don't know, and for another account's.
    """
    if "data" in part:
        return _activity(adapter, part["data"])
    if "user_event" in part:
        raise MalformedPayloadError(_REVOKED)
    return _account_activity(adapter, part, part.get("for_user_id"))


def _activity(adapter: ChannelAdapter, data: Any) -> Iterable[ChannelEvent]:
    activity = Activity.model_validate(data)
    if activity.event_type in _OF_NO_USE:
        return ()
    if activity.event_type == "oauth.revoke":
        raise MalformedPayloadError(_REVOKED)
    user_id = activity.filter.user_id
    if activity.event_type in _MESSAGES:
        return _account_activity(adapter, activity.payload, user_id)
    read = _ACTIVITIES.get(activity.event_type)
    if read is None:
        raise MalformedPayloadError(f"no activity we know: {activity.event_type[:60]!r}")
    _require_ours(adapter, user_id)
    return read(adapter, activity.payload, activity.includes or {})


def _account_activity(
    adapter: ChannelAdapter, body: Payload, user_id: object
) -> Iterable[ChannelEvent]:
    kind = next((kind for kind in _READERS if kind in body), None)
    if kind is None:
        if _OF_NO_USE & body.keys():
            return ()
        raise MalformedPayloadError(f"no event we know among {sorted(body)[:10]}")
    _require_ours(adapter, user_id)
    items = body[kind]
    if not isinstance(items, list):
        raise MalformedPayloadError(f"{kind} is no list")
    return [event for item in items for event in _READERS[kind](adapter, item, body)]


def _require_ours(adapter: ChannelAdapter, user_id: object) -> None:
    if str(user_id) != adapter.secret("user_id"):
        raise MalformedPayloadError("an event of another account")


def _status(adapter: ChannelAdapter, item: Any, _: Payload) -> Events:
    return _post(adapter, from_status(item))


def _activity_post(adapter: ChannelAdapter, payload: Payload, includes: Payload) -> Events:
    return _post(adapter, from_activity(payload, includes))


def _post(adapter: ChannelAdapter, post: Post) -> Events:
    if post.is_repost:
        return
    if not post.text and not post.attachments:
        raise MalformedPayloadError("a post with neither text nor attachment")
    if post.author_id != adapter.secret("user_id"):
        yield MessageReceived(
            # One post may come as a mention, a reply and a quote: it is the same event.
            id=adapter.event_id("post", post.id),
            identity=adapter.identity(post.author_id),
            occurred_at=post.at,
            message_id=post.id,
            text=post.text,
            attachments=post.attachments,
            name=post.name,
            thread_refs=post.answered,
            surface=Surface.PUBLIC,
            thread=post.id,
            permalink=f"https://x.com/i/web/status/{post.id}",
        )
    elif post.answered:  # The account's other posts answer nobody.
        yield MessageEchoed(
            id=adapter.event_id("post", post.id),
            identity=adapter.identity(post.answered[0]),
            occurred_at=post.at,
            message_id=post.id,
            text=post.text,
            attachments=post.attachments,
            surface=Surface.PUBLIC,
            thread_refs=post.answered,
        )


def _deleted(adapter: ChannelAdapter, item: Any, _: Payload) -> Events:
    deleted = DeletedStatus.model_validate(item)
    if deleted.status.user_id == adapter.secret("user_id"):
        return
    yield MessageDeleted(
        id=adapter.event_id("deleted", deleted.status.id),
        identity=adapter.identity(deleted.status.user_id),
        occurred_at=deleted.timestamp_ms,
        message_id=deleted.status.id,
    )


_REVOKED = "the account took back the app's access: connect it again"

_READERS: Mapping[str, Callable[[ChannelAdapter, Any, Payload], Iterable[ChannelEvent]]] = {
    "direct_message_events": message,
    "direct_message_mark_read_events": seen,
    "tweet_create_events": _status,
    "tweet_delete_events": _deleted,
}

# These carry the payload that the older API has.
_MESSAGES = frozenset({"dm.received", "dm.sent", "dm.read"})

_ACTIVITIES: Mapping[str, Callable[[ChannelAdapter, Payload, Payload], Iterable[ChannelEvent]]] = {
    "chat.received": encrypted,
    "chat.sent": encrypted,
    "post.create": _activity_post,
    "post.mention.create": _activity_post,
    "post.quote.create": _activity_post,
    "post.reply.create": _activity_post,
}

# What the account itself does to others, and what is said about nobody's question. `post.delete`
# tells of the account's own posts only.
_OF_NO_USE = frozenset(
    {
        "block.block",
        "block.unblock",
        "block_events",
        "broadcast.chat",
        "broadcast.end",
        "broadcast.start",
        "chat.conversation.admin_added",
        "chat.conversation.admin_removed",
        "chat.conversation.join",
        "chat.conversation.member_added",
        "chat.conversation.member_removed",
        "chat.conversation_join",
        "chat.update.group_name",
        "chat.update.restrictions",
        "direct_message_indicate_typing_events",
        "dm.indicate_typing",
        "favorite_events",
        "follow.follow",
        "follow.unfollow",
        "follow_events",
        "like.create",
        "mute.mute",
        "mute.unmute",
        "mute_events",
        "news.new",
        "post.delete",
        "post.repost.create",
        "profile.update.affiliate_badge",
        "profile.update.banner_picture",
        "profile.update.bio",
        "profile.update.geo",
        "profile.update.handle",
        "profile.update.profile_picture",
        "profile.update.screenname",
        "profile.update.url",
        "profile.update.verified_badge",
        "spaces.end",
        "spaces.start",
    }
)

DOCUMENTED = frozenset({*_READERS, *_MESSAGES, *_ACTIVITIES, "oauth.revoke", "user_event"})
"""The events that the channel's page lists."""
