"""A page's `feed` change as far as we read it, and the same object as the Graph API tells it.

https://developers.facebook.com/docs/graph-api/webhooks/reference/page
https://developers.facebook.com/docs/graph-api/reference/comment
"""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.channels.wire import Printed, Seconds, Text, Wire

_STARS = range(1, 6)


def _stars(value: object) -> int | None:
    return int(value) if isinstance(value, int | Decimal) and value in _STARS else None


class Author(Wire):
    """A person, by an id that is good on this page only. Left out where an app may not know."""

    id: Printed | None = None
    name: Text | None = None


class Post(Wire):
    permalink_url: Text | None = None


class Image(Wire):
    src: Text | None = None


class Media(Wire):
    image: Image | None = None
    source: Text | None = None


class Shown(Wire):
    """What hangs on a comment or post, in the Graph API's words."""

    type: Text = ""
    title: Text | None = None
    url: Text | None = None
    media: Media | None = None


class ShownList(Wire):
    data: tuple[Shown, ...] = ()


class FeedValue(Wire):
    """`item` is what was said, `verb` what became of it, `created_time` when that was.

    Until 2018 the author stood in `sender_id`; that of a review stands in `reviewer_id`.
    """

    item: Text
    verb: Text
    created_time: Seconds
    author: Author | None = Field(None, alias="from")
    sender_id: Printed | None = None
    sender_name: Text | None = None
    reviewer_id: Printed | None = None
    reviewer_name: Text | None = None
    comment_id: Printed | None = None
    post_id: Printed | None = None
    parent_id: Printed | None = None
    open_graph_story_id: Printed | None = None
    message: Text | None = None
    review_text: Text | None = None
    recommendation_type: Text | None = None
    rating: Annotated[int | None, BeforeValidator(_stars)] = None
    photo: Text | None = None
    photos: tuple[Text, ...] | None = None
    video: Text | None = None
    link: Text | None = None
    attachment: Shown | None = None
    attachments: ShownList | None = None
    permalink_url: Text | None = None
    post: Post | None = None

    @property
    def author_id(self) -> str | None:
        by_name = self.author.id if self.author else None
        return by_name or self.sender_id or self.reviewer_id

    @property
    def author_name(self) -> str | None:
        by_name = self.author.name if self.author else None
        return by_name or self.sender_name or self.reviewer_name
