"""Mails to agents as MIME, ready for SES: who they are from, where an answer goes, which thread."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from enum import StrEnum

from chalicelib.channels.base import MailRequest
from chalicelib.desk.decision import NotificationKind
from chalicelib.domain.plain import header_text, one_line
from chalicelib.domain.subjects import subject_line
from chalicelib.notify.wording import environment, render_notification
from chalicelib.views.ticket import TicketView
from chalicelib.views.words import words


class Refusal(StrEnum):
    """Why an agent's mail was not passed on to the customer."""

    OTHER_ADDRESS = "other_address"
    UNPROVEN = "unproven"
    UNKNOWN_TICKET = "unknown_ticket"
    EMPTY = "empty"
    COMMAND = "command"
    IMPOSSIBLE = "impossible"


def notification_mail(
    kind: NotificationKind, view: TicketView, *, sender: str, recipient: str, reply_to: str
) -> MailRequest:
    """Return the mail that tells the viewer about `kind`; an answer to it goes to `reply_to`.

    All mails of a ticket name one root in References, so that clients show them as one thread;
    the root itself was never sent, since SES chooses the ids of what it sends.
    """
    mail = render_notification(kind, view.viewer.language, view)
    root = f"<ticket-{view.ticket.id}@{reply_to.rpartition('@')[2]}>"
    headers: dict[str, str | Address] = {
        "Reply-To": _address(view.desk_name, reply_to),
        "In-Reply-To": root,
        "References": root,
        "Auto-Submitted": "auto-generated",
        "X-Frontline-Ticket": view.ticket.id,
        "X-Frontline-Notification": str(kind),
    }
    people = (_address(mail.sender_name, sender), _address(view.viewer.name, recipient))
    message = _message(people, headers, view.now)
    return _request(mail.subject, message, people, mail.text, mail.html)


def refusal_mail(
    reason: Refusal,
    *,
    language: str,
    desk_name: str,
    sender: str,
    recipient: str,
    now: datetime,
    refused_id: str | None = None,
    number: str | None = None,
    line: str = "",
) -> MailRequest:
    """Return the answer to an agent's mail that was not passed on; `refused_id` is its Message-ID.

    `line` is the one that is no command, where that is the reason.

    Send it only to an agent's own address, and never in answer to automatic mail.
    """
    say = words(language)
    intro = "refused.intro" if number else "refused.intro.unnumbered"
    facts = {
        "say": say,
        "desk_name": desk_name,
        "paragraphs": (
            say[intro].format(number=number),
            say[f"refused.{reason}"].format(desk=desk_name, line=one_line(line)),
            *_hints(reason, say),
        ),
    }
    headers: dict[str, str | Address] = {"Auto-Submitted": "auto-replied"}
    if refused_id:
        headers |= dict.fromkeys(("In-Reply-To", "References"), header_text(refused_id))
    people = (_address(desk_name, sender), _address("", recipient))
    message = _message(people, headers, now)
    text = environment().get_template("refused.txt").render(facts)
    html = environment().get_template("refused.html").render(facts)
    subject = _numbered(say["refused.subject"], number)
    return _request(subject, message, people, text, html)


def _hints(reason: Refusal, say: Mapping[str, str]) -> Iterator[str]:
    if reason is Refusal.COMMAND:
        yield from (text for name, text in say.items() if name.startswith("command."))
    # A part may have been done, where the ticket moved on meanwhile.
    if reason is not Refusal.IMPOSSIBLE:
        yield say["refused.closing"]


def _message(
    people: tuple[Address, Address],
    headers: Mapping[str, str | Address],
    now: datetime,
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = people
    message["Date"] = now
    # No vacation note or read receipt comes back to a machine (MS-OXCMAIL 2.2.3.2.14).
    message["X-Auto-Response-Suppress"] = "All"
    for name, value in headers.items():
        message[name] = value
    return message


def _request(
    subject: str, message: EmailMessage, people: tuple[Address, Address], text: str, html: str
) -> MailRequest:
    # Base64 keeps Vietnamese whole through any relay and its lines below 998 octets.
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    sender, recipient = people
    return MailRequest(
        sender=sender.addr_spec,
        recipient=recipient.addr_spec,
        mime=subject_line(subject) + message.as_bytes(),
    )


def _address(name: str, address: str) -> Address:
    """Return `address`, which may itself be `Name <address>`, under the name we choose."""
    own_name, addr_spec = parseaddr(address)
    return Address(header_text(name or own_name), addr_spec=addr_spec)


def _numbered(subject: str, number: str | None) -> str:
    return f"[{number}] {subject}" if number else subject
