"""The Bot Framework's Activity, as far as we read it.

https://github.com/microsoft/botframework-sdk/blob/main/specs/botframework-activity/botframework-activity.md
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from chalicelib.channels.wire import Printed, Text, Wire


def _written(value: object) -> object:
    # A bare number would be taken for seconds since 1970.
    if not isinstance(value, str):
        raise ValueError("not a time in ISO 8601")
    return value


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time beyond all calendars") from error


At = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]


class Party(Wire):
    """A person (`29:…`) or a bot (`28:…`)."""

    id: Printed
    name: Text | None = None
    role: Text | None = None


class Conversation(Wire):
    """`conversation_type` is personal, groupChat or channel."""

    id: Annotated[Text, Field(min_length=1, max_length=1024)]
    conversation_type: Text | None = Field(default=None, alias="conversationType")
    tenant_id: Text | None = Field(default=None, alias="tenantId")


class Entity(Wire):
    type: Text = ""
    text: Text | None = None
    mentioned: Party | None = None


class WireAttachment(Wire):
    content_type: Text = Field(default="", alias="contentType")
    content_url: Text | None = Field(default=None, alias="contentUrl")
    name: Text | None = None
    content: Any = None


class Reaction(Wire):
    type: Text


class ChannelData(Wire):
    event_type: Text | None = Field(default=None, alias="eventType")


class Activity(Wire):
    type: Text
    id: Printed | None = None
    channel_id: Text = Field(alias="channelId")
    service_url: Text = Field(alias="serviceUrl")
    at: At = Field(alias="timestamp")
    sender: Party = Field(alias="from")
    recipient: Party
    conversation: Conversation
    text: Text | None = None
    text_format: Text | None = Field(default=None, alias="textFormat")
    locale: Text | None = None
    entities: tuple[Entity, ...] | None = None
    attachments: tuple[WireAttachment, ...] | None = None
    value: Any = None
    reply_to_id: Printed | None = Field(default=None, alias="replyToId")
    name: Text | None = None
    action: Text | None = None
    reactions_added: tuple[Reaction, ...] | None = Field(default=None, alias="reactionsAdded")
    reactions_removed: tuple[Reaction, ...] | None = Field(default=None, alias="reactionsRemoved")
    channel_data: ChannelData | None = Field(default=None, alias="channelData")

    @property
    def is_personal(self) -> bool:
        return self.conversation.conversation_type in (None, "personal")
