"""MIME as a person's mail program writes it, before SES has seen it."""

import mimetypes
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What somebody writes to an address."""

    sender: str
    name: str
    to: str
    subject: str
    text: str
    at: datetime
    html: str = ""
    files: Sequence[File] = ()
    in_reply_to: str = ""
    references: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def compose(letter: Letter) -> EmailMessage:
    """Return the MIME message; `letter.headers` are added last and replace ours."""
    message = EmailMessage(policy=SMTP)
    message["MIME-Version"] = "1.0"
    message["From"] = _address(letter.name, letter.sender)
    message["To"] = _address("", letter.to)
    # EmailMessage's own folding loses spaces between encoded words (CPython 3.11).
    message.set_raw("Subject", Header(letter.subject, header_name="Subject").encode())
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{secrets.token_urlsafe(24)}@mail.{domain_of(letter.sender)}>"
    if letter.in_reply_to:
        message["In-Reply-To"] = letter.in_reply_to
    if letter.references:
        message["References"] = " ".join(letter.references)
    _write_body(message, letter)
    for name, value in letter.headers.items():
        del message[name]
        message[name] = value
    return message


def domain_of(address: str) -> str:
    return address.rpartition("@")[2]


def _write_body(message: EmailMessage, letter: Letter) -> None:
    # base64 rather than quoted-printable: what phones send for Vietnamese.
    message.set_content(letter.text, cte="base64")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="base64")
    for file in letter.files:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        maintype, _, subtype = kind.partition("/")
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)


def _address(name: str, address: str) -> Address:
    return Address(display_name=name, addr_spec=address)
