"""A mail once it is read: plain data, nothing of MIME left in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.channels.email.headers import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAttachment:
    """A file that came with a mail. `inline` when the HTML shows it by its `content_id`."""

    name: str
    mime_type: str
    content: bytes = field(repr=False)
    content_id: str | None = None
    inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail.

    `message_id` has no angle brackets, and is `sha256:…` of the raw mail where none was given.
    `recipients` begin with the envelope's, as the receiving server wrote it, then To, Cc and
    the rest. `headers` are all of them, top first, names lower-cased: their order is what tells
    SES's own from forged ones. `text` is never quoted-cut. `complete` is False when parts were
    left out because there were too many.
    """

    message_id: str
    sender: Address
    recipients: tuple[str, ...]
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    attachments: tuple[MailAttachment, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sent_at: datetime | None
    received_at: datetime | None
    content_type: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    complete: bool = True

    def header(self, name: str) -> str:
        """Return the topmost header of that lower-case name, or nothing."""
        return next(self.all(name), "")

    def all(self, name: str) -> Iterator[str]:
        return (value for header, value in self.headers if header == name)
