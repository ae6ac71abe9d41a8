"""What LinkedIn tells, in our words: comments on the page's posts, and posts that mention it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.linkedin.payloads import (
    Comment,
    Content,
    Notification,
    Share,
)
from chalicelib.channels.linkedin.urns import comment_urn, number_of, post_of
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
)
from chalicelib.domain.messages import Attachment, AttachmentKind, Surface
from chalicelib.errors import MalformedPayloadError

Events = Iterator[ChannelEvent]


def events_of(adapter: ChannelAdapter, item: Mapping[str, Any]) -> Iterable[ChannelEvent]:
    """Return the events in one notification; none where it is of no use to us.

    Raises `MalformedPayloadError` for an action we don't know, and for another organisation's.
    """
    note = Notification.model_validate(item)
    if note.organisation != organisation_of(adapter):
        raise MalformedPayloadError("a notification of another organisation")
    if note.action in _OF_NO_USE:
        return ()
    read = _READERS.get(note.action)
    if read is None:
        raise MalformedPayloadError(f"no action we know: {note.action[:60]!r}")
    return read(adapter, note)


def organisation_of(adapter: ChannelAdapter) -> str:
    return f"urn:li:organization:{adapter.secret('organization_id')}"


def _comment(adapter: ChannelAdapter, note: Notification) -> Events:
    urn, comment = _urn(note), note.decorated.comment or Comment()
    author = organisation_of(adapter) if note.action == "ADMIN_COMMENT" else comment.owner
    attachments = _files(comment.content)
    if author is None or not (comment.words or attachments):
        yield _lookup(adapter, note, urn)
    elif author == organisation_of(adapter):
        yield MessageEchoed(
            id=adapter.event_id("comment", number_of(urn)),
            identity=adapter.identity(comment.parent or post_of(urn)),
            occurred_at=note.at,
            message_id=urn,
            text=comment.words,
            attachments=attachments,
            surface=Surface.PUBLIC,
            thread_refs=_above(note, urn, comment.parent),
        )
    else:
        yield MessageReceived(
            id=adapter.event_id("comment", number_of(urn)),
            identity=adapter.identity(author),
            occurred_at=note.at,
            message_id=urn,
            text=comment.words,
            attachments=attachments,
            surface=Surface.PUBLIC,
            # An answer to an answer stands under the same comment: there is no third level.
            thread=comment.parent or urn,
            thread_refs=_above(note, urn, comment.parent),
            permalink=_permalink(post_of(urn)),
        )


def _edit(adapter: ChannelAdapter, note: Notification) -> Events:
    urn, comment = _urn(note), note.decorated.comment
    if comment is None or not comment.words:
        yield _lookup(adapter, note, urn)
        return
    yield MessageEdited(
        id=adapter.event_id("edit", number_of(urn), milliseconds(note.at)),
        identity=adapter.identity(comment.owner or post_of(urn)),
        occurred_at=note.at,
        message_id=urn,
        text=comment.words,
    )


def _deleted(adapter: ChannelAdapter, note: Notification) -> Events:
    urn, comment = _urn(note), note.decorated.comment
    owner = comment.owner if comment else None
    yield MessageDeleted(
        id=adapter.event_id("deleted", number_of(urn)),
        identity=adapter.identity(owner or post_of(urn)),
        occurred_at=note.at,
        message_id=urn,
    )


def _mention(adapter: ChannelAdapter, note: Notification) -> Events:
    share = note.decorated.share or Share()
    urn = share.entity or note.generated or note.source_post
    if urn is None:
        raise MalformedPayloadError("a mention in no post")
    if share.owner is None or not share.text.strip():
        yield _lookup(adapter, note, urn)
    elif share.owner != organisation_of(adapter):  # Its own posts answer nobody.
        yield MessageReceived(
            id=adapter.event_id("post", number_of(urn)),
            identity=adapter.identity(share.owner),
            occurred_at=note.at,
            message_id=urn,
            text=share.text.strip(),
            surface=Surface.PUBLIC,
            thread=urn,
            permalink=_permalink(urn),
        )


def _above(note: Notification, urn: str, parent: str | None) -> tuple[str, ...]:
    """Return the post under each of its names, then the comment that was answered."""
    share = note.source.entity if note.source else None
    return tuple(dict.fromkeys(filter(None, (share, note.source_post, post_of(urn), parent))))


def _permalink(post: str) -> str:
    return f"https://www.linkedin.com/feed/update/{post}"


def _lookup(adapter: ChannelAdapter, note: Notification, urn: str) -> LookupNeeded:
    return LookupNeeded(
        id=adapter.event_id("lookup", note.action, number_of(urn)),
        identity=adapter.identity(post_of(urn)),
        occurred_at=note.at,
        reference=f"{note.action} {urn}",
    )


def _urn(note: Notification) -> str:
    comment = note.decorated.comment
    try:
        return str((comment.entity if comment else None) or comment_urn(note.generated))
    except ValueError as error:
        raise MalformedPayloadError("a notification that names no comment") from error


def _files(content: tuple[Content, ...] | None) -> tuple[Attachment, ...]:
    kinds = {"IMAGE": AttachmentKind.IMAGE, "VIDEO": AttachmentKind.VIDEO}
    return tuple(
        Attachment(kind=kinds.get(each.type.upper(), AttachmentKind.LINK), url=each.url)
        for each in content or ()
        if each.url
    )


_READERS: Mapping[str, Callable[[ChannelAdapter, Notification], Iterable[ChannelEvent]]] = {
    "ADMIN_COMMENT": _comment,
    "COMMENT": _comment,
    "COMMENT_DELETE": _deleted,
    "COMMENT_EDIT": _edit,
    "COMMENT_MENTION": _comment,
    "SHARE_MENTION": _mention,
}

# Nobody says anything to the page.
_OF_NO_USE = frozenset({"LIKE", "SHARE"})

DOCUMENTED = frozenset({*_READERS, *_OF_NO_USE})
"""The events that the channel's page lists."""
