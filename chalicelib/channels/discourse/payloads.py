"""Discourse's web hook and topic objects, as far as we read them.

https://docs.discourse.org (Posts, Topics); a web hook's post is the API's post.
"""

from enum import IntEnum

from chalicelib.channels.iso_time import IsoTime
from chalicelib.channels.wire import Text, Wire


class PostType(IntEnum):
    REGULAR = 1
    MODERATOR_ACTION = 2
    SMALL_ACTION = 3
    WHISPER = 4


class Post(Wire):
    """`user_id` is null of a person who is gone, and below 0 of Discourse's own users."""

    topic_id: int
    post_number: int
    post_type: int = PostType.REGULAR
    topic_archetype: Text = "regular"
    topic_title: Text | None = None
    topic_slug: Text | None = None
    user_id: int | None = None
    username: Text = ""
    name: Text | None = None
    raw: Text | None = None
    cooked: Text = ""
    created_at: IsoTime
    updated_at: IsoTime | None = None
    version: int = 1
    reply_to_post_number: int | None = None
    moderator: bool = False
    admin: bool = False
    staff: bool = False
    hidden: bool = False

    @property
    def message_id(self) -> str:
        """Name the post so that every later one can name it too: a payload has no other id."""
        return f"{self.topic_id}/{self.post_number}"

    @property
    def root_id(self) -> str:
        return f"{self.topic_id}/1"

    @property
    def is_private(self) -> bool:
        return self.topic_archetype == "private_message"


class Member(Wire):
    id: int
    username: Text = ""


class Topic(Wire):
    """Who began a topic, and whom a private one is between: a web hook's post doesn't tell."""

    user_id: int | None = None
    users: tuple[Member, ...] = ()
    groups: tuple[Text, ...] = ()


class Group(Wire):
    name: Text


class Details(Wire):
    created_by: Member | None = None
    allowed_users: tuple[Member, ...] = ()
    allowed_groups: tuple[Group, ...] = ()


class TopicView(Wire):
    """The answer of `/t/<topic>/<post>.json`, but for its posts."""

    archetype: Text = "regular"
    title: Text | None = None
    slug: Text | None = None
    user_id: int | None = None
    details: Details = Details()
