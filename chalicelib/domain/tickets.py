"""The unit of work: a ticket, its timers, its next moment and what stands on its timeline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import Attachment, Delivery, Surface


class Status(StrEnum):
    """`WATCHED` is not ours yet: others may answer first, and then it never is."""

    WATCHED = "watched"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def is_done(self) -> bool:
        return self in (Status.RESOLVED, Status.CLOSED)


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Metric(StrEnum):
    ACCEPT = "accept"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"


Time = Literal["working", "wall"]
"""How time is counted: inside opening hours only, or on the clock on the wall."""


@dataclass(frozen=True, kw_only=True)
class Timer:
    """A target applied to one ticket.

    `pauses` are closed intervals in which it stood still and `paused_at` opens one more. `fired`
    names the steps already done (`reminder:50%`, `breach`, `escalation:1`), so that each happens
    once.
    """

    metric: Metric
    target: timedelta
    started_at: datetime
    due_at: datetime
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    paused_at: datetime | None = None
    met_at: datetime | None = None
    breached_at: datetime | None = None
    fired: tuple[str, ...] = ()
    time: Time = "working"

    @property
    def is_running(self) -> bool:
        """Whether its deadline still lies ahead of, or behind, an unanswered ticket."""
        return self.met_at is None and self.paused_at is None


class Moment(NamedTuple):
    """When something happens on a ticket by itself, and what: the step's name.

    `metric` is the timer it belongs to; empty where it belongs to the ticket itself.
    """

    at: datetime
    metric: Metric | Literal[""]
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A stretch in which a ticket was not ours to work on: it waited, or was resolved."""

    status: Literal[Status.PENDING, Status.RESOLVED]
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One request. `id` is eight digits that a human can say; `version` 0 means never stored.

    `identity` is where the customer wrote last, so where answers go; `reply_to_id` is the
    provider's id of that message, `thread` the adapter's note of where an answer goes, and
    `permalink` where people see it. `is_blocked`: the customer wants no messages there.
    `watched_until` is when a `WATCHED` ticket becomes ours; `window_told_at` is the message whose
    closing reply window the owner was reminded of; `group_id` is that of the last album.

    Its history, from which all timers are computed: `opened_at`, from when deadlines count;
    `accepted_at` and `answered_at`, the first time each; `waiting_since`, the customer's first
    message that has no answer yet, `asked_at` the next ones, and `last_wait`, from when to when he
    waited before; `rests`, and `pending_since` or `resolved_at` of one that lasts. `policy` names
    the one whose ladder is climbed.

    Its owner: `acknowledged_at` by the present one, who has it since `assigned_at`; `preferred` are
    asked first, who is in `dropped_by` never again. Nobody's, it is offered anew at `parked_until`,
    `rank` 0 before the others. `counted_on` is the channel under which it counts in its owner's
    load, None while it counts in nobody's. `alerts_seen_at` is when somebody last said that he has
    seen a breach, `escalations` how often it was escalated.

    `wake_at` ends a wait that an agent gave an end. `merged_into` is the ticket it goes on in.
    `guests` are mail addresses of people brought in. `nobody_told`: the customer knows that nobody
    can come now, and was offered a call; `callback` is the number where he wants it, `asked` when
    he gave none.
    """

    id: str
    contact_id: str
    identity: Identity
    subject: str
    request_type: str
    priority: Priority
    team_id: str
    opened_at: datetime
    last_inbound_at: datetime
    language: str
    status: Status = Status.OPEN
    product: str | None = None
    skills: tuple[str, ...] = ()
    tier: str | None = None
    time_zone: str | None = None
    customer: str | None = None
    assignee_id: str | None = None
    assigned_at: datetime | None = None
    acknowledged_at: datetime | None = None
    alerts_seen_at: datetime | None = None
    preferred: tuple[str, ...] = ()
    dropped_by: tuple[str, ...] = ()
    counted_on: str | None = None
    parked_until: datetime | None = None
    escalations: int = 0
    rank: int = 1
    guests: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    waiting_since: datetime | None = None
    asked_at: tuple[datetime, ...] = ()
    last_wait: tuple[datetime, datetime] | None = None
    pending_since: datetime | None = None
    wake_at: datetime | None = None
    resolved_at: datetime | None = None
    rests: tuple[Rest, ...] = ()
    merged_into: str | None = None
    nobody_told: bool = False
    callback: str | None = None
    reply_to_id: str | None = None
    read_until_at: datetime | None = None
    surface: Surface = Surface.DIRECT
    thread: str | None = None
    permalink: str | None = None
    is_blocked: bool = False
    watched_until: datetime | None = None
    window_told_at: datetime | None = None
    group_id: str | None = None
    timers: tuple[Timer, ...] = ()
    policy: str | None = None
    moment: Moment | None = None
    version: int = 0

    @property
    def number(self) -> str:
        """The id as a person reads it: `4821-9370`."""
        return f"{self.id[:4]}-{self.id[4:]}"

    @property
    def due_at(self) -> datetime | None:
        """The nearest deadline that is still running."""
        return min((t.due_at for t in self.timers if t.is_running), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One line of a ticket's story.

    `type` is an event name (`message.received`, `ticket.assigned`, `sla.breached`); `actor` is
    `customer`, `desk`, `agent:<id>` or `token:<name>`. `detail` holds the facts of that type
    (`reason`, `metric`, `due_at`, `late_seconds`…) as strings.
    """

    id: str
    ticket_id: str
    at: datetime
    type: str
    actor: str
    text: str = ""
    channel: str | None = None
    message_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    delivery: Delivery | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
