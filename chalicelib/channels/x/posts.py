"""A post on X, whichever API told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.x.attachments import from_includes, from_media, plain
from chalicelib.channels.x.payloads import ActivityPost, PostMedia, Status
from chalicelib.channels.x.people import included, name_of
from chalicelib.domain.messages import Attachment

_REPOST, _REPLY, _QUOTE = "retweeted", "replied_to", "quoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """`answered` are the posts it belongs to, nearest last."""

    id: str
    author_id: str
    name: str | None
    at: datetime
    text: str
    attachments: tuple[Attachment, ...]
    answered: tuple[str, ...]
    is_repost: bool


def from_status(item: Mapping[str, Any]) -> Post:
    """Read a Tweet of API v1.1."""
    status = Status.model_validate(item)
    # A long text comes a second time, whole.
    full = status.extended_tweet
    entities = full.entities if full else status.entities
    media = (
        (status.extended_entities.media if status.extended_entities else None)
        or (entities.media if entities else None)
        or ()
    )
    text = full.full_text if full else status.text
    return Post(
        id=status.id,
        author_id=status.user.id,
        name=status.user.name or None,
        at=status.created_at,
        text=plain(text, entities, [each.link for each in media]),
        attachments=from_media(media),
        answered=_distinct(status.quoted_status_id, status.in_reply_to_status_id),
        is_repost=status.retweeted_status is not None,
    )


def from_activity(payload: Mapping[str, Any], includes: Mapping[str, Any]) -> Post:
    """Read a Post of API v2 with what X includes beside it."""
    post = ActivityPost.model_validate(payload)
    references = {each.type: each.id for each in post.referenced_tweets or ()}
    earlier = (root for root in (post.conversation_id, *post.edited) if root != post.id)
    entities = post.note_tweet.entities if post.note_tweet else post.entities
    text = post.note_tweet.full_text if post.note_tweet else post.text
    media = [
        PostMedia.model_validate(each)
        for each in included(includes, "media")
        if "media_key" in each
    ]
    return Post(
        id=post.id,
        author_id=post.author_id,
        name=name_of(post.author_id, included(includes, "users")),
        at=post.created_at,
        text=plain(text, entities),
        attachments=from_includes(post.attachments.media_keys, media),
        answered=_distinct(*earlier, references.get(_QUOTE), references.get(_REPLY)),
        is_repost=_REPOST in references,
    )


def _distinct(*ids: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, ids)))
