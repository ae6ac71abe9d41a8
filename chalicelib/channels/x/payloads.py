"""X's payloads, as far as we read them: the Activity API and the older Account Activity API.

https://docs.x.com/x-api/activity/event-payloads
https://docs.x.com/x-api/account-activity/introduction
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AliasChoices, AwareDatetime, BeforeValidator, Field

from chalicelib.channels.wire import Milliseconds, Printed, Text, Wire


def _at(value: object) -> object:
    """Read `Wed Feb 05 08:39:31 +0000 2020`; ISO times are pydantic's."""
    if not isinstance(value, str) or not value[:1].isalpha():
        return value
    return datetime.strptime(value, "%a %b %d %H:%M:%S %z %Y")


Moment = Annotated[AwareDatetime, BeforeValidator(_at)]

# 64-bit ids as numbers may have been rounded on their way: the text beside them is exact.
Id = Annotated[Printed, Field(validation_alias=AliasChoices("id_str", "id"))]
MaybeId = Printed | None


class Link(Wire):
    url: Text = ""
    expanded_url: Text | None = None
    media_key: Text | None = None


class Variant(Wire):
    url: Text
    bitrate: int = Field(default=0, validation_alias=AliasChoices("bitrate", "bit_rate"))


class VideoInfo(Wire):
    variants: tuple[Variant, ...] = ()


class Media(Wire):
    """A file of a message or a post; `link` is the t.co address that stands for it in the text."""

    type: Text = ""
    link: Text = Field(default="", alias="url")
    media_url_https: Text | None = None
    video_info: VideoInfo = VideoInfo()


class PostMedia(Wire):
    """A file in `includes.media` of the Activity API."""

    media_key: Text
    type: Text = ""
    url: Text | None = None
    preview_image_url: Text | None = None
    variants: tuple[Variant, ...] = ()


class Entities(Wire):
    urls: tuple[Link, ...] | None = None
    media: tuple[Media, ...] | None = None


class Coordinates(Wire):
    """GeoJSON: the longitude comes first."""

    coordinates: tuple[Printed, Printed]


class SharedCoordinate(Wire):
    coordinates: Coordinates


class Location(Wire):
    shared_coordinate: SharedCoordinate | None = None


class MessageAttachment(Wire):
    type: Text = "attachment"
    media: Media | None = None
    location: Location | None = None


class QuickReply(Wire):
    metadata: Text = ""


class MessageData(Wire):
    text: Text = ""
    entities: Entities | None = None
    attachment: MessageAttachment | None = None
    quick_reply_response: QuickReply | None = None


class Target(Wire):
    recipient_id: Printed


class MessageCreate(Wire):
    sender_id: Printed
    target: Target
    message_data: MessageData


class DirectMessage(Wire):
    id: Printed
    created_timestamp: Milliseconds
    message_create: MessageCreate


class MarkRead(Wire):
    created_timestamp: Milliseconds
    sender_id: Printed
    last_read_event_id: Printed


class User(Wire):
    id: Id
    name: Text | None = None


class FullText(Wire):
    """What does not fit an ordinary post."""

    full_text: Text = Field(validation_alias=AliasChoices("full_text", "text"))
    entities: Entities | None = None


class Status(Wire):
    """A post of the Account Activity API, which is a Tweet of API v1.1."""

    id: Id
    user: User
    created_at: Moment
    text: Text = ""
    entities: Entities | None = None
    extended_entities: Entities | None = None
    extended_tweet: FullText | None = None
    retweeted_status: dict[str, Any] | None = None
    in_reply_to_status_id: Annotated[
        MaybeId,
        Field(validation_alias=AliasChoices("in_reply_to_status_id_str", "in_reply_to_status_id")),
    ] = None
    quoted_status_id: Annotated[
        MaybeId, Field(validation_alias=AliasChoices("quoted_status_id_str", "quoted_status_id"))
    ] = None


class Reference(Wire):
    type: Text
    id: Printed


class PostAttachments(Wire):
    media_keys: tuple[Text, ...] = ()


class ActivityPost(Wire):
    """A post of the Activity API, which is a Post of API v2; an edit is a post of its own."""

    id: Printed
    author_id: Printed
    created_at: Moment
    text: Text = ""
    entities: Entities | None = None
    note_tweet: FullText | None = None
    attachments: PostAttachments = PostAttachments()
    conversation_id: MaybeId = None
    edited: tuple[Printed, ...] = Field(default=(), alias="edit_history_tweet_ids")
    referenced_tweets: tuple[Reference, ...] | None = None


class Deleted(Wire):
    """Which post went, in either API."""

    id: Printed
    user_id: Annotated[Printed, Field(validation_alias=AliasChoices("user_id", "author_id"))]


class DeletedStatus(Wire):
    status: Deleted
    timestamp_ms: Milliseconds


class ChatMessage(Wire):
    """An end-to-end encrypted message: only who and when can be read."""

    id: Printed
    created_at_msec: Milliseconds
    sender_id: Printed
    conversation_id: Printed


class Filter(Wire):
    user_id: MaybeId = None


class Activity(Wire):
    """The envelope of the Activity API."""

    event_type: Text
    filter: Filter = Filter()
    payload: dict[str, Any]
    includes: dict[str, Any] | None = None
