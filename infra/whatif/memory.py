"""What the table would hold while a history is replayed: people, tickets, queues, loads."""

from bisect import bisect_left, insort
from collections.abc import Callable
from datetime import datetime
from itertools import count

from chalicelib.desk.decision import AgentChange, Context, Decision
from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import (
    AgentMerged,
    Availability,
    ChannelEvent,
    Event,
    IdentityLinked,
    MessageEchoed,
    MessageReceived,
    PeerAnswered,
)
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.values import replace
from chalicelib.routing.roster import AgentState
from chalicelib.store import keys
from chalicelib.store.context import continued, ticket_number
from chalicelib.store.tickets import order
from infra.whatif.history import Place


class Memory:
    """`named_before` finds the ticket of a message that was sent when the history was made."""

    def __init__(self, desk: Desk, named_before: Callable[[Place], str | None]) -> None:
        self.tickets: dict[str, Ticket] = {}
        self.agents = {agent_id: AgentState(agent_id) for agent_id in desk.agents}
        self._held: dict[str, set[str]] = {agent_id: set() for agent_id in desk.agents}
        self._queues: dict[str, list[str]] = {team_id: [] for team_id in desk.teams}
        self._contacts: dict[str, Contact] = {}
        self._identities: dict[Identity, str] = {}
        self._named: dict[Place, str] = {}
        self._named_before = named_before

    def context(self, event: Event) -> Context:
        """Return what is known about `event`, and the state of every agent."""
        if isinstance(event, ChannelEvent):
            return self._of_channel_event(event)
        if isinstance(event, Availability):
            return Context(new_ticket_id="", states=self.agents)
        return Context(
            new_ticket_id="",
            ticket=self.tickets[event.ticket_id],
            states=self.agents,
            other_ticket=self._find(event.other_ticket_id)
            if isinstance(event, AgentMerged)
            else None,
        )

    def store(self, decision: Decision, now: datetime) -> list[tuple[AgentState, AgentState]]:
        """Apply a decision; return each agent whom it changes, as he was and as he is."""
        if decision.contact:
            self._store_contact(decision.contact, decision)
        for ticket in filter(None, (decision.ticket, decision.merged)):
            self._store_ticket(ticket)
        for account, entry in decision.named:
            place = (entry.channel or "", account, entry.message_id or "")
            self._named[place] = entry.ticket_id
        return [self._store_agent(change, now) for change in decision.agents]

    def come_back(self, agent_id: str) -> tuple[AgentState, AgentState]:
        """Take an agent for present again, as he says himself in production."""
        before = self.agents[agent_id]
        after = self.agents[agent_id] = replace(before, away=False, misses=0)
        return before, after

    def held_by(self, agent_id: str) -> list[str]:
        """Return an agent's open tickets, next deadline first."""
        return sorted(self._held[agent_id], key=lambda ticket_id: order(self.tickets[ticket_id]))

    def queue(self, team_id: str, first: int) -> list[str]:
        """Return the first tickets of a team that nobody owns."""
        return [place.rpartition("#")[2] for place in self._queues[team_id][:first]]

    def _of_channel_event(self, event: ChannelEvent) -> Context:
        contact = self._contact(event.identity)
        return Context(
            new_ticket_id=self._free_number(event.id),
            contact=contact,
            ticket=continued(event, contact, self._by_thread(event), self._find),
            states=self.agents,
            other=self._contact(event.other) if isinstance(event, IdentityLinked) else None,
        )

    def _contact(self, identity: Identity) -> Contact | None:
        return self._contacts.get(self._identities.get(identity, ""))

    def _find(self, ticket_id: str | None) -> Ticket | None:
        ticket = self.tickets.get(ticket_id or "")
        return self._find(ticket.merged_into) if ticket and ticket.merged_into else ticket

    def _by_thread(self, event: ChannelEvent) -> str | None:
        if not isinstance(event, MessageReceived | MessageEchoed | PeerAnswered):
            return None
        identity = event.identity
        places = ((identity.channel, identity.account, ref) for ref in reversed(event.thread_refs))
        found = (self._named.get(place) or self._named_before(place) for place in places)
        return next(filter(None, found), None)

    def _free_number(self, event_id: str) -> str:
        numbers = (ticket_number(event_id, attempt) for attempt in count())
        return next(number for number in numbers if number not in self.tickets)

    def _store_contact(self, contact: Contact, decision: Decision) -> None:
        self._contacts[contact.id] = replace(contact, version=contact.version + 1)
        for identity in (decision.identity, *decision.moved):
            if identity:
                self._identities[identity] = contact.id
        for identity in decision.dropped:
            self._identities.pop(identity, None)

    def _store_ticket(self, ticket: Ticket) -> None:
        before = self.tickets.get(ticket.id)
        self.tickets[ticket.id] = stored = replace(ticket, version=ticket.version + 1)
        if before is None or _whose(before) != _whose(stored):
            if before:
                self._take_out(before)
            self._put_in(stored)

    def _put_in(self, ticket: Ticket) -> None:
        if _is_open(ticket):
            if ticket.assignee_id:
                self._held[ticket.assignee_id].add(ticket.id)
            else:
                insort(self._queues[ticket.team_id], _place_in_queue(ticket))

    def _take_out(self, ticket: Ticket) -> None:
        if _is_open(ticket):
            if ticket.assignee_id:
                self._held[ticket.assignee_id].discard(ticket.id)
            else:
                queue = self._queues[ticket.team_id]
                del queue[bisect_left(queue, _place_in_queue(ticket))]

    def _store_agent(self, change: AgentChange, now: datetime) -> tuple[AgentState, AgentState]:
        before = self.agents[change.agent_id]
        moved = {channel: delta for channel, delta in change.delta.items() if delta}
        known = before.by_channel
        after = replace(
            _as_said(before, change),
            load=before.load + sum(moved.values()),
            by_channel={**known, **{one: known.get(one, 0) + moved[one] for one in moved}},
            misses=before.misses + 1 if change.misses else (change.misses is None) * before.misses,
            assigned_at=now if max(moved.values(), default=0) > 0 else before.assigned_at,
            active_at=now if moved else before.active_at,
        )
        self.agents[change.agent_id] = after
        return before, after


def _as_said(state: AgentState, change: AgentChange) -> AgentState:
    """Return a state with what is new about presence and capacity."""
    if presence := change.presence:
        said_at = presence.said_at or state.presence_said_at
        state = replace(state, away=presence.away, presence_said_at=said_at)
    if capacity := change.capacity:
        state = replace(state, capacity=capacity.tickets, capacity_said_at=capacity.said_at)
    return state


def _whose(ticket: Ticket) -> tuple[str, ...]:
    """Return in whose hands a ticket is, or where in which queue."""
    if not _is_open(ticket):
        return ()
    return (
        (ticket.assignee_id,) if ticket.assignee_id else (ticket.team_id, _place_in_queue(ticket))
    )


def _is_open(ticket: Ticket) -> bool:
    return keys.bucket(ticket.status) == "open"


def _place_in_queue(ticket: Ticket) -> str:
    """Return where a ticket stands that nobody owns, as in the table's index."""
    return f"{ticket.rank}#{order(ticket)}"
