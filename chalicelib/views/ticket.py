"""A ticket as one person is about to see it: the domain objects, and the names to read them by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.channels.registry import adapter_class
from chalicelib.desk.model import Desk, guest_address
from chalicelib.domain.contacts import Contact
from chalicelib.domain.messages import Surface
from chalicelib.domain.plain import one_line
from chalicelib.domain.tickets import Metric, Ticket, TimelineEntry
from chalicelib.views.words import words

Names = Mapping[str, str]
"""A name in each language that has one."""

_NAME_LIMIT = 80
_SUBJECT_LIMIT = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads: an agent, or a guest on this ticket."""

    agent_id: str
    name: str
    language: str

    @property
    def is_guest(self) -> bool:
        return guest_address(self.agent_id) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """All that a mail or a page about a ticket may say.

    `links` are the buttons to offer, by action; `files` are addresses of attachments that lie in
    our bucket, by key; `detail` is what a notification says beside its kind. `next_level` is the
    team above the ticket's own.
    """

    ticket: Ticket
    contact: Contact
    entries: tuple[TimelineEntry, ...]
    now: datetime
    desk_name: str
    time_zone: ZoneInfo
    viewer: Viewer
    request_types: Mapping[str, Names]
    agents: Mapping[str, str]
    teams: Mapping[str, Names]
    next_level: str | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def about(self) -> Metric | None:
        """The deadline that a notification was sent for."""
        metric = self.detail.get("metric")
        return Metric(metric) if metric else None

    def customer(self, language: str) -> str:
        name = one_line(self.contact.name or "", _NAME_LIMIT)
        return name or words(language)["customer.nameless"]

    @property
    def subject(self) -> str:
        return one_line(self.ticket.subject, _SUBJECT_LIMIT)

    def channel(self, language: str) -> str:
        """Return the name of the channel where answers go."""
        return channel_name(self.ticket.identity.channel, language)

    @property
    def place(self) -> str:
        """Where an answer appears: `direct`, `public`, or `elsewhere`, where only people answer."""
        identity, surface = self.ticket.identity, self.ticket.surface
        if adapter_class(identity.channel).capabilities_on(surface).answers_elsewhere:
            return "elsewhere"
        return str(surface)

    @property
    def permalink(self) -> str:
        """Where people see it on the platform; empty for what is no address to open."""
        link = self.ticket.permalink or ""
        return link if link.startswith("https://") else ""

    @property
    def is_billed_by_length(self) -> bool:
        """Whether an answer costs by the piece, as text messages do."""
        return adapter_class(self.ticket.identity.channel).capabilities.segments is not None

    @property
    def may_go_private(self) -> bool:
        """Whether what was said in public may be answered to the customer alone."""
        is_public = self.ticket.surface is Surface.PUBLIC
        return is_public and adapter_class(self.ticket.identity.channel).public is not None

    def agent(self, agent_id: str) -> str:
        """Return the name of an agent; of one who left, the id; of a guest, his address."""
        return self.agents.get(agent_id) or guest_address(agent_id) or agent_id

    def assignee(self, language: str) -> str:
        if self.ticket.assignee_id is None:
            return words(language)["assignee.none"]
        return self.agent(self.ticket.assignee_id)

    def team(self, language: str, team_id: str | None = None) -> str:
        team_id = team_id or self.ticket.team_id
        return in_language(self.teams.get(team_id, {}), language) or team_id

    def kind_of_request(self, language: str, type_id: str | None = None) -> str:
        type_id = type_id or self.ticket.request_type
        return in_language(self.request_types.get(type_id, {}), language) or type_id


def ticket_view(  # noqa: PLR0917
    desk: Desk,
    ticket: Ticket,
    contact: Contact,
    entries: Iterable[TimelineEntry],
    agent_id: str,
    now: datetime,
    *,
    links: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    detail: Mapping[str, str] | None = None,
) -> TicketView:
    """Return what `agent_id` sees of a ticket. Raises `KeyError` for an agent not on the desk."""
    agent = desk.agent(agent_id)
    team = desk.teams.get(ticket.team_id)
    return TicketView(
        ticket=ticket,
        contact=contact,
        entries=tuple(entries),
        now=now,
        desk_name=desk.name,
        time_zone=ZoneInfo(desk.time_zone),
        viewer=Viewer(agent_id=agent_id, name=agent.name, language=agent.language),
        request_types={type_id: known.name for type_id, known in desk.request_types.items()},
        agents={known_id: known.name for known_id, known in desk.agents.items()},
        teams={team_id: known.name for team_id, known in desk.teams.items()},
        next_level=team.next_level if team else None,
        links=links or {},
        files=files or {},
        detail=detail or {},
    )


def channel_name(channel: str, language: str) -> str:
    return adapter_class(channel).label[language]


def in_language(names: Names, language: str) -> str:
    """Return a name in `language`, or in any other it has; empty when it has none."""
    return names.get(language) or next(iter(names.values()), "")
