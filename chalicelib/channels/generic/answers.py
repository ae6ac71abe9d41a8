"""What Frontline sends to a shop: docs/channels/generic.schema.json."""

from datetime import datetime
from typing import Literal

from chalicelib.channels.generic.payloads import Person
from chalicelib.channels.wire import Wire
from chalicelib.domain.messages import AttachmentKind


class OurFile(Wire):
    """A file to fetch at once: its address is good for an hour."""

    kind: AttachmentKind
    url: str
    name: str
    mime_type: str
    size: int | None = None


class Choice(Wire):
    """A button; when it is tapped, send its title as a message."""

    title: str
    payload: str


class Answer(Wire):
    """What to show to the customer. `id` is the same however often it is sent.

    `automatic` was written by no person. `reply_to` is the id of the message it answers.
    """

    id: str
    text: str
    sent_at: datetime
    automatic: bool
    reply_to: str | None = None
    subject: str | None = None
    attachments: tuple[OurFile, ...] = ()
    buttons: tuple[Choice, ...] = ()


class Sending(Wire):
    contact: Person
    message: Answer


class MessageSent(Wire):
    """From Frontline to the shop's `reply_url`: an answer to a customer.

    Any 2xx takes it. A JSON answer `{"id": …}` names it: receipts refer to that id.
    """

    type: Literal["message.sent"] = "message.sent"
    timestamp: datetime
    data: Sending
