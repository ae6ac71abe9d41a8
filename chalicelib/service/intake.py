"""Acts on what a mail turned out to be: it is logged, done, explained to its sender, or noted."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.channels.base import Parsed
from chalicelib.channels.email.adapter import EmailAdapter
from chalicelib.channels.email.bounces import Bounce
from chalicelib.desk.model import Desk
from chalicelib.domain.events import MessageFailed
from chalicelib.errors import (
    ConflictError,
    InvalidRequestError,
    MalformedPayloadError,
    NotFoundError,
    PayloadTooLargeError,
    SendFailure,
)
from chalicelib.notify.mails import Refusal, refusal_mail
from chalicelib.service.courier import Courier
from chalicelib.service.errands import Errands
from chalicelib.service.fold import Folder
from chalicelib.service.mail import receive_mail
from chalicelib.service.mailroom import (
    AgentActed,
    AgentRefused,
    Bounced,
    CustomerWrote,
    Outcome,
    Unwanted,
    Unwantedness,
)
from chalicelib.service.receive import Receiver
from chalicelib.service.sorting import Sorting
from chalicelib.store import keys
from chalicelib.store.keys import Key, parse_stamp
from chalicelib.store.quarantine import Quarantine, Quarantined
from chalicelib.store.table import Table


@dataclass(frozen=True, slots=True)
class Intake:
    """Mails are dated by real clocks, and so is `clock`."""

    sorting: Sorting
    receiver: Receiver
    errands: Errands
    folder: Folder
    courier: Courier
    quarantine: Quarantine
    table: Table
    desk: Callable[[], Desk]
    mail_from: str
    clock: Callable[[], datetime]

    def take(self, raw: bytes, key: str) -> Outcome:
        """Take in the mail that lies under `key`; the same mail twice is the same mail."""
        now = self.clock()
        try:
            room = self.sorting.mailroom(self.desk())
            outcome = receive_mail(raw, key=key, now=now, mailroom=room)
        except (MalformedPayloadError, PayloadTooLargeError) as error:
            return self._set_aside(key, error, now)
        match outcome:
            case CustomerWrote(received, adapter):
                self.receiver.store(adapter, Parsed((received,)), now)
            case AgentActed() as acted:
                return self._act(acted)
            case AgentRefused():
                self._explain(outcome)
            case Bounced(bounce):
                self._tell_owner(bounce)
            case Unwanted():
                pass
        return outcome

    def _set_aside(self, key: str, error: Exception, now: datetime) -> Outcome:
        """Note a mail that can't be read; the mail itself stays in the bucket."""
        self.quarantine.put(
            Quarantined(
                id=f"mail:{key}",
                channel=EmailAdapter.channel,
                account="",
                reason=f"{type(error).__name__}: {error}",
                received_at=now,
                raw=json.dumps({"s3_key": key}),
            )
        )
        return Unwanted(Unwantedness.UNREADABLE)

    def _act(self, acted: AgentActed) -> Outcome:
        try:
            self.errands.run(acted)
        except ConflictError:
            return acted
        except NotFoundError:
            return self._undone(acted, Refusal.UNKNOWN_TICKET)
        except InvalidRequestError:
            return self._undone(acted, Refusal.IMPOSSIBLE)
        return acted

    def _undone(self, acted: AgentActed, reason: Refusal) -> AgentRefused:
        refused = AgentRefused(
            reason=reason,
            agent_id=acted.agent_id,
            ticket_id=None if reason is Refusal.UNKNOWN_TICKET else acted.ticket_id,
            message_id=acted.message_id,
        )
        self._explain(refused)
        return refused

    def _explain(self, refused: AgentRefused) -> None:
        """Tell an agent or a guest, at his own address, why his mail was not passed on."""
        desk = self.desk()
        if refused.agent_id is None:
            return
        agent = desk.agent(refused.agent_id)
        number = refused.ticket_id and f"{refused.ticket_id[:4]}-{refused.ticket_id[4:]}"
        mail = refusal_mail(
            refused.reason,
            language=agent.language,
            desk_name=desk.name,
            sender=self.mail_from,
            recipient=agent.email,
            now=self.clock(),
            refused_id=refused.message_id,
            number=number,
            line=refused.line,
        )
        self.courier.carry(mail)

    def _tell_owner(self, bounce: Bounce) -> None:
        """Find which answer came back, and tell whose ticket it is."""
        ses_id = bounce.original_id.partition("@")[0]
        if not bounce.has_failed or not ses_id:
            return
        channel = EmailAdapter.channel
        accounts = [each.account for each in self.desk().accounts if each.channel == channel]
        wanted = [keys.sent(channel, account, ses_id) for account in accounts]
        for found in self.table.batch_get(wanted).values():
            entry = Key(found["entry_pk"]["S"], found["entry_sk"]["S"])
            at, _, entry_id = entry.sk.removeprefix("AT#").partition("#")
            failed = MessageFailed(
                ticket_id=found["ticket_id"]["S"],
                outbox_id=f"bounce:{ses_id}",
                entry_id=entry_id,
                at=parse_stamp(at),
                reason=str(SendFailure.UNKNOWN_RECIPIENT),
            )
            self.folder.fold(failed)
