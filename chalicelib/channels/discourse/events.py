"""What a forum tells, in our words.

Whose topic it is decides who speaks: who began it is the customer, others are peers. A web hook
doesn't tell that of a later post, nor whom a private message is for: then it is looked up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.discourse.forum import Forum
from chalicelib.channels.discourse.payloads import Post, PostType, Topic
from chalicelib.channels.discourse.texts import said_in
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    PeerAnswered,
)
from chalicelib.domain.messages import Attachment, Surface
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def events_of(
    adapter: ChannelAdapter, event: str, post: Post, topic: Topic | None
) -> Iterable[ChannelEvent]:
    """Return the events in a post that was created, edited, destroyed or accepted as solution.

    `topic` is what was looked up. Raises `MalformedPayloadError` for a post of unknown type.
    """
    if post.post_type not in set(PostType):
        raise MalformedPayloadError(f"a post of unknown type {post.post_type}")
    # Discourse's own users (system, discobot) have ids below 0.
    if post.post_type != PostType.REGULAR or post.hidden or (post.user_id or 0) <= 0:
        return ()
    return READERS[event](Forum(adapter), post, topic)


def require_known(event: str) -> bool:
    """Tell whether an event is one we read; False where it is of no use to us.

    Raises `MalformedPayloadError` for one we don't know.
    """
    if event in _OF_NO_USE:
        return False
    if event not in READERS:
        raise MalformedPayloadError(f"no event we know: {event[:40]!r}")
    return True


def _created(forum: Forum, post: Post, topic: Topic | None) -> Events:
    if post.is_private:
        return _private(forum, post, topic) if topic else _lookup(forum, post, "post_created")
    if forum.is_staff(post):
        return _echo(forum, post)
    if post.post_number == 1:
        return _received(forum, post, watch_for=forum.watch_for)
    return _later(forum, post, topic) if topic else _lookup(forum, post, "post_created")


def _later(forum: Forum, post: Post, topic: Topic) -> Events:
    if topic.user_id == post.user_id:
        return _received(forum, post, refs=(post.root_id,))
    if forum.began(topic):  # Below our own announcement everybody is a customer.
        return _received(forum, post, watch_for=forum.watch_for)
    return _peer(forum, post)


def _received(
    forum: Forum, post: Post, refs: tuple[str, ...] = (), watch_for: timedelta | None = None
) -> Events:
    text, attachments = _said(forum, post)
    yield MessageReceived(
        id=forum.adapter.event_id("message", post.message_id),
        identity=_author(forum, post),
        occurred_at=post.created_at,
        message_id=post.message_id,
        text=text,
        attachments=attachments,
        name=post.name or post.username or None,
        subject=post.topic_title,
        thread_refs=_refs(post, refs),
        surface=Surface.PUBLIC,
        thread=f"{post.message_id}/{post.username}",
        permalink=_permalink(forum, post),
        watch_for=watch_for or None,
    )


def _private(forum: Forum, post: Post, topic: Topic) -> Events:
    if not forum.is_addressed(topic):
        return
    text, attachments = _said(forum, post)
    is_customer = post.user_id == topic.user_id and not forum.is_account(post)
    if is_customer or not forum.is_staff(post):
        yield MessageReceived(
            id=forum.adapter.event_id("message", post.message_id),
            identity=_author(forum, post),
            occurred_at=post.created_at,
            message_id=post.message_id,
            text=text,
            attachments=attachments,
            name=post.name or post.username or None,
            subject=post.topic_title,
            thread_refs=_refs(post, ()),
            thread=post.message_id,
            permalink=_permalink(forum, post),
        )
        return
    customer = forum.customer_of(topic)
    if customer is not None:
        yield MessageEchoed(
            id=forum.adapter.event_id("echo", post.message_id),
            identity=forum.adapter.identity(customer.id),
            occurred_at=post.created_at,
            message_id=post.message_id,
            text=text,
            attachments=attachments,
            author_id=post.username,
        )


def _echo(forum: Forum, post: Post) -> Events:
    if post.post_number == 1:  # An announcement answers nobody.
        return
    text, attachments = _said(forum, post)
    yield MessageEchoed(
        id=forum.adapter.event_id("echo", post.message_id),
        identity=forum.adapter.identity(post.root_id),
        occurred_at=post.created_at,
        message_id=post.message_id,
        text=text,
        attachments=attachments,
        author_id=post.username,
        surface=Surface.PUBLIC,
        thread_refs=_refs(post, (post.root_id,)),
    )


def _peer(forum: Forum, post: Post) -> Events:
    yield PeerAnswered(
        id=forum.adapter.event_id("peer", post.message_id),
        identity=forum.adapter.identity(post.root_id),
        occurred_at=post.created_at,
        message_id=post.message_id,
        thread_refs=_refs(post, (post.root_id,)),
    )


def _solved(forum: Forum, post: Post, _: Topic | None) -> Events:
    """Whoever wrote the solution, the question needs no answer any more."""
    if post.is_private:
        return
    yield PeerAnswered(
        id=forum.adapter.event_id("solved", post.message_id),
        identity=forum.adapter.identity(post.root_id),
        occurred_at=post.created_at,
        message_id=post.message_id,
        thread_refs=(post.root_id,),
    )


def _edited(forum: Forum, post: Post, topic: Topic | None) -> Events:
    if forum.is_account(post):
        return
    if post.is_private and topic is None:
        yield from _lookup(forum, post, "post_edited")
        return
    if topic is not None and not forum.is_addressed(topic):
        return
    text, _ = said_in(post, forum.base_url)
    if text:
        yield MessageEdited(
            id=forum.adapter.event_id("edit", post.message_id, _version(post)),
            identity=_author(forum, post),
            occurred_at=post.updated_at or post.created_at,
            message_id=post.message_id,
            text=text,
        )


def _destroyed(forum: Forum, post: Post, _: Topic | None) -> Events:
    if forum.is_account(post):
        return
    yield MessageDeleted(
        id=forum.adapter.event_id("deleted", post.message_id),
        identity=_author(forum, post),
        occurred_at=post.updated_at or post.created_at,
        message_id=post.message_id,
    )


def _lookup(forum: Forum, post: Post, event: str) -> Events:
    version = (_version(post),) if event == "post_edited" else ()
    yield LookupNeeded(
        id=forum.adapter.event_id("lookup", event, post.message_id, *version),
        identity=_author(forum, post),
        occurred_at=(post.updated_at if version else None) or post.created_at,
        reference=f"{event}/{'private' if post.is_private else 'public'}/{post.message_id}",
    )


def _said(forum: Forum, post: Post) -> tuple[str, tuple[Attachment, ...]]:
    text, attachments = said_in(post, forum.base_url)
    return text or ("" if attachments else "[post]"), attachments


def _refs(post: Post, root: tuple[str, ...]) -> tuple[str, ...]:
    """Return the topic's first post and the one that is answered, nearest last."""
    number = post.reply_to_post_number
    answered = f"{post.topic_id}/{number}" if number else None
    return (*root, answered) if answered and answered not in root else root


def _author(forum: Forum, post: Post) -> Identity:
    return forum.adapter.identity(post.user_id)


def _version(post: Post) -> str:
    """Tell edits apart: a quick correction keeps the version and has a time of its own."""
    return f"{post.version}-{milliseconds(post.updated_at or post.created_at)}"


def _permalink(forum: Forum, post: Post) -> str:
    return f"{forum.base_url}/t/{post.message_id}"


READERS: Mapping[str, Callable[[Forum, Post, Topic | None], Events]] = {
    "post_created": _created,
    "post_edited": _edited,
    "post_destroyed": _destroyed,
    "accepted_solution": _solved,
}

# What a topic's own events say comes with its posts. Users, groups, likes, badges, moderation.
_OF_NO_USE = frozenset(
    {
        "assigned",
        "category_created",
        "category_destroyed",
        "category_updated",
        "chat_message_created",
        "chat_message_edited",
        "chat_message_restored",
        "chat_message_trashed",
        "group_created",
        "group_destroyed",
        "group_updated",
        "notification_created",
        "ping",
        "post_liked",
        "post_recovered",
        "reviewable_created",
        "reviewable_ready",
        "reviewable_score_updated",
        "reviewable_transitioned_to",
        "reviewable_updated",
        "tag_created",
        "tag_destroyed",
        "tag_updated",
        "topic_archived_status_updated",
        "topic_autoclosed_status_updated",
        "topic_closed_status_updated",
        "topic_created",
        "topic_destroyed",
        "topic_edited",
        "topic_pinned_status_updated",
        "topic_recovered",
        "topic_unvote",
        "topic_upvote",
        "topic_visible_status_updated",
        "unaccepted_solution",
        "unassigned",
        "user_added_to_group",
        "user_anonymized",
        "user_approved",
        "user_badge_granted",
        "user_badge_revoked",
        "user_confirmed_email",
        "user_created",
        "user_destroyed",
        "user_logged_in",
        "user_logged_out",
        "user_promoted",
        "user_removed_from_group",
        "user_suspended",
        "user_unsuspended",
        "user_updated",
    }
)

DOCUMENTED = frozenset(READERS)
"""The events that the channel's page lists."""
