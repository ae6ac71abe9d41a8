"""What `decide` reads and what it says: all of it data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import LookupNeeded, ReceiptReceived
from chalicelib.domain.messages import Attachment, Button, Surface, Template
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.routing.roster import AgentState

NOBODY: Mapping[str, AgentState] = MappingProxyType({})


class Context(NamedTuple):
    """What is known about the event's people and ticket.

    `ticket` is the one the event names or continues; `new_ticket_id` is free for a new one.
    `entries` are the timeline lines of the messages that a receipt names. `stored` is the ticket
    as the table has it, where the desk in force no longer knows a name in it. `is_ours`: what
    the account said is what Frontline sent. `other` is who the second identity of a link is,
    `other_ticket` the one that is merged into `ticket`. `attempt` is how often the same was
    decided before and could not be written: somebody else was faster, or DynamoDB too busy.
    """

    new_ticket_id: str
    contact: Contact | None = None
    ticket: Ticket | None = None
    stored: Ticket | None = None
    states: Mapping[str, AgentState] = NOBODY
    entries: tuple[TimelineEntry, ...] = ()
    is_ours: bool = False
    other: Contact | None = None
    other_ticket: Ticket | None = None
    attempt: int = 0

    def state(self, agent_id: str) -> AgentState:
        """Return how an agent stands; who was never seen holds nothing and is present."""
        return self.states.get(agent_id) or AgentState(agent_id)


class Medium(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    TOPIC = "topic"
    SLACK = "slack"


class NotificationKind(StrEnum):
    ASSIGNED = "assigned"
    CUSTOMER_WROTE = "customer_wrote"
    REMINDER = "reminder"
    BREACHED = "breached"
    ESCALATED = "escalated"
    PARKED = "parked"
    SEND_FAILED = "send_failed"
    WINDOW_CLOSING = "window_closing"
    DROPPED = "dropped"
    WOKEN = "woken"
    MENTIONED = "mentioned"
    INVITED = "invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message to the customer, cut into parts that fit his channel.

    `entry_id` and `entry_at` find its line on the timeline. `parts` are texts, sent before the
    `files`, each a message of its own; `sent_ids` are the provider's ids of those already handed
    over, in order. `last_inbound_at` is the customer's message that opened the reply window.
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
    surface: Surface = Surface.DIRECT
    thread: str | None = None
    files: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    template: Template | None = None
    contact_id: str = ""
    last_inbound_at: datetime | None = None
    is_blocked: bool = False

    @property
    def recipient(self) -> str:
        return str(self.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One alert by one medium, not sent before `not_before`.

    `agent_id` is who it is for, and as whom the company's own channels see the ticket.
    """

    type: ClassVar[str] = "notification"
    id: str
    ticket_id: str
    created_at: datetime
    kind: NotificationKind
    medium: Medium
    agent_id: str | None = None
    not_before: datetime | None = None
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def recipient(self) -> str:
        """Whom it reaches: people by themselves, but a Slack channel once for all of them."""
        return self.medium if self.medium is Medium.SLACK else f"{self.medium}:{self.agent_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """A customer's file to be fetched: the one at `place` on a line of the timeline."""

    type: ClassVar[str] = "fetch"
    id: str
    ticket_id: str
    entry_id: str
    entry_at: datetime
    created_at: datetime
    channel: str
    account: str
    place: int
    attachment: Attachment

    @property
    def recipient(self) -> str:
        return f"file:{self.ticket_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """Something a webhook only named, to be looked up."""

    type: ClassVar[str] = "lookup"
    id: str
    created_at: datetime
    event: LookupNeeded

    @property
    def channel(self) -> str:
        return self.event.identity.channel

    @property
    def account(self) -> str:
        return self.event.identity.account

    @property
    def recipient(self) -> str:
        return f"lookup:{self.channel}:{self.account}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hide:
    """Something said in public, to be hidden there."""

    type: ClassVar[str] = "hide"
    id: str
    ticket_id: str
    created_at: datetime
    channel: str
    account: str
    message_id: str

    @property
    def recipient(self) -> str:
        return f"hide:{self.ticket_id}"


Outgoing = Reply | Notification | Fetch | Lookup | Hide


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many tickets an agent may hold, in all and of the one channel; None is no limit."""

    capacity: int
    channel_capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is away; `said_at` is None where it isn't he who says so."""

    away: bool
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many tickets somebody says he takes; None is as many as the desk says."""

    tickets: int | None
    said_at: datetime


@dataclass(frozen=True, kw_only=True)
class AgentChange:
    """An agent got tickets or gave them back, `delta` by channel; `limits` when they must hold.

    `misses` is 0 where he did something himself, 1 where he let a ticket drop, None where neither.
    `presence` and `capacity` None are as they were.
    """

    agent_id: str
    delta: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    misses: int | None = None
    presence: Presence | None = None
    capacity: Capacity | None = None

    @property
    def is_nothing(self) -> bool:
        news = (self.misses, self.presence, self.capacity)
        return not any(self.delta.values()) and all(one is None for one in news)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that reports count, never changed: `kind` and its particulars as texts."""

    kind: str
    at: datetime
    ticket_id: str
    detail: Mapping[str, str] = field(default_factory=dict)


class Decision(NamedTuple):
    """Everything that changes, to be written in one transaction. Empty means: nothing to do.

    `identity` is new, and the contact's; `moved` are identities that were another's,
    `dropped` those that are nobody's any more. `named` are lines that later events may name by
    their message ids, with their accounts. `unknown` is a receipt that came before its message
    was recorded.
    """

    contact: Contact | None = None
    identity: Identity | None = None
    moved: tuple[Identity, ...] = ()
    dropped: tuple[Identity, ...] = ()
    named: tuple[tuple[str, TimelineEntry], ...] = ()
    unknown: ReceiptReceived | None = None
    ticket: Ticket | None = None
    merged: Ticket | None = None
    entries: tuple[TimelineEntry, ...] = ()
    deliveries: tuple[tuple[TimelineEntry, TimelineEntry], ...] = ()
    agents: tuple[AgentChange, ...] = ()
    facts: tuple[Fact, ...] = ()
    outbox: tuple[Outgoing, ...] = ()
