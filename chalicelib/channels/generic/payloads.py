"""What a shop sends: docs/channels/generic.schema.json.

Every payload is `{type, timestamp, data}`, as Standard Webhooks recommends.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from chalicelib.channels.wire import Printed, Size, Text, Wire
from chalicelib.domain.messages import AttachmentKind
from chalicelib.errors import SendFailure


def _written(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("a time is written as text")
    return value


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time beyond all calendars") from error


Id = Annotated[
    Printed,
    WithJsonSchema(
        {"anyOf": [{"type": "string", "minLength": 1, "maxLength": 256}, {"type": "integer"}]}
    ),
]
Words = Annotated[Text, WithJsonSchema({"type": "string"})]
NewWords = Annotated[
    Text, StringConstraints(min_length=1), WithJsonSchema({"type": "string", "minLength": 1})
]
Payload = Annotated[
    Text,
    StringConstraints(max_length=1000),
    WithJsonSchema({"type": "string", "maxLength": 1000}),
]
Bytes = Annotated[Size, WithJsonSchema({"type": "integer", "minimum": 0})]
Coordinate = Annotated[Printed, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]})]
At = Annotated[
    AwareDatetime,
    BeforeValidator(_written),
    AfterValidator(_utc),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Url = Annotated[str, StringConstraints(pattern=r"^https://[!-~]+$", max_length=2048)]


class Contact(Wire):
    """A customer, by the shop's own id, the same for all that he says."""

    id: Id
    name: Words | None = None
    language: Words | None = Field(default=None, examples=["vi", "en-US"])
    phone: Words | None = Field(default=None, examples=["0900 000 123", "+84900000123"])
    email: Words | None = Field(default=None, examples=["lan@example.com"])


class Person(Wire):
    """A customer whom an earlier message introduced."""

    id: Id


class Attached(Wire):
    """A file, by an HTTPS address that needs no password; or a place, by its coordinates."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["url"]}, {"required": ["latitude", "longitude"]}]
        }
    )

    kind: AttachmentKind = AttachmentKind.FILE
    url: Url | None = None
    name: Words | None = None
    mime_type: Words | None = Field(default=None, examples=["image/jpeg"])
    size: Bytes = None
    latitude: Coordinate | None = None
    longitude: Coordinate | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if self.url is None and (self.latitude is None or self.longitude is None):
            raise ValueError("an attachment has a url, or latitude and longitude")
        return self


class Message(Wire):
    """Something said. `id` is unique in the account; `reply_to` is the id of what it answers."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["text"]}, {"required": ["attachments"]}]}
    )

    id: Id
    text: Words = ""
    sent_at: At | None = None
    attachments: tuple[Attached, ...] = ()
    reply_to: Id | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.attachments:
            raise ValueError("a message has a text or attachments")
        return self


class Inquiry(Message):
    """What a customer says, with what the shop knows about it besides.

    `choice` is the payload of the button he tapped. `fields` are those of a form, or facts such
    as an order's state; what is no word, number, yes or no, or a list of those, doesn't count.
    `request_type` is the desk's id of what he wants, where the shop knows.
    """

    choice: Payload | None = Field(default=None, examples=["order"])
    fields: Mapping[str, Any] = Field(
        default_factory=dict, examples=[{"chu_de": "bao-hanh", "order_state": "shipped"}]
    )
    request_type: Id | None = Field(default=None, examples=["khieu-nai-don-hang"])


class Changed(Wire):
    id: Id
    text: Annotated[
        Text, StringConstraints(min_length=1), WithJsonSchema({"type": "string", "minLength": 1})
    ]


class Named(Wire):
    id: Id


class Receiving(Wire):
    contact: Contact
    message: Inquiry
    subject: Words | None = None


class Echoing(Wire):
    """`author_id` is who of the shop answered."""

    contact: Person
    message: Message
    author_id: Id | None = None


class Editing(Wire):
    contact: Person
    message: Changed


class Deleting(Wire):
    contact: Person
    message: Named


class Reporting(Wire):
    """How far messages of ours came; `message_ids` are those that the shop answered with."""

    contact: Person
    status: Literal["delivered", "read", "failed"]
    message_ids: tuple[Id, ...] = Field(min_length=1, max_length=100)
    reason: SendFailure | None = None


class Updating(Wire):
    contact: Contact


class MessageReceived(Wire):
    """A customer said something."""

    type: Literal["message.received"]
    timestamp: At
    data: Receiving


class MessageEchoed(Wire):
    """The shop answered a customer elsewhere than in Frontline."""

    type: Literal["message.echoed"]
    timestamp: At
    data: Echoing


class MessageEdited(Wire):
    """A customer changed what he said."""

    type: Literal["message.edited"]
    timestamp: At
    data: Editing


class MessageDeleted(Wire):
    """A customer took back what he said."""

    type: Literal["message.deleted"]
    timestamp: At
    data: Deleting


class ReceiptReceived(Wire):
    """Messages of ours came to the customer, were read, or came to nothing."""

    type: Literal["receipt.received"]
    timestamp: At
    data: Reporting


class ContactUpdated(Wire):
    """The shop knows more about a customer; what is left out stays as it is."""

    type: Literal["contact.updated"]
    timestamp: At
    data: Updating


Incoming = (
    MessageReceived
    | MessageEchoed
    | MessageEdited
    | MessageDeleted
    | ReceiptReceived
    | ContactUpdated
)
