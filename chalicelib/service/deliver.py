"""Sends what the outbox holds: claim, send, record. A refusal is retried or told, never lost."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.channels.base import (
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    MailRequest,
    OutboundMessage,
    SmsRequest,
)
from chalicelib.channels.base import Outgoing as Request
from chalicelib.desk.decision import Notification, Reply
from chalicelib.domain.events import MessageFailed
from chalicelib.errors import (
    PermanentSendError,
    SendFailure,
    TransientSendError,
)
from chalicelib.notify.addresses import reply_address, reply_token
from chalicelib.notify.keys import Keys
from chalicelib.notify.ses import send_mail
from chalicelib.notify.sms_voice import send_text_message
from chalicelib.notify.transport import Transport
from chalicelib.service.announce import Announcer
from chalicelib.service.fold import Folder
from chalicelib.service.passing import is_passing
from chalicelib.service.sweep import outbox_message
from chalicelib.store.keys import Key
from chalicelib.store.outbox import Claimed, Outbox
from chalicelib.store.queues import Queue

PATIENCE = timedelta(hours=6)
"""How long a platform may be out of reach before its message is given up and told as failed."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)


class Outcome(StrEnum):
    """What became of an outbox item this time."""

    SENT = "sent"
    WAITING = "waiting"
    FAILED = "failed"
    NOT_OURS = "not ours"


@dataclass(frozen=True, slots=True)
class Courier:
    """Hands a request to its platform, a mail to SES, a text message to End User Messaging."""

    transport: Transport
    ses: Callable[[], Any]
    sms_voice: Callable[[], Any]

    def carry(self, request: Request) -> HttpResponse:
        """Return the answer. Raises `TransientSendError` or `PermanentSendError`."""
        if isinstance(request, HttpRequest):
            return self.transport.send(request)
        if isinstance(request, SmsRequest):
            return self._text_message(request)
        return self._mail(request)

    def _text_message(self, request: SmsRequest) -> HttpResponse:
        body = json.dumps({"MessageId": send_text_message(self.sms_voice(), request)})
        return HttpResponse(status=200, headers={}, body=body.encode())

    def _mail(self, request: MailRequest) -> HttpResponse:
        body = json.dumps({"MessageId": send_mail(self.ses(), request)})
        return HttpResponse(status=200, headers={}, body=body.encode())


@dataclass(frozen=True, slots=True)
class Deliverer:
    outbox: Outbox
    queue: Queue
    folder: Folder
    courier: Courier
    announcer: Announcer
    adapter_for: Callable[[str, str], ChannelAdapter]
    signing_keys: Callable[[], Keys]
    mail_domain: str
    clock: Callable[[], datetime]

    def deliver(self, key: Key) -> Outcome:
        """Send one outbox item, unless it is finished or somebody else has it.

        What is refused for now comes back later; what is refused for good is told to the
        ticket's owner. Raises our own mistakes, after giving up on the item: no retry would
        mend them.
        """
        claimed = self.outbox.claim(key, self.clock())
        if claimed is None:
            return Outcome.NOT_OURS
        try:
            self._send(claimed)
        except TransientSendError as error:
            return self._again(claimed, error)
        except PermanentSendError as error:
            return self._give_up(claimed, str(error.reason))
        except Exception as error:
            if not is_passing(error):
                self._give_up(claimed, str(SendFailure.ACCOUNT))
                raise
            return self._again(claimed, TransientSendError(type(error).__name__))
        return Outcome.SENT

    def _send(self, claimed: Claimed) -> None:
        if isinstance(claimed.outgoing, Reply):
            self._send_parts(claimed, claimed.outgoing)
        else:
            self.announcer.announce(claimed.outgoing)
            self.outbox.finish(claimed, self.clock())

    def _send_parts(self, claimed: Claimed, reply: Reply) -> None:
        adapter = self.adapter_for(reply.to.channel, reply.to.account)
        for place in range(len(reply.sent_ids), len(reply.parts)):
            request = adapter.reply(self._part(reply, place))
            message_id = adapter.read_reply(self.courier.carry(request))
            claimed = self.outbox.record_part(claimed, message_id, self.clock())

    def _part(self, reply: Reply, place: int) -> OutboundMessage:
        token = reply_token(reply.ticket_id, None, self.signing_keys())
        return OutboundMessage(
            id=f"{reply.id}:{place}",
            to=reply.to,
            text=reply.parts[place],
            sent_at=reply.created_at,
            automatic=reply.automatic,
            reply_to_id=reply.reply_to_id,
            subject=reply.subject,
            reply_address=reply_address(token, self.mail_domain),
        )

    def _again(self, claimed: Claimed, error: TransientSendError) -> Outcome:
        if self.clock() - claimed.outgoing.created_at > PATIENCE:
            return self._give_up(claimed, "unreachable")
        wait = max(_backoff(claimed.attempt), error.retry_after or timedelta())
        if self.outbox.postpone(claimed, self.clock() + wait):
            self.queue.send([outbox_message(claimed.key, wait)])
        return Outcome.WAITING

    def _give_up(self, claimed: Claimed, reason: str) -> Outcome:
        match claimed.outgoing:
            case Reply() as reply:
                failed = MessageFailed(
                    ticket_id=reply.ticket_id,
                    outbox_id=reply.id,
                    entry_id=reply.entry_id,
                    at=reply.entry_at,
                    reason=reason,
                )
                self.folder.fold(failed, self.outbox.failed_mark(claimed, self.clock()))
            case Notification():
                self.outbox.fail(claimed, self.clock())
        return Outcome.FAILED


def _backoff(attempt: int) -> timedelta:
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
    return longest * random.uniform(0.5, 1)  # noqa: S311  spreads load, guards nothing
