"""Sends a reply, part after part, each recorded before the next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.channels.base import (
    ChannelAdapter,
    OutboundFile,
    OutboundMessage,
)
from chalicelib.channels.parts import digest
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
from chalicelib.store.outbox import Claimed, Outbox, SentPart

DEFAULT_NAME = "file"
DEFAULT_MIME_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Replies:
    """`sender_for` returns an account's adapter with secrets that are good now.

    Platforms and their tokens live by `real_clock`.
    """

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
    real_clock: Callable[[], datetime]

    def send(self, claimed: Claimed, reply: Reply) -> None:
        """Send what is left of `reply`. Raises `SendError`."""
        way = self.late.way(reply, self.clock())
        total = len(way.reply.parts) + len(way.reply.files)
        for place in range(len(reply.sent_ids), total):
            adapter = self.sender_for(way.reply.to.channel, way.reply.to.account)
            message = self._message(adapter, way, place, claimed.attempt)
            response = self.courier.carry(adapter.reply(message))
            message_id = adapter.read_reply(response) or message.id
            recipient = adapter.read_recipient(message, response) or way.reply.to
            sent, way = way.reply, self._onwards(way, recipient)
            part = SentPart(message_id=message_id, total=total, sent=sent, rest=way.reply)
            claimed = self.outbox.record_part(claimed, part, self.clock())
            self._follow(adapter, sent, message_id)
            self._link(adapter, sent.to, recipient)
        if total == len(reply.sent_ids):
            self.outbox.finish(claimed, self.clock())

    def _onwards(self, way: Way, recipient: Identity) -> Way:
        """Return the way for the next part: something public gets one private answer only.

        The talk goes on with whom the platform then named.
        """
        if not _is_private_answer(way.reply):
            return way
        rest = replace(way.reply, to=recipient, thread=None, reply_to_id=None)
        return Way(rest, way.passage)

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
            now=self.real_clock(),
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

    def _link(self, adapter: ChannelAdapter, asked: Identity, told: Identity) -> None:
        """Remember who else the recipient is, when the platform told so."""
        if told == asked:
            return
        now = self.clock()
        linked = IdentityLinked(
            id=adapter.event_id("linked", digest(f"{asked} {told}")),
            identity=asked,
            occurred_at=now,
            other=told,
        )
        if self.log.append(linked, "{}", now):
            self.folder.fold(linked, folded_mark(keys.log(linked), now))


def _is_private_answer(reply: Reply) -> bool:
    """Tell an answer in private to something said in public, of which a platform takes one."""
    can_speak_in_public = adapter_class(reply.to.channel).public is not None
    return can_speak_in_public and reply.surface is Surface.DIRECT and reply.thread is not None


def _key(attachment: Attachment) -> str:
    if attachment.key is None:
        raise PermanentSendError("a file to send doesn't lie with us")
    return attachment.key
