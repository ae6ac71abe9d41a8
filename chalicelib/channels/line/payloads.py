"""LINE's webhook events, as far as we read them.

https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from collections.abc import Mapping

from pydantic import Field

from chalicelib.channels.wire import Milliseconds, Printed, Size, Text, Wire


class Source(Wire):
    """Who speaks, and where: in a one-to-one chat `type` is `user`."""

    type: Text
    user_id: Printed | None = Field(default=None, alias="userId")


class ContentProvider(Wire):
    """Where a file lies: with LINE, or at an address of its own."""

    type: Text
    url: Text | None = Field(default=None, alias="originalContentUrl")


class Message(Wire):
    id: Printed
    type: Text
    text: Text | None = None
    quoted_message_id: Printed | None = Field(default=None, alias="quotedMessageId")
    content_provider: ContentProvider | None = Field(default=None, alias="contentProvider")
    file_name: Text | None = Field(default=None, alias="fileName")
    file_size: Size = Field(default=None, alias="fileSize")
    title: Text | None = None
    address: Text | None = None
    latitude: Printed | None = None
    longitude: Printed | None = None
    sticker_id: Printed | None = Field(default=None, alias="stickerId")
    keywords: tuple[Text, ...] = ()


class Postback(Wire):
    """A button that was tapped; `params` are the date or menu that was picked."""

    data: Text
    params: Mapping[str, Text] | None = None


class Unsent(Wire):
    message_id: Printed = Field(alias="messageId")


class Event(Wire):
    event_id: Printed = Field(alias="webhookEventId")
    timestamp: Milliseconds
    source: Source
    reply_token: Text | None = Field(default=None, alias="replyToken")
    message: Message | None = None
    postback: Postback | None = None
    unsend: Unsent | None = None
