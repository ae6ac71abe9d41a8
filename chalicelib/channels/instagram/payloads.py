"""Instagram's webhook objects, as far as we read them.

https://developers.facebook.com/docs/instagram-platform/webhooks/examples
https://developers.facebook.com/docs/messenger-platform/instagram/features/webhook
"""

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.channels.wire import Milliseconds, Printed, Seconds, Text, Wire, milliseconds

_IN_MILLISECONDS = 12


def _moment(value: object) -> object:
    """Comments tell seconds, messages milliseconds; a comment in the other unit is no error."""
    digits = str(value)
    return digits[:-3] if digits.isdigit() and len(digits) > _IN_MILLISECONDS else value


Moment = Annotated[Seconds, BeforeValidator(_moment)]


class Party(Wire):
    id: Printed | None = None


class AttachmentPayload(Wire):
    url: Text | None = None
    title: Text | None = None


class WireAttachment(Wire):
    type: Text
    payload: AttachmentPayload | None = None


class Story(Wire):
    url: Text | None = None


class ReplyTo(Wire):
    """What a message answers: another message, or a story of the account."""

    mid: Printed | None = None
    story: Story | None = None


class QuickReply(Wire):
    payload: Text | None = None


class Message(Wire):
    mid: Printed
    text: Text | None = None
    attachments: tuple[WireAttachment, ...] | None = None
    quick_reply: QuickReply | None = None
    reply_to: ReplyTo | None = None
    is_echo: bool = False
    is_self: bool = False
    is_deleted: bool = False
    is_unsupported: bool = False
    app_id: Printed | None = None
    metadata: Text | None = None


class Postback(Wire):
    mid: Printed
    title: Text | None = None
    payload: Text | None = None


class Reaction(Wire):
    mid: Printed
    action: Text
    emoji: Text | None = None
    reaction: Text | None = None


class MessageEdit(Wire):
    mid: Printed
    text: Text | None = None
    num_edit: Printed = "1"


class Read(Wire):
    """Instagram names the last message seen, and has no watermark."""

    mid: Printed


class Messaging(Wire):
    """One element of `entry[].messaging`: exactly one of the fields below the timestamp."""

    sender: Party | None = None
    recipient: Party | None = None
    timestamp: Milliseconds
    message: Message | None = None
    postback: Postback | None = None
    reaction: Reaction | None = None
    message_edit: MessageEdit | None = None
    read: Read | None = None


class Author(Wire):
    """`self_ig_scoped_id` stands there only when the account itself is the author."""

    id: Printed | None = None
    username: Text | None = None
    self_ig_scoped_id: Printed | None = None


class Media(Wire):
    id: Printed | None = None
    permalink: Text | None = None


class Comment(Wire):
    """`text` is empty for a GIF. Webhooks have no `permalink`; the Graph API tells it."""

    id: Printed
    author: Author | None = Field(None, alias="from")
    media: Media | None = None
    parent_id: Printed | None = None
    text: Text = ""


class Mention(Wire):
    """Webhooks only name it: the rest is what a look-up adds.

    A caption has no `comment_id`. The author's id is not always told; the user name is.
    """

    media_id: Printed
    comment_id: Printed | None = None
    author: Author | None = Field(None, alias="from")
    owner: Author | None = None
    username: Text | None = None
    text: Text | None = None
    permalink: Text | None = None


def stamp(at: datetime) -> int:
    """Return seconds since 1970, as Instagram tells when a comment was written."""
    return milliseconds(at) // 1000
