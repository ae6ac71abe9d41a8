"""Messenger's webhook objects, as far as we read them.

https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
"""

from chalicelib.channels.wire import Milliseconds, Printed, Text, Wire


class Party(Wire):
    """A person or a page. A guest of the chat plugin has a `user_ref` and no `id`."""

    id: Printed | None = None


class Coordinates(Wire):
    lat: Printed
    long: Printed


class AttachmentPayload(Wire):
    url: Text | None = None
    title: Text | None = None
    sticker_id: Printed | None = None
    attachment_id: Printed | None = None
    coordinates: Coordinates | None = None


class WireAttachment(Wire):
    """Older links and locations carry title and URL here, and a null `payload`."""

    type: Text
    title: Text | None = None
    url: Text | None = None
    payload: AttachmentPayload | None = None


class QuickReply(Wire):
    payload: Text | None = None


class ReplyTo(Wire):
    mid: Printed | None = None


class Message(Wire):
    mid: Printed
    text: Text | None = None
    attachments: tuple[WireAttachment, ...] | None = None
    quick_reply: QuickReply | None = None
    reply_to: ReplyTo | None = None
    sticker_id: Printed | None = None
    is_echo: bool = False
    is_deleted: bool = False
    is_unsupported: bool = False
    app_id: Printed | None = None


class Postback(Wire):
    """A button. Before API v8 it had neither `mid` nor `title`."""

    mid: Printed | None = None
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


class Receipt(Wire):
    """`mids` may be missing: everything sent up to `watermark` counts."""

    watermark: Milliseconds
    mids: tuple[Printed, ...] | None = None


class Messaging(Wire):
    """One element of `entry[].messaging`: exactly one of the fields below the timestamp."""

    sender: Party | None = None
    recipient: Party | None = None
    timestamp: Milliseconds
    message: Message | None = None
    postback: Postback | None = None
    reaction: Reaction | None = None
    message_edit: MessageEdit | None = None
    delivery: Receipt | None = None
    read: Receipt | None = None
