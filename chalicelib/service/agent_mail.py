"""An agent's mail to a ticket's reply address: an answer or a note, with commands on top."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.channels.email.automatic import automatic_kind
from chalicelib.channels.email.mail import Mail, MailAttachment
from chalicelib.channels.email.quotes import own_words
from chalicelib.channels.email.verdicts import is_authentic
from chalicelib.desk.model import guest_address
from chalicelib.domain.events import (
    Act,
    AgentAssigned,
    AgentAway,
    AgentBack,
    AgentNoted,
    AgentPended,
    AgentReplied,
    AgentResolved,
    AgentTakes,
    Availability,
)
from chalicelib.domain.messages import Attachment
from chalicelib.errors import InvalidRequestError
from chalicelib.notify.mails import Refusal
from chalicelib.service.commands import Command, CommandError, Order, capacity, read_commands
from chalicelib.service.mailroom import (
    AgentActed,
    AgentRefused,
    Mailroom,
    Outcome,
    Unwanted,
    Unwantedness,
)

_NOTE = re.compile(r"\s*(?:note|ghi chú|ghi chu)\s*[:：]\s*", re.IGNORECASE)
_OF_HIMSELF = (Order.AWAY, Order.BACK, Order.CAPACITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMail:
    """One mail with the token of `agent_id`, who may be a guest; `save` stores its files.

    `is_note`: whatever it says stays among colleagues.
    """

    mail: Mail
    at: datetime
    ticket_id: str
    agent_id: str
    is_note: bool
    room: Mailroom
    save: Callable[[Iterable[MailAttachment]], tuple[Attachment, ...]]

    def outcome(self) -> Outcome:
        """Return what it asks for, if it is proven his: the token alone may have leaked."""
        if automatic_kind(self.mail):
            return Unwanted(Unwantedness.AUTOMATIC)
        address = self.room.address_of(self.agent_id)
        if not address or self.mail.sender.spec != address:
            return self._refused(Refusal.OTHER_ADDRESS)
        if not is_authentic(self.mail, address):
            return self._refused(Refusal.UNPROVEN)
        words = own_words(self.mail.text)
        try:
            return self._acted(words)
        except CommandError as error:
            return self._refused(Refusal.COMMAND, error.line)

    def _acted(self, words: str) -> Outcome:
        """Raises `CommandError`."""
        is_guest = guest_address(self.agent_id) is not None
        commands, words = ((), words) if is_guest else read_commands(words)
        said = list(self._said(words))
        if not said and not commands:
            return self._refused(Refusal.EMPTY)
        orders = (self._act(command) for command in commands if command.order not in _OF_HIMSELF)
        of_himself = (self._of_himself(each) for each in commands if each.order in _OF_HIMSELF)
        return AgentActed(
            ticket_id=self.ticket_id,
            agent_id=self.agent_id,
            message_id=self.mail.message_id,
            asked=(*said, *orders, *of_himself),
        )

    def _said(self, words: str) -> Iterator[Act]:
        """Yield the answer or the note."""
        marked = _NOTE.match(words)
        text = words[marked.end() :] if marked else words
        if not text.strip():
            return
        files = self.save(each for each in self.mail.attachments if not each.inline)
        if marked or self.is_note:
            yield AgentNoted(**self._on_ticket(), text=text.strip(), attachments=files)
        else:
            yield AgentReplied(**self._on_ticket(), text=text, attachments=files)

    def _act(self, command: Command) -> Act:
        facts = self._on_ticket(command.order)
        if command.order is Order.RESOLVE:
            return AgentResolved(**facts)
        if command.order is Order.PEND:
            return AgentPended(**facts, wake_at=self._wake_at(command))
        name, _, reason = command.argument.removeprefix("@").partition(" ")
        if name in self.room.agents:
            return AgentAssigned(**facts, to_agent_id=name, reason=reason)
        if name in self.room.teams:
            return AgentAssigned(**facts, to_team_id=name, reason=reason)
        raise CommandError(command.line)

    def _wake_at(self, command: Command) -> datetime | None:
        try:
            return self.room.wake_at(self.ticket_id, command.argument, self.at)
        except InvalidRequestError as error:
            raise CommandError(command.line) from error

    def _of_himself(self, command: Command) -> Availability:
        facts = self._facts(command.order)
        if command.order is Order.CAPACITY:
            return AgentTakes(**facts, capacity=capacity(command))
        return AgentAway(**facts) if command.order is Order.AWAY else AgentBack(**facts)

    def _on_ticket(self, order: Order | None = None) -> dict[str, Any]:
        return {**self._facts(order), "ticket_id": self.ticket_id}

    def _facts(self, order: Order | None = None) -> dict[str, Any]:
        return {
            "id": self._id(order),
            "occurred_at": self.at,
            "agent_id": self.agent_id,
            "via": "email",
        }

    def _id(self, order: Order | None) -> str:
        """Return an id that the same mail makes again; a command stands only once in it."""
        own = f"email:{self.mail.message_id}"
        return f"{own}:{order}" if order else own

    def _refused(self, reason: Refusal, line: str = "") -> AgentRefused:
        known = self.agent_id if self.room.address_of(self.agent_id) else None
        return AgentRefused(
            reason=reason,
            agent_id=known,
            ticket_id=self.ticket_id,
            message_id=self.mail.message_id,
            line=line,
        )
