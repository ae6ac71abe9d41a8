"""A store in memory: applies decisions under the conditions the table would hold them to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.desk.decide import decide
from chalicelib.desk.decision import (
    AgentChange,
    Context,
    Decision,
    Fact,
    Notification,
    Outgoing,
    Reply,
)
from chalicelib.desk.model import Desk
from chalicelib.desk.needs import agents_needed
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import Act, AgentMerged, ChannelEvent, Event, Signal
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.routing.roster import AgentState
from chalicelib.store.context import ticket_number


@dataclass
class World:
    """Everything the table would hold, and what was sent."""

    desk: Desk
    contacts: dict[str, Contact] = field(default_factory=dict)
    identities: dict[Identity, str] = field(default_factory=dict)
    tickets: dict[str, Ticket] = field(default_factory=dict)
    entries: list[TimelineEntry] = field(default_factory=list)
    agents: dict[str, AgentState] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    outbox: list[Outgoing] = field(default_factory=list)
    folded: set[str] = field(default_factory=set)

    def fold(self, event: Event, now: datetime) -> Decision:
        """Decide and apply, once per logged event."""
        if not isinstance(event, Signal) and event.id in self.folded:
            return Decision()
        decision = decide(event, self.context(event), self.desk, now)
        if not isinstance(event, Signal):
            self.folded.add(event.id)
        self._apply(decision, now)
        return decision

    def context(self, event: Event) -> Context:
        contact = ticket = None
        number = ""
        if isinstance(event, ChannelEvent):
            contact = self.contacts.get(self.identities.get(event.identity, ""))
            ticket = self.tickets.get(contact.ticket_id or "") if contact else None
            number = ticket_number(event.id, 0)
        elif isinstance(event, Act | Signal):
            ticket = self.tickets[event.ticket_id]
        other = self.tickets.get(event.other_ticket_id) if isinstance(event, AgentMerged) else None
        while ticket and ticket.merged_into and isinstance(event, ChannelEvent):
            ticket = self.tickets[ticket.merged_into]
        context = Context(new_ticket_id=number, contact=contact, ticket=ticket, other_ticket=other)
        wanted = agents_needed(event, context, self.desk)
        return context._replace(states={agent_id: self.state(agent_id) for agent_id in wanted})

    def state(self, agent_id: str) -> AgentState:
        known = self.agents.get(agent_id) or AgentState(agent_id)
        return replace(known, away=agent_id in self.away)

    def _change_agent(self, change: AgentChange, now: datetime) -> None:
        """Apply what is new about an agent, under the conditions that the table would check."""
        state = self.state(change.agent_id)
        moved = sum(change.delta.values())
        by_channel = Counter(state.by_channel)
        if moved > 0:
            for channel, limits in change.limits.items():
                assert state.load < limits.capacity, "capacity exceeded"
                most = limits.channel_capacity
                assert most is None or by_channel[channel] < most, "too many of a channel"
                assert not state.away, "given to somebody who is away"
        by_channel.update(change.delta)
        is_given = max(change.delta.values(), default=0) > 0
        misses = {0: 0, None: state.misses}.get(change.misses, state.misses + 1)
        if change.presence:
            (self.away.add if change.presence.away else self.away.discard)(change.agent_id)
        self.agents[change.agent_id] = replace(
            state,
            load=state.load + moved,
            by_channel=dict(by_channel),
            misses=misses,
            assigned_at=now if is_given else state.assigned_at,
            active_at=now if any(change.delta.values()) else state.active_at,
            **_said(change),
        )

    def _apply(self, decision: Decision, now: datetime) -> None:
        for change in decision.agents:
            self._change_agent(change, now)
        if decision.contact:
            stored = replace(decision.contact, version=decision.contact.version + 1)
            self.contacts[stored.id] = stored
            if decision.identity:
                self.identities[decision.identity] = stored.id
        if decision.ticket:
            self.tickets[decision.ticket.id] = replace(
                decision.ticket, version=decision.ticket.version + 1
            )
        if decision.merged:
            merged = decision.merged
            self.tickets[merged.id] = replace(merged, version=merged.version + 1)
        self.facts += decision.facts
        self.entries += decision.entries
        self.outbox += decision.outbox

    @property
    def loads(self) -> Counter[str]:
        return Counter({agent_id: state.load for agent_id, state in self.agents.items()})

    def is_refused(self, decision: Decision) -> bool:
        """Tell whether the table would refuse a decision: its ticket was written since."""
        ticket = decision.ticket
        return ticket is None or self.tickets[ticket.id].version != ticket.version

    def notifications(self) -> list[Notification]:
        return [each for each in self.outbox if isinstance(each, Notification)]

    def only_ticket(self) -> Ticket:
        assert len(self.tickets) == 1, list(self.tickets)
        return next(iter(self.tickets.values()))

    def told(self, agent_id: str) -> list[str]:
        """Return what an agent was mailed about, in order."""
        return [
            str(n.kind)
            for n in self.outbox
            if isinstance(n, Notification) and n.agent_id == agent_id and n.medium == "email"
        ]

    def said_to_customer(self) -> list[str]:
        return ["".join(r.parts) for r in self.outbox if isinstance(r, Reply)]

    def story(self) -> list[str]:
        return [entry.type for entry in self.entries]

    def entry(self, event_type: str) -> TimelineEntry:
        """Return the last line of a type."""
        return self._last(lambda entry: entry.type == event_type)

    def _last(self, wanted: Callable[[TimelineEntry], bool]) -> TimelineEntry:
        return [entry for entry in self.entries if wanted(entry)][-1]


def _said(change: AgentChange) -> dict[str, Any]:
    """Return what an agent said of himself, as his state keeps it."""
    said: dict[str, Any] = {}
    if change.presence and change.presence.said_at:
        said["presence_said_at"] = change.presence.said_at
    if change.capacity:
        said["capacity"] = change.capacity.tickets
        said["capacity_said_at"] = change.capacity.said_at
    return said
