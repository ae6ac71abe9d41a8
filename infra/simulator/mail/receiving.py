"""SES receiving: the headers it puts on top of a mail, and the object its S3 action writes."""

import base64
import secrets
import string
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from infra.simulator.mail.compose import domain_of

KEY_PREFIX = "inbound/"
SES_ID_LENGTH = 40
SENDER_IP = "209.85.128.50"
Verdict = Literal["PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED"]


class Verdicts(BaseModel):
    """What SES finds about a mail. It acts on none of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spam: Verdict = "PASS"
    virus: Verdict = "PASS"
    spf: Verdict = "PASS"
    dkim: Verdict = "PASS"
    dmarc: Verdict = "PASS"
    dkim_domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A mail as SES stores it; `id` is SES's own message id, the last part of the S3 key."""

    id: str
    content: bytes

    @property
    def key(self) -> str:
        return f"{KEY_PREFIX}{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The SMTP envelope, which need not agree with the headers, and the domain in From."""

    sender: str
    recipient: str
    author_domain: str


def receive(
    mime: bytes, envelope: Envelope, verdicts: Verdicts, at: datetime, region: str
) -> ReceivedMail:
    """Return the mail as SES hands it on: its own headers above all the sender's."""
    ses_id = _ses_id()
    return ReceivedMail(
        id=ses_id, content=_ses_headers(ses_id, envelope, verdicts, at, region) + mime
    )


def _ses_headers(
    ses_id: str, envelope: Envelope, verdicts: Verdicts, at: datetime, region: str
) -> bytes:
    domain = envelope.author_domain
    helo = f"mail-out.{domain}"
    spf = _spf(verdicts, domain_of(envelope.sender) or helo, envelope.sender, helo)
    dkim_domain = verdicts.dkim_domain or domain
    lines = [
        f"Return-Path: <{envelope.sender}>",
        f"Received: from {helo} ({helo} [{SENDER_IP}])",
        f" by inbound-smtp.{region}.amazonaws.com with SMTP id {ses_id}",
        f" for {envelope.recipient};",
        f" {format_datetime(at)} (UTC)",
        *_scan_verdicts(verdicts),
        f"Received-SPF: {spf}",
        "Authentication-Results: amazonses.com;",
        f" spf={spf}",
        f" dkim={_RESULTS[verdicts.dkim]} header.i=@{dkim_domain};",
        f" dmarc={_RESULTS[verdicts.dmarc]} header.from={domain};",
        f"X-SES-RECEIPT: {_blob(90)}",
        f"X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b={_blob(64)}; c=relaxed/simple;"
        f" s=224i4yxa5dv7c2xz3womw6peuasteono; d=amazonses.com; t={int(at.timestamp())}; v=1;"
        f" bh={_blob(32)};"
        " h=From:To:Cc:Bcc:Subject:Date:Message-ID:MIME-Version:Content-Type:X-SES-RECEIPT;",
        # From here on downwards, everything is the sender's word.
        f"Received: by {helo} with SMTP id {secrets.token_hex(12)}",
        f"        for <{envelope.recipient}>; {format_datetime(at)}",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8")


_RESULTS = {
    "PASS": "pass",
    "FAIL": "fail",
    "GRAY": "none",
    "PROCESSING_FAILED": "temperror",
    "DISABLED": "none",
}


def _scan_verdicts(verdicts: Verdicts) -> list[str]:
    """Return the scan's headers; SES writes none when the receipt rule doesn't scan."""
    scans = {"Spam": verdicts.spam, "Virus": verdicts.virus}
    return [
        f"X-SES-{name}-Verdict: {verdict}"
        for name, verdict in scans.items()
        if verdict != "DISABLED"
    ]


def _spf(verdicts: Verdicts, domain: str, sender: str, helo: str) -> str:
    result = _RESULTS[verdicts.spf]
    permitted = "designates" if result == "pass" else "does not designate"
    return (
        f"{result} (spfCheck: domain of {domain} {permitted} {SENDER_IP} as permitted sender) "
        f"client-ip={SENDER_IP}; envelope-from={sender}; helo={helo};"
    )


def _ses_id() -> str:
    alphabet = string.ascii_lowercase + string.digits
    return "".join(secrets.choice(alphabet) for _ in range(SES_ID_LENGTH))


def _blob(size: int) -> str:
    return base64.b64encode(secrets.token_bytes(size)).decode()
