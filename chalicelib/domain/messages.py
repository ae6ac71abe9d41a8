"""What is said: attachments, and how far an outbound message has come."""

from dataclasses import dataclass
from enum import StrEnum


class AttachmentKind(StrEnum):
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something that came with a message, kept as a reference.

    `url` is the provider's link, `file_id` the provider's handle, `key` our object in the mail
    bucket. A location has `latitude` and `longitude` as the provider wrote them.
    """

    kind: AttachmentKind
    name: str | None = None
    mime_type: str | None = None
    size: int | None = None
    url: str | None = None
    file_id: str | None = None
    key: str | None = None
    latitude: str | None = None
    longitude: str | None = None


class Surface(StrEnum):
    """Where something is said: between two, or where everybody reads it."""

    DIRECT = "direct"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice offered to the customer; tapping it says `title` and tells us `payload`."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message that the platform has approved, for when a free one may not go."""

    name: str
    language: str
    parameters: tuple[str, ...] = ()


class Delivery(StrEnum):
    """How far an outbound message has come. Only ever moves down this list."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
