"""What Tripadvisor shows, in our words and in none of its own."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.tripadvisor.payloads import Review
from chalicelib.domain.events import ChannelEvent, MessageEchoed, MessageReceived
from chalicelib.domain.messages import Surface


def events_of(adapter: ChannelAdapter, item: Mapping[str, Any]) -> Iterator[ChannelEvent]:
    """Yield a review that waits for an answer, or that it has one."""
    review = Review.model_validate(item)
    identity = adapter.identity(review.id)  # Who wrote it may not be kept.
    answer = review.owner_response
    if answer is not None:
        yield MessageEchoed(
            id=adapter.event_id("answer", review.id),
            identity=identity,
            occurred_at=answer.published_date,
            message_id=f"{review.id}/answer",
            text="[owner response]",
            surface=Surface.PUBLIC,
            thread_refs=(review.id,),
        )
        return
    yield MessageReceived(
        id=adapter.event_id("review", review.id),
        identity=identity,
        occurred_at=review.published_date,
        message_id=review.id,
        text=f"[review {'★' * review.rating}{'☆' * (5 - review.rating)}]",
        surface=Surface.PUBLIC,
        thread=review.id,
        permalink=review.url,
        rating=review.rating,
    )


def reduced(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may be kept of a review."""
    kept = {name: item[name] for name in _KEPT if name in item}
    answer = item.get("owner_response")
    if isinstance(answer, dict):
        kept["owner_response"] = {"published_date": answer.get("published_date")}
    return kept


_KEPT = ("id", "url", "rating", "published_date")

DOCUMENTED = frozenset({"review", "owner_response"})
"""The events that the channel's page lists."""
