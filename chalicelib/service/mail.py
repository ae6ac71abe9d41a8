"""What a mail that SES took in is to Frontline: a customer's message, an agent's answer, a bounce.

Decides and stores attachments, no more: whoever calls acts on the outcome. The original mail is
in the bucket already, under `key`, and stays there whatever the outcome.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from chalicelib.channels.base import Received
from chalicelib.channels.email.adapter import MAX_TEXT, EmailAdapter, message_text
from chalicelib.channels.email.automatic import automatic_kind
from chalicelib.channels.email.bounces import read_bounce
from chalicelib.channels.email.mail import Mail, MailAttachment
from chalicelib.channels.email.mime import read_mail
from chalicelib.channels.email.verdicts import is_authentic, read_verdicts
from chalicelib.desk.model import guest_address
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import InvalidSignatureError
from chalicelib.notify.addresses import has_token
from chalicelib.notify.mails import Refusal
from chalicelib.service.agent_mail import AgentMail
from chalicelib.service.mailroom import (
    AgentRefused,
    Bounced,
    CustomerWrote,
    Mailroom,
    Outcome,
    Unwanted,
    Unwantedness,
)

ATTACHMENTS = "attachments/"

_KINDS = {
    "image": AttachmentKind.IMAGE,
    "audio": AttachmentKind.AUDIO,
    "video": AttachmentKind.VIDEO,
}


def receive_mail(raw: bytes, *, key: str, now: datetime, mailroom: Mailroom) -> Outcome:
    """Return what the mail in `raw` is.

    Its id is its Message-ID, so the same mail twice is the same event or act. Raises
    `MalformedPayloadError` for what is no mail and `PayloadTooLargeError`.
    """
    mail = read_mail(raw)
    if read_verdicts(mail).is_harmful:
        return Unwanted(Unwantedness.HARMFUL)
    if bounce := read_bounce(mail):
        return Bounced(bounce)
    sorter = _Sorter(mail, key, len(raw), min(mail.received_at or now, now), mailroom)
    local_part = _reply_local_part(mail, mailroom.domain)
    if _is_our_own(mail, mailroom) and not sorter.is_from_guest(local_part):
        return Unwanted(Unwantedness.OWN)
    return sorter.answer(local_part) if local_part else sorter.new_mail()


@dataclass(frozen=True, slots=True)
class _Sorter:
    """One mail on the sorting table."""

    mail: Mail
    key: str
    size: int
    at: datetime
    room: Mailroom

    def answer(self, local_part: str) -> Outcome:
        try:
            token = self.room.read_token(local_part)
        except InvalidSignatureError:
            return self._unknown_address()
        if token.agent_id is None:
            adapter = self._account() or self._account_of(token.ticket_id)
            return self._from_customer(adapter, token.ticket_id)
        return AgentMail(
            mail=self.mail,
            at=self.room.desk_time(self.at),
            ticket_id=token.ticket_id,
            agent_id=token.agent_id,
            is_note=token.is_note or guest_address(token.agent_id) is not None,
            room=self.room,
            save=self._saved,
        ).outcome()

    def new_mail(self) -> Outcome:
        return self._from_customer(self._account(), None)

    def is_from_guest(self, local_part: str) -> bool:
        """Tell the answer of a guest whose address lies in our own domain from our own mail."""
        try:
            token = self.room.read_token(local_part)
        except InvalidSignatureError:
            return False
        return guest_address(token.agent_id or "") == self.mail.sender.spec

    def _unknown_address(self) -> Outcome:
        """Explain a dead reply address to an agent, if it is he who wrote; to nobody else."""
        if automatic_kind(self.mail):
            return Unwanted(Unwantedness.AUTOMATIC)
        sender = self.mail.sender.spec
        ids = [agent_id for agent_id, address in self.room.agents.items() if address == sender]
        if not ids or not is_authentic(self.mail, sender):
            return Unwanted(Unwantedness.NOBODYS)
        return AgentRefused(
            reason=Refusal.UNKNOWN_TICKET,
            agent_id=ids[0],
            ticket_id=None,
            message_id=self.mail.message_id,
        )

    def _from_customer(self, adapter: EmailAdapter | None, ticket_id: str | None) -> Outcome:
        if adapter is None or not self.mail.sender.spec:
            return Unwanted(Unwantedness.NOBODYS)
        event = adapter.received(
            self.mail,
            occurred_at=self.at,
            attachments=(*self._saved(self.mail.attachments), *self._original()),
            ticket_id=ticket_id,
        )
        raw = json.dumps({"s3_key": self.key, "message_id": event.message_id, "size": self.size})
        return CustomerWrote(Received(event, raw), adapter)

    def _account(self) -> EmailAdapter | None:
        for recipient in self.mail.recipients:
            local_part, _, domain = recipient.partition("@")
            plain = f"{local_part.partition('+')[0]}@{domain}"
            if adapter := self.room.accounts.get(recipient) or self.room.accounts.get(plain):
                return adapter
        return None

    def _account_of(self, ticket_id: str) -> EmailAdapter | None:
        """Return the account of a ticket whose customer answered its reply address.

        A ticket that came on another channel has none; any account of ours will do for it.
        """
        name = self.room.account_of(ticket_id)
        adapters = list(self.room.accounts.values())
        named = (adapter for adapter in adapters if adapter.account == name)
        return next(named, next(iter(adapters), None))

    def _saved(self, attachments: Iterable[MailAttachment]) -> tuple[Attachment, ...]:
        """Store the files of this mail, under the same keys on every retry."""
        folder = hashlib.sha256(self.mail.message_id.encode()).hexdigest()[:32]
        saved = []
        for number, each in enumerate(attachments):
            key = f"{ATTACHMENTS}{folder}/{number}{_suffix(each.name)}"
            self.room.save(key, each.content, each.mime_type)
            saved.append(_reference(each, key))
        return tuple(saved)

    def _original(self) -> tuple[Attachment, ...]:
        """Return the whole mail as a file where the event can't hold all of it."""
        if self.mail.complete and len(message_text(self.mail)) <= MAX_TEXT:
            return ()
        return (
            Attachment(
                kind=AttachmentKind.FILE,
                name="original.eml",
                mime_type="message/rfc822",
                size=self.size,
                key=self.key,
            ),
        )


def _is_our_own(mail: Mail, room: Mailroom) -> bool:
    """Tell whether Frontline itself sent the mail: an answer to it would go round for ever.

    An agent may have his address in our own domain; he is no machine.
    """
    sender = mail.sender.spec
    if sender in room.agents.values():
        return False
    return sender in room.accounts or sender.rpartition("@")[2] == room.domain.lower()


def _reply_local_part(mail: Mail, domain: str) -> str:
    for recipient in mail.recipients:
        local_part, _, host = recipient.rpartition("@")
        if has_token(local_part) and host == domain.lower():
            return local_part
    return ""


def _reference(attachment: MailAttachment, key: str) -> Attachment:
    return Attachment(
        kind=_KINDS.get(attachment.mime_type.partition("/")[0], AttachmentKind.FILE),
        name=attachment.name,
        mime_type=attachment.mime_type,
        size=len(attachment.content),
        key=key,
    )


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    return suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""
