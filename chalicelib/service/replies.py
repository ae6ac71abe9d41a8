"""Sends a reply, part after part, each recorded before the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.channels.base import (
    ChannelAdapter,
    HttpResponse,
    OutboundFile,
    OutboundMessage,
)
from chalicelib.desk.decision import Reply
from chalicelib.domain.events import IdentityLinked
from chalicelib.domain.messages import Attachment
from chalicelib.errors import PermanentSendError
from chalicelib.notify.addresses import reply_address, reply_token
from chalicelib.notify.keys import Keys
from chalicelib.service.courier import Courier
from chalicelib.service.fold import Folder
from chalicelib.service.late import LateAnswers, Way
from chalicelib.store import keys
from chalicelib.store.blobs import Blobs
from chalicelib.store.log import Log, folded_mark
from chalicelib.store.outbox import Claimed, Outbox

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
        adapter = self.sender_for(way.reply.to.channel, way.reply.to.account)
        for place in range(len(reply.sent_ids), len(reply.parts) + len(reply.files)):
            message = self._message(adapter, way, place, claimed.attempt)
            response = self.courier.carry(adapter.reply(message))
            message_id = adapter.read_reply(response)
            claimed = self.outbox.record_part(claimed, message_id, self.clock())
            self._follow(adapter, reply, message_id)
            self._link(adapter, message, response)

    def _message(
        self, adapter: ChannelAdapter, way: Way, place: int, attempt: int
    ) -> OutboundMessage:
        reply = way.reply
        takes_files = adapter.capabilities_on(reply.surface).takes_files
        is_text = place < len(reply.parts)
        files = () if is_text else (self._file(reply.files[place - len(reply.parts)]),)
        token = reply_token(reply.ticket_id, None, self.signing_keys())
        is_last_text = place == len(reply.parts) - 1
        return OutboundMessage(
            id=f"{reply.id}:{place}",
            to=reply.to,
            text=reply.parts[place] if is_text else _as_link(files, takes_files=takes_files),
            sent_at=reply.created_at,
            automatic=reply.automatic,
            reply_to_id=reply.reply_to_id,
            subject=reply.subject,
            reply_address=reply_address(token, self.mail_domain),
            surface=reply.surface,
            thread=reply.thread,
            passage=way.passage,
            files=files if takes_files else (),
            buttons=reply.buttons if is_last_text else (),
            template=reply.template,
            part=place,
            attempt=attempt,
            now=self.clock(),
            webhook_url=f"{self.public_url}/webhooks/{reply.to.channel}/{reply.to.account}",
        )

    def _file(self, attachment: Attachment) -> OutboundFile:
        if attachment.key is None:
            raise PermanentSendError("a file to send doesn't lie with us")
        name = attachment.name or "file"
        return OutboundFile(
            kind=attachment.kind,
            name=name,
            mime_type=attachment.mime_type or DEFAULT_MIME_TYPE,
            url=self.blobs.link(attachment.key, name),
            size=attachment.size,
        )

    def _follow(self, adapter: ChannelAdapter, reply: Reply, message_id: str) -> None:
        """Do now what receipts asked for that overtook the record of their message."""
        if adapter.capabilities_on(reply.surface).has_receipts:
            for receipt in self.outbox.early_receipts(reply, message_id):
                self.folder.fold(receipt)

    def _link(
        self, adapter: ChannelAdapter, message: OutboundMessage, response: HttpResponse
    ) -> None:
        """Remember who else the recipient is, when the platform told so."""
        other = adapter.read_recipient(message, response)
        if other is None or other == message.to:
            return
        now = self.clock()
        linked = IdentityLinked(
            id=adapter.event_id("linked", message.to.external_id, other.external_id),
            identity=message.to,
            occurred_at=now,
            other=other,
        )
        if self.log.append(linked, "{}", now):
            self.folder.fold(linked, folded_mark(keys.log(linked), now))


def _as_link(files: tuple[OutboundFile, ...], *, takes_files: bool) -> str:
    """Return a file as words, where the channel takes no files."""
    return "" if takes_files else "\n".join(f"{file.name}: {file.url}" for file in files)
