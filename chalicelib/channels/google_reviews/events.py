"""What Google tells of reviews, in our words."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.google_reviews.payloads import (
    REVIEW_NAME,
    Notification,
    Push,
    Review,
    ReviewReply,
)
from chalicelib.channels.json_body import read_object
from chalicelib.channels.parts import digest
from chalicelib.channels.wire import milliseconds
from chalicelib.domain.events import ChannelEvent, LookupNeeded, MessageEchoed, MessageReceived
from chalicelib.domain.messages import Surface
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

Events = Iterator[ChannelEvent]


def notified(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    """Yield what a push of Pub/Sub asks to be looked up: it only names the review.

    Raises `MalformedPayloadError` for a notification we don't know.
    """
    message = Push.model_validate(payload).message
    notification = Notification.model_validate(_decoded(message.data))
    if notification.type in _OF_NO_USE:
        return
    if notification.type not in _ABOUT_REVIEWS:
        raise MalformedPayloadError(f"no notification we know: {notification.type[:40]!r}")
    name = REVIEW_NAME.fullmatch(notification.review_name or "")
    if name is None:
        raise MalformedPayloadError("a notification that names no review")
    business = adapter.secrets.get("business")
    if business and name["business"] != business:
        raise MalformedPayloadError("a review of another business")
    yield LookupNeeded(
        id=adapter.event_id("lookup", message.message_id),
        identity=adapter.identity(name["id"]),
        occurred_at=message.publish_time,
        reference=name[0],
    )


def reviewed(adapter: ChannelAdapter, payload: Mapping[str, Any]) -> Events:
    """Yield a review as it stands, and the owner's answer to it.

    A changed review is a message of its own in the same thread: its stars may be others now, and
    they alone decide how urgent it is.
    """
    review = Review.model_validate(payload)
    review_id = _id_of(review)
    version = milliseconds(review.update_time)
    is_changed = review.update_time > review.create_time
    message_id = f"{review_id}@{version}" if is_changed else review_id
    rating = _STARS.get(review.star_rating)
    yield MessageReceived(
        id=adapter.event_id("review", review_id, version),
        identity=adapter.identity(review_id),
        occurred_at=review.update_time,
        message_id=message_id,
        text=original(review.comment or "") or _stars(rating),
        name=None if review.reviewer.is_anonymous else review.reviewer.display_name,
        thread_refs=(review_id,) if is_changed else (),
        surface=Surface.PUBLIC,
        thread=review.name,
        rating=rating,
    )
    reply = review.review_reply
    if reply is not None:
        yield MessageEchoed(
            id=adapter.event_id("reply", review_id, milliseconds(reply.update_time)),
            identity=adapter.identity(review_id),
            occurred_at=reply.update_time,
            message_id=reply_id(reply),
            text=original(reply.comment) or "[reply]",
            surface=Surface.PUBLIC,
            thread_refs=(review_id, message_id) if is_changed else (review_id,),
        )


def reply_id(reply: ReviewReply) -> str:
    """Name the owner's answer: Google gives it no id, and answers a send with it alone."""
    return f"reply-{digest(f'{reply.update_time.isoformat()} {reply.comment}')}"


def original(comment: str) -> str:
    """Return what was written, without Google's translation before or after it."""
    before, translated, after = comment.partition(_TRANSLATED)
    if not translated:
        return comment.strip()
    return (after.partition(_ORIGINAL)[2] or before or after).strip()


def _decoded(data: str) -> dict[str, Any]:
    try:
        return read_object(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError, PayloadTooLargeError) as error:
        raise MalformedPayloadError("a notification that can't be read") from error


def _id_of(review: Review) -> str:
    return review.name.rpartition("/")[2]


def _stars(rating: int | None) -> str:
    return f"[{'★' * rating}{'☆' * (5 - rating)}]" if rating else "[review]"


_STARS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"

_ABOUT_REVIEWS = frozenset({"NEW_REVIEW", "UPDATED_REVIEW"})

# Questions have their own pages, photos say nothing, the others are about the profile itself.
_OF_NO_USE = frozenset(
    {
        "DUPLICATE_LOCATION",
        "GOOGLE_UPDATE",
        "LOSS_OF_VOICE_OF_MERCHANT",
        "NEW_ANSWER",
        "NEW_CUSTOMER_MEDIA",
        "NEW_QUESTION",
        "NOTIFICATION_TYPE_UNSPECIFIED",
        "UPDATED_ANSWER",
        "UPDATED_QUESTION",
        "VOICE_OF_MERCHANT_UPDATED",
    }
)

DOCUMENTED = frozenset({*_ABOUT_REVIEWS, *_OF_NO_USE})
"""The notifications that the channel's page lists."""
