"""Invented mails as SES stores them: its own headers on top, the sender's below."""

from email.message import EmailMessage
from email.policy import SMTP

PROVEN = "spf=pass; dkim=pass header.i=@hoamai.example; dmarc=pass header.from=hoamai.example;"
RECEIVED = "Mon, 23 Nov 2026 02:00:00 +0000 (UTC)"


def ses_headers(
    recipient: str,
    *,
    spam: str = "PASS",
    virus: str = "PASS",
    findings: str = PROVEN,
) -> bytes:
    """Return what SES puts above a mail it took in."""
    lines = (
        "Return-Path: <bounce@hoamai.example>",
        "Received: from mail.hoamai.example (mail.hoamai.example [192.0.2.7])",
        " by inbound-smtp.ap-southeast-1.amazonaws.com with SMTP id q041v1u3p6g5",
        f" for {recipient};",
        f" {RECEIVED}",
        f"X-SES-Spam-Verdict: {spam}",
        f"X-SES-Virus-Verdict: {virus}",
        "Received-SPF: pass (spfCheck: domain of hoamai.example) client-ip=192.0.2.7;",
        f"Authentication-Results: amazonses.com; {findings}",
        "X-SES-RECEIPT: AEFBQUFBQUFBQUFH",
        "X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b=M2UWv; d=amazonses.com; v=1;",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def letter(
    text: str = "Cho em hỏi giá áo dài ạ.",
    *,
    sender: str = "Nguyễn Thị Lan <lan@khach.example>",
    to: str = "hotro@hoamai.example",
    subject: str = "Hỏi giá",
    message_id: str = "<thu-1@khach.example>",
    **headers: str,
) -> EmailMessage:
    """Return a mail; `headers` are written with `_` for `-`."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = "Mon, 23 Nov 2026 08:59:30 +0700"
    mail["Message-ID"] = message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def taken_in(mail: EmailMessage, recipient: str = "hotro@hoamai.example", **findings: str) -> bytes:
    """Return `mail` as SES stores it."""
    return ses_headers(recipient, **findings) + mail.as_bytes()


def raw(head: str, body: bytes = b"") -> bytes:
    """Return a mail written by hand: `head` without its end, and the very bytes of its body."""
    return head.strip().replace("\n", "\r\n").encode() + b"\r\n\r\n" + body


def bounce(original_id: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """Return a delivery report on one of our mails."""
    return raw(
        """
From: Mail Delivery System <MAILER-DAEMON@mx.khach.example>
To: hotro@hoamai.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <report-1@mx.khach.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=r"
""",
        f"""--=r
Content-Type: text/plain; charset=utf-8

Thư không gửi được / Your mail could not be delivered.

--=r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.khach.example

Final-Recipient: rfc822; Lan@khach.example
Action: {action}
Status: {status}

--=r
Content-Type: message/rfc822

Message-ID: <{original_id}>
From: hotro@hoamai.example
To: lan@khach.example
Subject: Re: =?utf-8?b?SOG7j2kgZ2nDoQ==?=

xin chao
--=r--
""".encode(),
    )
