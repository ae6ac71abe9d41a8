"""What is said in public on Instagram: comments on the account's media, and mentions of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.instagram.payloads import Author, Comment, Mention, Moment, stamp
from chalicelib.channels.json_body import write_text
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageEchoed,
    MessageReceived,
)
from chalicelib.domain.messages import Surface
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]
MENTION = "mention"


def public_events_of(
    adapter: ChannelAdapter, field: str, value: Mapping[str, Any], time: object
) -> Iterable[ChannelEvent]:
    """Return the events in one change; none where it is of no use to us.

    Raises `MalformedPayloadError` for a change of a kind we don't know.
    """
    if field in OF_NO_USE:
        return ()
    if field not in READERS:
        raise MalformedPayloadError(f"no event we know: {field[:40]}")
    return READERS[field](adapter, value, _MOMENT.validate_python(time))


def _comment(adapter: ChannelAdapter, value: Mapping[str, Any], at: datetime) -> Events:
    comment = Comment.model_validate(value)
    author = comment.author or Author()
    if author.id is None:
        known = {"id": comment.id, "media": value.get("media"), "parent_id": comment.parent_id}
        yield _lookup(adapter, "comments", known, at, comment.id)
        return
    media_id = comment.media.id if comment.media else None
    refs = tuple(filter(None, (media_id, comment.parent_id)))
    text = comment.text or "[comment]"
    if author.id == adapter.secret("account_id") or author.self_ig_scoped_id:
        yield MessageEchoed(
            id=adapter.event_id("echo", comment.id),
            identity=adapter.identity(refs[-1] if refs else comment.id),
            occurred_at=at,
            message_id=comment.id,
            text=text,
            surface=Surface.PUBLIC,
            thread_refs=refs,
        )
        return
    yield MessageReceived(
        id=adapter.event_id("comment", comment.id),
        identity=adapter.identity(author.id),
        occurred_at=at,
        message_id=comment.id,
        text=text,
        name=author.username,
        thread_refs=refs,
        surface=Surface.PUBLIC,
        thread=comment.id,
        permalink=comment.media.permalink if comment.media else None,
    )


def _mention(adapter: ChannelAdapter, value: Mapping[str, Any], at: datetime) -> Events:
    mention = Mention.model_validate(value)
    said_id = mention.comment_id or mention.media_id
    if mention.text is None:
        known = {"media_id": mention.media_id, "comment_id": mention.comment_id}
        yield _lookup(adapter, "mentions", known, at, said_id)
        return
    who = _mentioner(mention)
    if who == adapter.secret("account_id"):
        return
    where = (MENTION, mention.media_id, mention.comment_id)
    yield MessageReceived(
        id=adapter.event_id("comment", said_id),
        identity=adapter.identity(who),
        occurred_at=at,
        message_id=said_id,
        text=mention.text or "[mention]",
        name=mention.username,
        thread_refs=(mention.media_id,) if mention.comment_id else (),
        surface=Surface.PUBLIC,
        thread=":".join(filter(None, where)),
        permalink=mention.permalink,
    )


def _mentioner(mention: Mention) -> str:
    told = [each.id for each in (mention.author, mention.owner) if each and each.id]
    if told:
        return told[0]
    if not mention.username:
        raise MalformedPayloadError("a mention of which Instagram tells no author")
    return f"@{mention.username}"


def _lookup(
    adapter: ChannelAdapter, field: str, known: dict[str, Any], at: datetime, said_id: str
) -> LookupNeeded:
    value = {name: known[name] for name in known if known[name] is not None}
    change = {"field": field, "value": value}
    return LookupNeeded(
        id=adapter.event_id("lookup", said_id),
        identity=adapter.identity(said_id),
        occurred_at=at,
        reference=write_text({"time": stamp(at), "changes": [change]}),
    )


READERS: Mapping[str, Callable[[ChannelAdapter, Mapping[str, Any], datetime], Events]] = {
    "comments": _comment,
    "live_comments": _comment,
    "mentions": _mention,
}

OF_NO_USE = frozenset({"story_insights"})

_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)
