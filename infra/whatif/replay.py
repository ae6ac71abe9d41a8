"""Replays a history under a desk, by `decide` itself: events, moments, what follows from both."""

import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Protocol
from zoneinfo import ZoneInfo

from chalicelib.desk.decide import decide
from chalicelib.desk.decision import Decision
from chalicelib.desk.model import Desk, guest_address
from chalicelib.desk.placing import may_take
from chalicelib.domain.events import (
    Act,
    AgentMerged,
    Availability,
    Event,
    Logged,
    MessageReceived,
    MomentDue,
    OwnerLeft,
    RoomMade,
)
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import InvalidRequestError
from chalicelib.routing.roster import AgentState
from chalicelib.service.follow import OFFERED, is_refused, is_waited_for_otherwise, teams_of
from chalicelib.sla.calendar import closing
from infra.whatif.history import History, Place
from infra.whatif.memory import Memory
from infra.whatif.week import opening

TICKET, AGENT = range(2)


class Observer(Protocol):
    """Sees every decision, in the order in which they are made."""

    def take(self, decision: Decision, now: datetime) -> None: ...


class Replay:
    """`skipped` counts, by type, what could not be done again.

    That is: messages and acts on tickets that were opened before, what decide refuses on the ticket
    as it is here, and what somebody said of himself who isn't in the desk.
    """

    def __init__(self, desk: Desk, history: History, observers: Iterable[Observer] = ()) -> None:
        self.desk = desk
        self.history = history
        self.observers = tuple(observers)
        self.memory = Memory(desk, self._named_before)
        self.numbers: dict[str, str] = {}
        self.skipped: Counter[str] = Counter()
        self.now = history.begins_at
        self._ahead: list[tuple[datetime, int, str]] = []
        self._taken_for_absent: dict[str, datetime | None] = {}
        self._teams_of = {agent_id: teams_of(agent_id, desk.roster) for agent_id in desk.agents}

    def run(self) -> None:
        """Let it all happen, and time pass until the history's end."""
        for at, event in self.history.events:
            self._pass_until(at)
            self.now = max(self.now, at)
            self._happen(event)
        self._pass_until(self.history.ends_at)

    def _pass_until(self, at: datetime) -> None:
        """Let happen what comes by itself before `at`, each at its own time."""
        while self._ahead and self._ahead[0][0] < at:
            due_at, kind, whose = heappop(self._ahead)
            self.now = max(self.now, due_at)
            if kind == AGENT:
                self._come_back(whose)
            elif (moment := self.memory.tickets[whose].moment) and moment.at == due_at:
                self._fold(MomentDue(ticket_id=whose, moment_at=due_at))

    def _happen(self, event: Logged) -> None:
        here = self._as_it_is_here(event)
        if here is None:
            self.skipped[event.type] += 1
            return
        try:
            decision = self._fold(here)
        except InvalidRequestError:
            self.skipped[event.type] += 1
            return
        recorded = self.history.opened.get(event.id)
        if recorded and decision.ticket:
            self.numbers[recorded] = decision.ticket.id

    def _as_it_is_here(self, event: Logged) -> Logged | None:
        """Return an event about the tickets of this replay, done by who has them here."""
        if isinstance(event, MessageReceived):
            return self._message_as_it_is_here(event)
        if isinstance(event, Availability):
            return event if event.agent_id in self.desk.agents else None
        if not isinstance(event, Act):
            return event
        number = self.numbers.get(event.ticket_id)
        if number is None:
            return None
        here = dataclasses.replace(event, ticket_id=number, agent_id=self._by(event, number))
        if isinstance(here, AgentMerged):
            other = self.numbers.get(here.other_ticket_id)
            return dataclasses.replace(here, other_ticket_id=other) if other else None
        return here

    def _message_as_it_is_here(self, event: MessageReceived) -> MessageReceived | None:
        """Return None for what went on with a ticket that was opened before the history."""
        if event.ticket_id:
            event = dataclasses.replace(event, ticket_id=self.numbers.get(event.ticket_id))
        opens_one = event.id in self.history.opened or event.automatic
        return event if opens_one or self.memory.context(event).ticket else None

    def _by(self, event: Act, number: str) -> str | None:
        """Return who has the ticket here; nobody's, he who did it then, if he is in the desk."""
        if event.agent_id is None or guest_address(event.agent_id) is not None:
            return event.agent_id
        did = event.agent_id if event.agent_id in self.desk.agents else None
        return self.memory.tickets[number].assignee_id or did

    def _named_before(self, place: Place) -> str | None:
        return self.numbers.get(self.history.named.get(place, ""))

    def _fold(self, event: Event) -> Decision:
        decision = decide(event, self.memory.context(event), self.desk, self.now)
        changed = self.memory.store(decision, self.now)
        for observer in self.observers:
            observer.take(decision, self.now)
        if decision.ticket:
            self._expect(decision.ticket)
        for before, after in changed:
            if after.away and not before.away and not isinstance(event, Availability):
                self._expect_back(after)
            self._agent_changed(before, after)
        return decision

    def _expect(self, ticket: Ticket) -> None:
        if ticket.moment:
            heappush(self._ahead, (ticket.moment.at, TICKET, ticket.id))

    def _agent_changed(self, before: AgentState, after: AgentState) -> None:
        """Do what follows from it in production, where the stream tells of it."""
        if after.away and not before.away:
            for ticket_id in self.memory.held_by(after.agent_id):
                self._fold(OwnerLeft(ticket_id=ticket_id, agent_id=after.agent_id))
        if is_waited_for_otherwise(before, after):
            self._offer(after.agent_id)

    def _expect_back(self, state: AgentState) -> None:
        """Have somebody come back who was taken for absent without his word."""
        self._taken_for_absent[state.agent_id] = state.presence_said_at
        heappush(self._ahead, (self._back_at(state.agent_id), AGENT, state.agent_id))

    def _come_back(self, agent_id: str) -> None:
        """Take somebody for present again, unless he has said himself how it is."""
        if self.memory.agents[agent_id].presence_said_at == self._taken_for_absent[agent_id]:
            self._agent_changed(*self.memory.come_back(agent_id))

    def _back_at(self, agent_id: str) -> datetime:
        """Return when who let too much drop is taken for present again.

        It happens at another time than in the log, if it did there: when he says that he is back is
        not known. His next shift, or the next day, is assumed.
        """
        calendar_id = self.desk.agents[agent_id].calendar
        if calendar_id is None:
            midnight = self.now.astimezone(ZoneInfo(self.desk.time_zone)).replace(
                hour=0, minute=0, second=0, microsecond=0
            )
            return midnight + timedelta(days=1)
        calendar = self.desk.calendars[calendar_id]
        return opening(calendar, closing(calendar, self.now) or self.now)

    def _offer(self, agent_id: str) -> None:
        tickets = self.memory.tickets
        for team_id in self._teams_of[agent_id]:
            full: set[str] = set()
            for ticket_id in self.memory.queue(team_id, OFFERED):
                ticket = tickets[ticket_id]
                channel = ticket.identity.channel
                if channel not in full and may_take(agent_id, ticket, self.desk):
                    self._fold(RoomMade(ticket_id=ticket_id))
                    if is_refused(ticket, tickets[ticket_id]):
                        full.add(channel)
