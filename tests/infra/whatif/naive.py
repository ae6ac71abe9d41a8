"""A replay as one would write it down first: slow, on the world that the desk's own tests use."""

from dataclasses import replace
from datetime import datetime

from chalicelib.desk.decision import Decision
from chalicelib.desk.model import Desk
from chalicelib.desk.placing import may_take
from chalicelib.domain.events import Act, ChannelEvent, Event, OwnerLeft, RoomMade
from chalicelib.domain.tickets import Status
from chalicelib.errors import InvalidRequestError
from chalicelib.routing.assignment import candidates
from chalicelib.routing.roster import AgentState
from chalicelib.store.tickets import order
from infra.whatif.history import History
from tests.desk.events import moment_of
from tests.desk.world import World

IN_HAND = (Status.OPEN, Status.PENDING)


class Naive:
    """Looks through all tickets for what is next, and asks for no more state than is needed."""

    def __init__(self, desk: Desk, history: History) -> None:
        self.world = World(desk)
        self.history = history
        self.numbers: dict[str, str] = {}
        self.now = history.begins_at

    def run(self) -> World:
        for at, event in self.history.events:
            self.pass_until(at)
            self.now = at
            self.happen(event)
        self.pass_until(self.history.ends_at)
        return self.world

    def pass_until(self, at: datetime) -> None:
        while due := [
            ticket
            for ticket in self.world.tickets.values()
            if ticket.moment and ticket.moment.at < at
        ]:
            ticket = min(due, key=lambda one: (one.moment and one.moment.at, one.id))
            moment = moment_of(ticket)
            self.now = max(self.now, moment.moment_at)
            self.fold(moment)

    def happen(self, event: Event) -> None:
        if isinstance(event, Act):
            if event.ticket_id not in self.numbers:
                return
            number = self.numbers[event.ticket_id]
            owner = self.world.tickets[number].assignee_id
            event = replace(event, ticket_id=number, agent_id=owner or event.agent_id)
        try:
            decision = self.fold(event)
        except InvalidRequestError:
            return
        if isinstance(event, ChannelEvent) and decision.ticket:
            self.numbers[self.history.opened[event.id]] = decision.ticket.id

    def fold(self, event: Event) -> Decision:
        before = {agent_id: self.world.state(agent_id) for agent_id in self.world.desk.agents}
        decision = self.world.fold(event, self.now)
        for change in decision.agents:
            self.follow(before[change.agent_id], self.world.state(change.agent_id))
        return decision

    def follow(self, before: AgentState, after: AgentState) -> None:
        """Do what the stream would, of how an agent was and is."""
        if after.away and not before.away:
            held = [
                ticket
                for ticket in self.world.tickets.values()
                if ticket.assignee_id == after.agent_id and ticket.status in IN_HAND
            ]
            for ticket in sorted(held, key=order):
                self.fold(OwnerLeft(ticket_id=ticket.id, agent_id=after.agent_id))
        was, now = ((one.away, one.capacity) for one in (before, after))
        if after.load < before.load or was != now:
            self.offer(after.agent_id)

    def offer(self, agent_id: str) -> None:
        desk, tickets = self.world.desk, self.world.tickets
        for team_id in desk.teams:
            if agent_id not in candidates(team_id, desk.roster):
                continue
            parked = [
                ticket
                for ticket in tickets.values()
                if ticket.team_id == team_id
                and ticket.assignee_id is None
                and ticket.status in IN_HAND
            ]
            refused = []
            for ticket in sorted(parked, key=lambda one: f"{one.rank}#{order(one)}")[:20]:
                before = tickets[ticket.id]
                if before.identity.channel in refused or not may_take(agent_id, before, desk):
                    continue
                self.fold(RoomMade(ticket_id=ticket.id))
                after = tickets[ticket.id]
                is_news = not before.parked_until and after.parked_until
                if after.assignee_id is None and not is_news:
                    refused.append(after.identity.channel)
