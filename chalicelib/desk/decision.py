"""What `decide` reads and what it says: all of it data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.routing.roster import AgentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known about the event's people and ticket.

    `ticket` is the one the event names or continues; `new_ticket_id` is free for a new one.
    `entries` are the timeline lines of the messages that a receipt names. `stored` is the ticket
    as the table has it, where the desk in force no longer knows a name in it.
    """

    new_ticket_id: str
    contact: Contact | None = None
    ticket: Ticket | None = None
    stored: Ticket | None = None
    states: Mapping[str, AgentState] = field(default_factory=dict)
    entries: tuple[TimelineEntry, ...] = ()


class Medium(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    TOPIC = "topic"


class NotificationKind(StrEnum):
    ASSIGNED = "assigned"
    CUSTOMER_WROTE = "customer_wrote"
    REMINDER = "reminder"
    BREACHED = "breached"
    ESCALATED = "escalated"
    PARKED = "parked"
    SEND_FAILED = "send_failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message to the customer, cut into parts that fit his channel.

    `entry_id` and `entry_at` find its line on the timeline. `sent_ids` are the provider's ids
    of the parts already handed over, in order.
    """

    type: ClassVar[str] = "reply"
    id: str
    ticket_id: str
    entry_id: str
    created_at: datetime
    entry_at: datetime
    to: Identity
    parts: tuple[str, ...]
    sent_ids: tuple[str, ...] = ()
    automatic: bool = False
    reply_to_id: str | None = None
    subject: str | None = None

    @property
    def recipient(self) -> str:
        return str(self.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One alert by one medium; `agent_id` is None only for the topic."""

    type: ClassVar[str] = "notification"
    id: str
    ticket_id: str
    created_at: datetime
    kind: NotificationKind
    medium: Medium
    agent_id: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def recipient(self) -> str:
        return f"{self.medium}:{self.agent_id or 'all'}"


Outgoing = Reply | Notification


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadChange:
    """An agent got a ticket or gave one back; `capacity` is the limit when it must hold."""

    agent_id: str
    delta: int
    capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything that changes, to be written in one transaction. Empty means: nothing to do."""

    contact: Contact | None = None
    identity: Identity | None = None
    ticket: Ticket | None = None
    entries: tuple[TimelineEntry, ...] = ()
    deliveries: tuple[tuple[TimelineEntry, TimelineEntry], ...] = ()
    loads: tuple[LoadChange, ...] = ()
    outbox: tuple[Outgoing, ...] = ()
