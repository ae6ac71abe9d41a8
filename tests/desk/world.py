"""A store in memory: applies decisions under the conditions the table would hold them to."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from chalicelib.desk.decide import decide
from chalicelib.desk.decision import Context, Decision, Notification, Outgoing, Reply
from chalicelib.desk.model import Desk
from chalicelib.desk.needs import agents_needed
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import Act, ChannelEvent, Event, Signal
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
    loads: Counter[str] = field(default_factory=Counter)
    away: set[str] = field(default_factory=set)
    outbox: list[Outgoing] = field(default_factory=list)
    folded: set[str] = field(default_factory=set)

    def fold(self, event: Event, now: datetime) -> Decision:
        """Decide and apply, once per logged event."""
        if not isinstance(event, Signal):
            if event.id in self.folded:
                return Decision()
            self.folded.add(event.id)
        decision = decide(event, self.context(event), self.desk, now)
        self._apply(decision)
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
        context = Context(new_ticket_id=number, contact=contact, ticket=ticket)
        wanted = agents_needed(event, context, self.desk)
        states = {
            a: AgentState(agent_id=a, load=self.loads[a], away=a in self.away) for a in wanted
        }
        return replace(context, states=states)

    def _apply(self, decision: Decision) -> None:
        for load in decision.loads:
            if load.capacity is not None:
                assert self.loads[load.agent_id] < load.capacity, "capacity exceeded"
            self.loads[load.agent_id] += load.delta
        if decision.contact:
            stored = replace(decision.contact, version=decision.contact.version + 1)
            self.contacts[stored.id] = stored
            if decision.identity:
                self.identities[decision.identity] = stored.id
        if decision.ticket:
            self.tickets[decision.ticket.id] = replace(
                decision.ticket, version=decision.ticket.version + 1
            )
        self.entries += decision.entries
        self.outbox += decision.outbox

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
