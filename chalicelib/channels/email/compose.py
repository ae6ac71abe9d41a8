"""Our mails to customers as MIME: text and simple HTML, threaded, the same bytes on every retry."""

import hashlib
import html
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from chalicelib.channels.base import OutboundMessage
from chalicelib.channels.email.automatic import LOOP_HEADER
from chalicelib.domain.plain import header_text
from chalicelib.domain.subjects import subject_line

_ANSWERED = re.compile(r"^(?:re|aw|sv|tr|vs|trả lời)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
_UNSAFE_IN_ID = re.compile(r"[<>\s\x00-\x1f]")
_NO_SUBJECT = "Yêu cầu của bạn / Your request"
_PARAGRAPH = '<p style="margin:0 0 1em;white-space:pre-wrap">{}</p>'
_PAGE = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head>'
    '<body style="font:15px/1.5 sans-serif">{}</body></html>'
)


def compose(message: OutboundMessage, sender_name: str, address: str) -> bytes:
    """Return `message` as MIME. SES replaces its Message-ID, so threading rests on References."""
    sender = Address(header_text(sender_name), addr_spec=address)
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=message.to.external_id)
    mail["Date"] = format_datetime(message.sent_at)
    mail["Message-ID"] = f"<{_fingerprint(message.id)}@{sender.domain}>"
    if message.reply_address:
        mail["Reply-To"] = Address(sender.display_name, addr_spec=message.reply_address)
    if parent := _parent(message.reply_to_id):
        mail["In-Reply-To"] = parent
        mail["References"] = parent
    if message.automatic:
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
        mail[LOOP_HEADER] = sender.addr_spec
    mail.set_content(message.text, charset="utf-8", cte="quoted-printable")
    mail.add_alternative(
        _page(message.text), subtype="html", charset="utf-8", cte="quoted-printable"
    )
    mail.set_boundary(f"=_{_fingerprint(message.id)}")
    return subject_line(_subject(message.subject)) + mail.as_bytes()


def _subject(subject: str | None) -> str:
    text = header_text(subject or "") or _NO_SUBJECT
    return text if _ANSWERED.match(text) else f"Re: {text}"


def _parent(message_id: str | None) -> str:
    """Return the id in brackets; one that we made of a mail's hash is nobody else's."""
    if not message_id or message_id.startswith("sha256:") or not message_id.isascii():
        return ""
    return f"<{header_text(_UNSAFE_IN_ID.sub('', message_id))}>"


def _page(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return _PAGE.format("".join(_PARAGRAPH.format(html.escape(each)) for each in paragraphs))


def _fingerprint(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]
