"""What the API answers: the domain's objects as JSON, each shape written down once."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal, Self

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from chalicelib.channels.base import Passage
from chalicelib.desk import model
from chalicelib.desk.model import Desk
from chalicelib.domain import contacts
from chalicelib.domain import tickets as domain
from chalicelib.domain.accounts import AccountHealth
from chalicelib.domain.messages import AttachmentKind, Delivery, Surface
from chalicelib.domain.tickets import Metric, Priority, Status
from chalicelib.routing.roster import AgentState, capacity_of, is_present

LinkTo = Callable[[str, str], str]
"""Makes an address out of the key of an object in our bucket and a file name."""


class Answer(BaseModel):
    """A shape that is read off an object of the domain by the names of its fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", from_attributes=True, populate_by_name=True
    )


class Identity(Answer):
    channel: str
    account: str
    external_id: str


class Contact(Answer):
    """A person. `language` is what the platform says, if it says any.

    `manager` is the agent who looks after him.
    """

    id: str
    name: str | None
    language: str | None
    phone: str | None
    email: str | None
    tier: str | None
    manager: str | None = Field(validation_alias="manager_id")
    time_zone: str | None
    identities: list[Identity]
    created_at: datetime
    blocked: list[Identity]

    @classmethod
    def of(cls, contact: contacts.Contact) -> Self:
        return cls.model_validate(contact)


class Sla(Answer):
    """A deadline of one ticket. Paused: it stands still until the customer writes."""

    metric: Metric
    due_at: datetime
    met_at: datetime | None
    breached_at: datetime | None
    paused_at: datetime | None


class Moment(Answer):
    """What happens next on a ticket by itself: a reminder, a breach, an escalation."""

    at: datetime
    metric: Metric | Literal[""]
    step: str


class TicketInList(Answer):
    """A ticket. `channel` and `account` are where the customer wrote last.

    `waiting_since` is the first message without an answer, `wake_at` the end of a wait that has
    one. Of those that nobody has, `rank` 0 is offered before 1, at `parked_until` at the latest.
    `dropped_by` let it go by and never get it again; `guests` were brought in. It goes on in
    `merged_into`. `callback` is where the customer wants to be called, `asked` without a number.
    """

    id: str
    number: str
    status: Status
    priority: Priority
    request_type: str
    subject: str
    team: str = Field(validation_alias="team_id")
    assignee: str | None = Field(validation_alias="assignee_id")
    contact_id: str
    channel: str = Field(validation_alias=AliasPath("identity", "channel"))
    account: str = Field(validation_alias=AliasPath("identity", "account"))
    language: str
    product: str | None
    tier: str | None
    skills: list[str]
    rank: int
    opened_at: datetime
    acknowledged_at: datetime | None
    waiting_since: datetime | None
    wake_at: datetime | None
    parked_until: datetime | None
    resolved_at: datetime | None
    last_inbound_at: datetime
    surface: Surface
    permalink: str | None
    dropped_by: list[str]
    escalations: int
    guests: list[str]
    merged_into: str | None
    callback: str | None
    moment: Moment | None
    sla: list[Sla] = Field(validation_alias="timers")

    @classmethod
    def of(cls, ticket: domain.Ticket) -> Self:
        return cls.model_validate(ticket)


class Attachment(Answer):
    """A file that came with a message. `url` is good for an hour where the file lies with us."""

    kind: AttachmentKind
    name: str | None
    mime_type: str | None
    size: int | None
    url: str | None
    file_id: str | None
    latitude: str | None
    longitude: str | None


class TimelineEntry(Answer):
    """One line of a ticket's story; `delivery` is set for messages to the customer."""

    id: str
    at: datetime
    type: str
    actor: str
    text: str
    channel: str | None
    message_id: str | None
    attachments: list[Attachment]
    delivery: Delivery | None
    detail: dict[str, str]

    @classmethod
    def of(cls, entry: domain.TimelineEntry, link_to: LinkTo) -> Self:
        attachments = tuple(
            replace(part, url=link_to(part.key, part.name or "file")) if part.key else part
            for part in entry.attachments
        )
        return cls.model_validate(replace(entry, attachments=attachments))


class Ticket(TicketInList):
    """A ticket with its contact and its whole story, oldest first."""

    contact: Contact
    timeline: list[TimelineEntry]

    @classmethod
    def whole(
        cls,
        ticket: domain.Ticket,
        contact: contacts.Contact,
        entries: Iterable[domain.TimelineEntry],
        link_to: LinkTo,
    ) -> Self:
        return cls(
            **dict(TicketInList.of(ticket)),
            contact=Contact.of(contact),
            timeline=[TimelineEntry.of(entry, link_to) for entry in entries],
        )


class Tickets(Answer):
    """A page of tickets, next deadline first; it may be shorter than asked for.

    There are more as long as `cursor` isn't null.
    """

    tickets: list[TicketInList]
    cursor: str | None


class ContactWithTickets(Contact):
    """A person with all his tickets, newest first."""

    tickets: list[TicketInList]

    @classmethod
    def whole(cls, contact: contacts.Contact, found: Iterable[domain.Ticket]) -> Self:
        return cls(
            **dict(Contact.of(contact)), tickets=[TicketInList.of(ticket) for ticket in found]
        )


class Contacts(Answer):
    contacts: list[Contact]


class AgentStatus(Answer):
    """Who answers. `load` counts his open tickets, `by_channel` those of each channel.

    `capacity` is how many he takes, as he set himself or as the desk says; `present` says whether
    he gets any now, `misses` how many in a row he let go by, `assigned_at` when he got the last.
    """

    id: str
    name: str
    language: str
    teams: list[str]
    skills: list[str]
    backup: str | None
    capacity: int
    load: int
    by_channel: dict[str, int]
    misses: int
    assigned_at: datetime | None
    away: bool
    present: bool

    @classmethod
    def of(cls, state: AgentState, desk: Desk, now: datetime) -> Self:
        agent = desk.agents[state.agent_id]
        return cls(
            id=state.agent_id,
            name=agent.name,
            language=agent.language,
            teams=[name for name, team in desk.teams.items() if state.agent_id in team.members],
            skills=list(agent.skills),
            backup=agent.backup,
            capacity=capacity_of(agent, state),
            load=state.load,
            by_channel=dict(state.by_channel),
            misses=state.misses,
            assigned_at=state.assigned_at,
            away=agent.away or state.away,
            present=is_present(agent, state, desk.calendars, now),
        )


class Agents(Answer):
    agents: list[AgentStatus]


class Account(Answer):
    """A connected account. `problem` is empty while it is well."""

    channel: str
    account: str
    name: str
    last_event_at: datetime | None
    last_send_at: datetime | None
    refused_at: datetime | None
    checked_at: datetime | None
    token_expires_at: datetime | None
    problem: str

    @classmethod
    def of(cls, account: model.Account, health: AccountHealth) -> Self:
        fields = cls.model_fields.keys() - {"name"}
        return cls(name=account.name, **{field: getattr(health, field) for field in fields})


class Preview(Answer):
    """What an answer would be: `passage` is how it may go now, `closes_at` when that gets worse.

    `segments` counts what the parts cost together, where a channel counts so (SMS).
    """

    channel: str
    surface: Surface
    parts: list[str]
    segments: int | None
    passage: Passage
    closes_at: datetime | None


class Accounts(Answer):
    accounts: list[Account]


class Quarantined(Answer):
    """What was proven but not understood; `raw` is null unless an admin's token asks."""

    id: str
    channel: str
    account: str
    reason: str
    received_at: datetime
    raw: str | None


class Quarantine(Answer):
    """A page of what was not understood. There is more as long as `cursor` isn't null."""

    quarantine: list[Quarantined]
    cursor: str | None


class Health(Answer):
    """`desk_version` is null until the first desk is applied."""

    status: Literal["ok"] = "ok"
    desk_version: int | None


class Problem(Answer):
    """One thing to mend in a desk: where, what, and what to write instead."""

    path: str
    message: str
    suggestion: str


class Mistake(Answer):
    """What is wrong: `code` for a program, `message` for a person."""

    code: str
    message: str


class DeskMistake(Mistake):
    """What is wrong with a desk: everything at once."""

    problems: list[Problem]


class Refusal(Answer):
    error: Mistake


class DeskRefusal(Answer):
    error: DeskMistake
