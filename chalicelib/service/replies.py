"""Sends a reply, part after part, each recorded before the next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels.base import (
    ChannelAdapter,
    HttpResponse,
    OutboundFile,
    OutboundMessage,
)
from chalicelib.channels.registry import adapter_class
from chalicelib.desk.decision import Reply
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import IdentityLinked
from chalicelib.domain.messages import Attachment, Surface
from chalicelib.errors import PermanentSendError
from chalicelib.notify.addresses import reply_address, reply_token
from chalicelib.notify.keys import Keys
from chalicelib.notify.links import File, FileSigner
from chalicelib.service.courier import Courier
from chalicelib.service.fold import Folder
from chalicelib.service.late import LateAnswers, Way
from chalicelib.store import keys
from chalicelib.store.blobs import Blobs
from chalicelib.store.log import Log, folded_mark
from chalicelib.store.outbox import Claimed, Outbox

DEFAULT_NAME = "file"
DEFAULT_MIME_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Replies:
    """`sender_for` returns an account's adapter with secrets that are good now."""

    outbox: Outbox
    courier: Courier
    late: LateAnswers
    folder: Folder
    log: Log
    blobs: Blobs
    sender_for: Callable[[str, str], ChannelAdapter]
    signing_keys: Callable[[], Keys]
    mail_domain: str
    public_url: str
    clock: Callable[[], datetime]

    def send(self, claimed: Claimed, reply: Reply) -> None:
        """Send what is left of `reply`. Raises `SendError`."""
        way = self.late.way(reply, self.clock())
        if reply.sent_ids and _is_private_answer(way.reply):
            way = self._onwards(way, None)
        adapter = self.sender_for(way.reply.to.channel, way.reply.to.account)
        for place in range(len(reply.sent_ids), len(reply.parts) + len(reply.files)):
            message = self._message(adapter, way, place, claimed.attempt)
            response = self.courier.carry(adapter.reply(message))
            message_id = adapter.read_reply(response) or message.id
            claimed = self.outbox.record_part(claimed, message_id, self.clock())
            self._follow(adapter, reply, message_id)
            other = self._link(adapter, message, response)
            if _is_private_answer(way.reply):
                way = self._onwards(way, other)
                adapter = self.sender_for(way.reply.to.channel, way.reply.to.account)

    def _onwards(self, way: Way, other: Identity | None) -> Way:
        """Return the way after the one private answer that something public may get.

        The talk goes on with whoever the platform then named, remembered as the contact's own.
        """
        reply = way.reply
        if other is None:
            known = self.late.contacts.by_identity(reply.to).identities
            other = known[-1] if known[-1].account == reply.to.account else reply.to
        return Way(replace(reply, to=other, thread=None, reply_to_id=None), way.passage)

    def _message(
        self, adapter: ChannelAdapter, way: Way, place: int, attempt: int
    ) -> OutboundMessage:
        reply = way.reply
        text, files = self._content(adapter, reply, place)
        token = reply_token(reply.ticket_id, None, self.signing_keys())
        is_last_text = place == len(reply.parts) - 1
        return OutboundMessage(
            id=f"{reply.id}:{place}",
            to=reply.to,
            text=text,
            sent_at=reply.created_at,
            automatic=reply.automatic,
            reply_to_id=reply.reply_to_id,
            subject=reply.subject,
            reply_address=reply_address(token, self.mail_domain),
            surface=reply.surface,
            thread=reply.thread,
            passage=way.passage,
            files=files,
            buttons=reply.buttons if is_last_text else (),
            template=reply.template,
            part=place,
            attempt=attempt,
            now=self.clock(),
            webhook_url=f"{self.public_url}/webhooks/{reply.to.channel}/{reply.to.account}",
        )

    def _content(
        self, adapter: ChannelAdapter, reply: Reply, place: int
    ) -> tuple[str, tuple[OutboundFile, ...]]:
        """Return a part's text, or its file, as a link where the channel doesn't take such."""
        if place < len(reply.parts):
            return reply.parts[place], ()
        attachment = reply.files[place - len(reply.parts)]
        if adapter.takes_file(attachment, reply.surface):
            return "", (self._file(attachment),)
        return self._link_to(attachment), ()

    def _file(self, attachment: Attachment) -> OutboundFile:
        name = attachment.name or DEFAULT_NAME
        return OutboundFile(
            kind=attachment.kind,
            name=name,
            mime_type=attachment.mime_type or DEFAULT_MIME_TYPE,
            url=self.blobs.link(_key(attachment), name),
            size=attachment.size,
        )

    def _link_to(self, attachment: Attachment) -> str:
        name = attachment.name or DEFAULT_NAME
        file = File(key=_key(attachment), name=name)
        token = FileSigner(self.signing_keys()).sign(file, self.clock())
        return f"{name}: {self.public_url}/files/{token}"

    def _follow(self, adapter: ChannelAdapter, reply: Reply, message_id: str) -> None:
        """Do now what receipts asked for that overtook the record of their message."""
        if adapter.capabilities_on(reply.surface).has_receipts:
            for receipt in self.outbox.early_receipts(reply, message_id):
                self.folder.fold(receipt)

    def _link(
        self, adapter: ChannelAdapter, message: OutboundMessage, response: HttpResponse
    ) -> Identity:
        """Return who the recipient is from now on, remembered when the platform told so."""
        other = adapter.read_recipient(message, response)
        if other is None or other == message.to:
            return message.to
        now = self.clock()
        linked = IdentityLinked(
            id=adapter.event_id("linked", message.to.external_id, other.external_id),
            identity=message.to,
            occurred_at=now,
            other=other,
        )
        if self.log.append(linked, "{}", now):
            self.folder.fold(linked, folded_mark(keys.log(linked), now))
        return other


def _is_private_answer(reply: Reply) -> bool:
    """Tell an answer in private to something said in public, of which a platform takes one."""
    can_speak_in_public = adapter_class(reply.to.channel).public is not None
    return can_speak_in_public and reply.surface is Surface.DIRECT and reply.thread is not None


def _key(attachment: Attachment) -> str:
    if attachment.key is None:
        raise PermanentSendError("a file to send doesn't lie with us")
    return attachment.key
