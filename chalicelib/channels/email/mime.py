"""Raw MIME to a `Mail`, in bounded time and memory, however broken.

The standard library's parser builds the tree under its old policy and the headers are read here:
`policy.default` parses headers with a recursive grammar that raises on some and takes quadratic
time on others, and a mail is whatever a stranger sends.
"""

import hashlib
import re
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from itertools import islice

from chalicelib.channels.email.bodies import Contents, read_contents
from chalicelib.channels.email.headers import (
    MAX_HEADER,
    Address,
    addresses,
    decode_words,
    message_ids,
    one_line,
    unfold,
)
from chalicelib.channels.email.mail import Mail
from chalicelib.channels.email.repair import repaired
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

# SES takes no larger mail.
MAX_SIZE = 40 * 1024 * 1024
MAX_HEADERS = 500
MAX_SUBJECT = 500
MAX_RECIPIENTS = 500
# The parser tries every open boundary on every line: their product is the work to be done, and
# this much takes a few seconds. A real mail of 40 MB with six boundaries is a sixth of it.
_MAX_WORK = 20_000_000

_ENVELOPE_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)>?")
_RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "x-forwarded-to", "bcc")
_SENDER_HEADERS = ("from", "sender", "reply-to", "return-path")


class _Part(Message):
    """A part whose own headers can't cost quadratic time: parameters past 4 kB are dropped."""

    def get(self, name: str, failobj: object = None) -> object:  # type: ignore[override]
        value = super().get(name, failobj)
        return value if value is failobj else str(value)[:4096]


def read_mail(raw: bytes) -> Mail:
    """Return the mail in `raw`.

    Raises `PayloadTooLargeError` above SES's own limit and `MalformedPayloadError` when there is
    no mail in it, or one nested only to keep us busy.
    """
    message = _parse(raw)
    headers = _headers(message)
    contents = _contents(message)
    first = dict(reversed(headers))
    received = first.get("received", "")
    return Mail(
        message_id=_message_id(first.get("message-id", ""), raw),
        sender=_sender(headers),
        recipients=_recipients(headers, received),
        subject=one_line(decode_words(first.get("subject", "")))[:MAX_SUBJECT],
        text=contents.text,
        html=contents.html,
        attachments=contents.attachments,
        in_reply_to=message_ids(first.get("in-reply-to", "")),
        references=message_ids(first.get("references", "")),
        sent_at=_date(first.get("date", "")),
        received_at=_date(received.rpartition(";")[2]),
        content_type=first.get("content-type", "").lower(),
        headers=headers,
        complete=contents.complete,
    )


def _parse(raw: bytes) -> Message:
    if len(raw) > MAX_SIZE:
        raise PayloadTooLargeError(f"a mail of {len(raw)} bytes")
    body = repaired(raw)
    if body.lower().count(b"boundary") * body.count(b"\n") > _MAX_WORK:
        raise MalformedPayloadError("a mail nested too deep")
    try:
        message: Message = BytesParser(_Part, policy=policy.compat32).parsebytes(body)
    except (RecursionError, ValueError, TypeError) as error:
        raise MalformedPayloadError("not a mail") from error
    if not message.keys():
        raise MalformedPayloadError("a mail without headers")
    return message


def _contents(message: Message) -> Contents:
    try:
        return read_contents(message)
    except RecursionError as error:
        raise MalformedPayloadError("a mail nested too deep") from error


def _headers(message: Message) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.lower(), unfold(str(value)))
        for name, value in list(message.raw_items())[:MAX_HEADERS]
    )


def _message_id(value: str, raw: bytes) -> str:
    """Return the mail's id, or one made of its very bytes: a redelivery gets the same."""
    found = next(iter(message_ids(value)), "")
    return found or f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _sender(headers: tuple[tuple[str, str], ...]) -> Address:
    for wanted in _SENDER_HEADERS:
        for name, value in headers:
            if name == wanted and (found := addresses(value)):
                return found[0]
    return Address("")


def _recipients(headers: tuple[tuple[str, str], ...], received: str) -> tuple[str, ...]:
    envelope = _ENVELOPE_FOR.search(received[:MAX_HEADER])
    listed = (
        address.spec
        for wanted in _RECIPIENT_HEADERS
        for name, value in headers
        if name == wanted
        for address in addresses(value)
    )
    first = (envelope.group(1).lower(),) if envelope else ()
    return tuple(dict.fromkeys((*first, *islice(listed, MAX_RECIPIENTS))))


def _date(value: str) -> datetime | None:
    """Return a header's moment, or None when it names none that exists."""
    try:
        at = parsedate_to_datetime(value.strip()[:200])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
