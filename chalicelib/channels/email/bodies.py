"""What a mail says and carries: its text, its HTML and its attachments."""

import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.generator import BytesGenerator
from email.message import Message
from email.policy import Compat32
from io import BytesIO

from chalicelib.channels.email.charsets import clean, decode
from chalicelib.channels.email.headers import decode_words, one_line, unfold
from chalicelib.channels.email.html import html_to_text
from chalicelib.channels.email.mail import MailAttachment
from chalicelib.channels.email.uuencode import split_uuencoded

MAX_PARTS = 200
# A longer text isn't a letter; the untouched mail is kept beside it anyway.
MAX_TEXT = 500_000

_UNSAFE_IN_NAME = re.compile(r'[\\/:*?"<>|]+')
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "message/delivery-status": ".txt",
    "message/rfc822": ".eml",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
}


class _Verbatim(Compat32):
    """Writes headers as they came: the library would encode some anew, and refuse others."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\n".encode("utf-8", errors="surrogateescape")


@dataclass(frozen=True, slots=True)
class Contents:
    text: str
    html: str
    attachments: tuple[MailAttachment, ...]
    complete: bool


@dataclass(slots=True)
class _Collected:
    """`blocks` are the bodies in reading order, each as (text, html); one of them may be ''."""

    blocks: list[tuple[str, str]] = field(default_factory=list)
    attachments: list[MailAttachment] = field(default_factory=list)
    parts: int = 0

    @property
    def is_full(self) -> bool:
        return self.parts >= MAX_PARTS


def read_contents(message: Message) -> Contents:
    """Return all that `message` holds. A file is shown inline when the HTML points at it."""
    collected = _Collected()
    _collect(message, collected)
    html = "\n".join(html for _, html in collected.blocks if html)
    texts = (text or html_to_text(html) for text, html in collected.blocks)
    return Contents(
        text="\n".join(text for text in texts if text.strip()).strip("\n")[:MAX_TEXT],
        html=html,
        attachments=tuple(_placed(each, html) for each in collected.attachments),
        complete=not collected.is_full,
    )


def _collect(part: Message, into: _Collected) -> None:
    if into.is_full:
        return
    into.parts += 1
    kind = part.get_content_type()
    if kind.startswith("message/"):
        into.attachments.append(_attachment(part, kind, _enclosed(part)))
    elif kind == "multipart/alternative" and part.is_multipart():
        _collect_alternatives(part, into)
    elif part.is_multipart():
        for child in _children(part):
            _collect(child, into)
    elif _is_body(part, kind):
        _collect_body(part, kind, into)
    else:
        into.attachments.append(_attachment(part, kind, _payload(part)))


def _collect_alternatives(part: Message, into: _Collected) -> None:
    """Collect the versions of one body as a single block: the same words must not come twice."""
    inner = _Collected(parts=into.parts)
    for child in _children(part):
        _collect(child, inner)
    text = "\n".join(text for text, _ in inner.blocks if text.strip())
    html = "\n".join(html for _, html in inner.blocks if html.strip())
    into.blocks.append((text, html))
    into.attachments += inner.attachments
    into.parts = inner.parts


def _collect_body(part: Message, kind: str, into: _Collected) -> None:
    text = decode(_payload(part), part.get_content_charset(None))
    if kind == "text/html":
        into.blocks.append(("", text[: 4 * MAX_TEXT]))
        return
    text, files = split_uuencoded(text)
    into.blocks.append((text, ""))
    into.attachments += [
        MailAttachment(name=_safe(name) or "attachment", mime_type=_guessed(name), content=content)
        for name, content in files
    ]


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    return (each for each in payload if isinstance(each, Message)) if payload else iter(())


def _is_body(part: Message, kind: str) -> bool:
    """Tell a body from a file: a body is text, not named and not said to be an attachment.

    A `multipart` whose boundary never came is one long text.
    """
    if part.get_content_disposition() == "attachment" or _filename(part):
        return False
    return kind in {"text/plain", "text/html", "text/enriched"} or kind.startswith("multipart/")


def _payload(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        data = str(part.get_payload()).encode("utf-8", errors="replace")
    return data if isinstance(data, bytes) else b""


def _enclosed(part: Message) -> bytes:
    """Return the very bytes of an enclosed mail or delivery report."""
    if not part.is_multipart():
        return _payload(part)
    return b"\n".join(_flattened(child) for child in _children(part))


def _flattened(message: Message) -> bytes:
    buffer = BytesIO()
    try:
        BytesGenerator(buffer, mangle_from_=False, policy=_Verbatim()).flatten(message)
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        return buffer.getvalue()
    return buffer.getvalue()


def _attachment(part: Message, kind: str, content: bytes) -> MailAttachment:
    content_id = unfold(str(part.get("content-id") or "")).strip("<> ")
    return MailAttachment(
        name=_safe(_filename(part)) or _invented_name(part, kind, content),
        mime_type=kind,
        content=content,
        content_id=content_id or None,
    )


def _filename(part: Message) -> str:
    try:
        return decode_words(unfold(part.get_filename("") or ""))
    except (LookupError, ValueError, TypeError):
        return ""


def _invented_name(part: Message, kind: str, content: bytes) -> str:
    if kind == "message/rfc822" and (found := re.search(rb"(?mi)^Subject:(.{1,200})", content)):
        subject = _safe(decode_words(unfold(found.group(1).decode("utf-8", "surrogateescape"))))
        if subject:
            return f"{subject}.eml"
    return f"attachment{_EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ''}"


def _safe(name: str) -> str:
    """Return a file name without a path, without what some file system refuses, 150 long."""
    base = clean(name).replace("\\", "/").rpartition("/")[2]
    stem, dot, extension = one_line(_UNSAFE_IN_NAME.sub("_", base)).strip(". ").rpartition(".")
    return f"{stem[:140]}{dot}{extension[:10]}" if stem else extension[:150]


def _guessed(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _placed(attachment: MailAttachment, html: str) -> MailAttachment:
    shown = attachment.content_id is not None and f"cid:{attachment.content_id}" in html
    return replace(attachment, inline=shown)
