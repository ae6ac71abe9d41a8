"""`decide` under everything that can happen, in any order, doubled and late: what always holds."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentReopened,
    AgentReplied,
    AgentResolved,
    DeskChanged,
    Event,
    MomentDue,
    RoomMade,
)
from chalicelib.domain.tickets import Ticket
from tests.conftest import START
from tests.desk.events import message
from tests.desk.world import World
from tests.desks import DOCUMENT, shop

CUSTOMERS = st.integers(0, 3).map(lambda n: Identity("telegram", "hoa-mai", str(n)))
TEXTS = st.sampled_from(["khiếu nại", "xin chào", "máy không bật được", ""])
AGENTS = st.sampled_from(["lan", "minh", "tuan"])
DESKS = (shop(), shop(policies=[{**DOCUMENT["policies"][1], "targets": {"first_response": "2m"}}]))
ACTS = st.sampled_from([AgentReplied, AgentResolved, AgentReopened, AgentAcknowledged])


class Desk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(DESKS[0])
        self.now = START
        self.count = 0
        self.seen: list[Event] = []
        self.reopened: set[str] = set()

    @rule(identity=CUSTOMERS, text=TEXTS, late=st.integers(0, 600))
    def customer_writes(self, identity: Identity, text: str, late: int) -> None:
        self.count += 1
        at = self.now - timedelta(seconds=late)
        self.fold(message(text, at, number=self.count, identity=identity))

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def anything_comes_again(self, data: st.DataObject) -> None:
        self.world.fold(data.draw(st.sampled_from(self.seen)), self.now)

    @precondition(lambda self: self.world.tickets)
    @rule(data=st.data(), act=ACTS, agent=AGENTS)
    def agent_acts(self, data: st.DataObject, act: type[Act], agent: str) -> None:
        self.count += 1
        ticket = data.draw(st.sampled_from(list(self.world.tickets.values())))
        if act is AgentReopened:
            self.reopened.add(ticket.id)
        extra: dict[str, Any] = {"text": "dạ"} if act is AgentReplied else {}
        self.fold(
            act(
                id=f"act:{self.count}",
                ticket_id=ticket.id,
                occurred_at=self.now,
                agent_id=agent,
                via="page",
                **extra,
            )
        )

    @precondition(lambda self: self.open_tickets())
    @rule(data=st.data(), agent=AGENTS, to_team=st.booleans())
    def agent_hands_over(self, data: st.DataObject, agent: str, to_team: bool) -> None:
        self.count += 1
        ticket = data.draw(st.sampled_from(self.open_tickets()))
        self.fold(
            AgentAssigned(
                id=f"act:{self.count}",
                ticket_id=ticket.id,
                occurred_at=self.now,
                agent_id=agent,
                via="page",
                to_agent_id=None if to_team else agent,
                to_team_id="tech" if to_team else None,
            )
        )

    @rule(seconds=st.integers(0, 7200))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def the_sweep_runs(self) -> None:
        for ticket in list(self.world.tickets.values()):
            if ticket.moment and ticket.moment.at <= self.now:
                event = MomentDue(ticket_id=ticket.id, moment_at=ticket.moment.at)
                self.seen.append(event)
                self.world.fold(event, self.now)

    @rule(agent=AGENTS)
    def somebody_leaves_or_returns(self, agent: str) -> None:
        self.world.away ^= {agent}
        for ticket in list(self.world.tickets.values()):
            self.world.fold(RoomMade(ticket_id=ticket.id), self.now)

    @rule(desk=st.sampled_from(DESKS))
    def a_desk_is_applied(self, desk: object) -> None:
        self.world.desk = desk  # type: ignore[assignment]
        for ticket in list(self.world.tickets.values()):
            self.world.fold(DeskChanged(ticket_id=ticket.id), self.now)

    @invariant()
    def loads_equal_the_open_tickets_held(self) -> None:
        for agent in self.world.desk.agents:
            held = [t for t in self.open_tickets() if t.assignee_id == agent]
            assert self.world.loads[agent] == len(held)

    @invariant()
    def a_contact_has_one_open_ticket_but_for_those_reopened_by_hand(self) -> None:
        holders = [t.contact_id for t in self.open_tickets() if t.id not in self.reopened]
        assert len(holders) == len(set(holders))

    @invariant()
    def every_message_stands_once(self) -> None:
        ids = [e.message_id for e in self.world.entries if e.type == "message.received"]
        assert len(ids) == len(set(ids))
        entry_ids = [e.id for e in self.world.entries]
        assert len(entry_ids) == len(set(entry_ids))

    @invariant()
    def each_step_fires_once_and_none_on_a_closed_ticket(self) -> None:
        for ticket in self.world.tickets.values():
            assert ticket.moment is None or not ticket.status.is_done
            for timer in ticket.timers:
                assert len(timer.fired) == len(set(timer.fired))

    @invariant()
    def one_acknowledgement_per_ticket(self) -> None:
        automatic = [e.ticket_id for e in self.world.entries if e.detail.get("automatic")]
        assert sorted(automatic) == sorted(self.world.tickets)

    def fold(self, event: Event) -> None:
        if isinstance(event, AgentAcknowledged | AgentAssigned) and self.is_done(event.ticket_id):
            return
        self.seen.append(event)
        self.world.fold(event, self.now)

    def open_tickets(self) -> list[Ticket]:
        return [t for t in self.world.tickets.values() if not t.status.is_done]

    def is_done(self, ticket_id: str) -> bool:
        return self.world.tickets[ticket_id].status.is_done


Desk.TestCase.settings = settings(
    max_examples=120,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestDesk = Desk.TestCase
