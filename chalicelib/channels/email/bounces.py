"""Delivery reports (RFC 3464): which of our mails didn't arrive, for whom, and whether for good."""

import re
from dataclasses import dataclass

from chalicelib.channels.email.automatic import is_bounce
from chalicelib.channels.email.headers import addresses, message_ids
from chalicelib.channels.email.mail import Mail, MailAttachment

_FIELD = r"(?mi)^{name}[ \t]*:[ \t]*(.*(?:\n[ \t].*)*)"
_MESSAGE_ID = re.compile(_FIELD.format(name="Message-ID"))
_RECIPIENT = re.compile(_FIELD.format(name="(?:Final|Original)-Recipient"))
_ACTION = re.compile(_FIELD.format(name="Action"))
_STATUS = re.compile(_FIELD.format(name="Status"))
_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REPORTS = {"message/delivery-status", "message/global-delivery-status"}
_ORIGINALS = {"message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"}
_LOOKED_AT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One report. `original_id` is the id of the mail it is about, without brackets; `""` unknown.

    `status` is the enhanced code (`5.1.1`), or `""` where the report has none. A mail that was
    given up after days of trying has failed too, though not permanently.
    """

    original_id: str
    recipient: str
    status: str
    action: str
    is_permanent: bool

    @property
    def has_failed(self) -> bool:
        return self.is_permanent or self.action == "failed"


def read_bounce(mail: Mail) -> Bounce | None:
    """Return what `mail` reports, or None when it isn't a report."""
    if not is_bounce(mail):
        return None
    report = _first(mail, _REPORTS)
    action = _value(_ACTION, report).lower()
    status = next(iter(_CODE.findall(_value(_STATUS, report) or _subject_and_text(mail))), "")
    return Bounce(
        original_id=_original_id(mail),
        recipient=_recipient(mail, report),
        status=status,
        action=action,
        is_permanent=status.startswith("5") and action not in {"delayed", "relayed", "delivered"},
    )


def _original_id(mail: Mail) -> str:
    """Return the failed mail's id from its enclosed headers, the text, or what this answers."""
    for text in (_first(mail, _ORIGINALS), mail.text[:_LOOKED_AT]):
        if found := message_ids(_value(_MESSAGE_ID, text)):
            return found[0]
    return next(iter((*mail.in_reply_to, *mail.references)), "")


def _recipient(mail: Mail, report: str) -> str:
    said = _value(_RECIPIENT, report).rpartition(";")[2] or mail.header("x-failed-recipients")
    return next((address.spec for address in addresses(said)), "")


def _first(mail: Mail, kinds: set[str]) -> str:
    return next((_text(each) for each in mail.attachments if each.mime_type in kinds), "")


def _text(attachment: MailAttachment) -> str:
    text = attachment.content[:_LOOKED_AT].decode("utf-8", errors="replace")
    return text.replace("\r\n", "\n")


def _subject_and_text(mail: Mail) -> str:
    return f"{mail.subject}\n{mail.text[:_LOOKED_AT]}"


def _value(field: re.Pattern[str], text: str) -> str:
    found = field.search(text)
    return " ".join(found.group(1).split()) if found else ""
