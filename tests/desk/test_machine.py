"""`decide` under everything that can happen, in any order, doubled and late: what always holds."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.desk.decide import decide
from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentAway,
    AgentBack,
    AgentChanged,
    AgentMerged,
    AgentNoted,
    AgentPended,
    AgentReopened,
    AgentReplied,
    AgentResolved,
    DeskChanged,
    Event,
    OwnerLeft,
    RoomMade,
)
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.errors import InvalidRequestError
from tests.conftest import START
from tests.desk.events import message, moment_of, said_of_himself
from tests.desk.factory import FACTORY, factory
from tests.desk.world import World

CUSTOMERS = st.sampled_from(
    [*(Identity("telegram", "hoa-mai", str(n)) for n in range(3)), Identity("zalo", "hoa-mai", "9")]
)
TEXTS = st.sampled_from(["khiếu nại", "xin chào", "máy không bật được", "gọi lại 0900000000", ""])
AGENTS = st.sampled_from(["lan", "minh", "tuan", "vy", "hoa", None])
PLAIN = (AgentResolved, AgentReopened, AgentAcknowledged)
KEPT = {"give_back": "never", "strategy": "longest_idle", "acknowledge_within": None}
DESKS = (
    factory(),
    factory(
        policies=[{**FACTORY["policies"][1], "match": {}, "pause_while_pending": False}],
        teams={name: {**team, **KEPT} for name, team in FACTORY["teams"].items()},
    ),
    factory(policies=[{"name": "Mọi thứ", "targets": {"first_response": "2m"}}]),
)
MOST_MOMENTS = 450
"""Of a ticket that nobody touches for ninety days, offered at each shift: more would be a loop."""


class Factory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(DESKS[0])
        self.now = START
        self.count = 0
        self.seen: list[Event] = []
        self.reopened: set[str] = set()

    @rule(identity=CUSTOMERS, text=TEXTS, late=st.integers(0, 600))
    def customer_writes(self, identity: Identity, text: str, late: int) -> None:
        """Deliver a message, maybe late and so behind one that was sent after it."""
        self.count += 1
        at = self.now - timedelta(seconds=late)
        self.fold(message(text, at, number=self.count, identity=identity))

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def anything_comes_again(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.seen))
        # A deadline that a new desk moved away and another brought back is due again.
        due = [moment_of(ticket) for ticket in self.world.tickets.values() if ticket.moment]
        before = len(self.world.entries)
        self.world.fold(event, self.now)
        assert (
            event in due
            or isinstance(event, RoomMade | OwnerLeft | DeskChanged)
            or len(self.world.entries) == before
        )

    @precondition(lambda self: self.world.tickets)
    @rule(data=st.data(), kind=st.sampled_from(PLAIN), agent=AGENTS)
    def agent_acts(self, data: st.DataObject, kind: type[Act], agent: str | None) -> None:
        ticket = self.any_ticket(data)
        if kind is AgentReopened and not ticket.merged_into:
            self.reopened.add(ticket.id)
        self.act(kind, ticket, agent)

    @precondition(lambda self: self.world.tickets)
    @rule(data=st.data(), agent=AGENTS, ago=st.integers(0, 900))
    def agent_answers(self, data: st.DataObject, agent: str | None, ago: int) -> None:
        """Answer at a time of one's own: it may have lain somewhere."""
        at = self.now - timedelta(seconds=ago)
        self.act(AgentReplied, self.any_ticket(data), agent, at=at, text="dạ")

    @precondition(lambda self: self.world.tickets)
    @rule(data=st.data(), agent=AGENTS)
    def agent_notes(self, data: st.DataObject, agent: str | None) -> None:
        self.act(AgentNoted, self.any_ticket(data), agent, text="@minh xem giúp")

    @precondition(lambda self: self.world.tickets)
    @rule(data=st.data(), agent=AGENTS, minutes=st.none() | st.integers(1, 600))
    def agent_pends(self, data: st.DataObject, agent: str | None, minutes: int | None) -> None:
        wake_at = self.now + timedelta(minutes=minutes) if minutes else None
        self.act(AgentPended, self.any_ticket(data), agent, wake_at=wake_at)

    @precondition(lambda self: self.world.tickets)
    @rule(data=st.data(), agent=AGENTS, to=st.sampled_from(["lan", "vy", "care", "tech"]))
    def agent_hands_over(self, data: st.DataObject, agent: str | None, to: str) -> None:
        whom = {"to_team_id" if to in self.world.desk.teams else "to_agent_id": to}
        self.act(AgentAssigned, self.any_ticket(data), agent, **whom)

    @precondition(lambda self: self.world.tickets)
    @rule(
        data=st.data(),
        change=st.sampled_from(
            [{"request_type": "technical"}, {"request_type": "complaint"}, {"priority": "urgent"}]
        ),
    )
    def agent_corrects(self, data: st.DataObject, change: dict[str, str]) -> None:
        self.act(AgentChanged, self.any_ticket(data), "lan", **change)

    @precondition(lambda self: len(self.world.tickets) > 1)
    @rule(data=st.data())
    def agent_merges(self, data: st.DataObject) -> None:
        one, other = self.any_ticket(data), self.any_ticket(data)
        self.act(AgentMerged, one, "lan", other_ticket_id=other.id)

    @rule(seconds=st.integers(0, 7200))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(days=st.integers(1, 9))
    def the_sweep_was_down(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.the_sweep_runs()

    @rule()
    def the_sweep_runs(self) -> None:
        for ticket in list(self.world.tickets.values()):
            if ticket.moment and ticket.moment.at <= self.now:
                self.fold(moment_of(ticket))

    @precondition(lambda self: any(t.moment for t in self.world.tickets.values()))
    @rule(data=st.data())
    def a_worker_dies_before_it_writes(self, data: st.DataObject) -> None:
        """Whoever comes next finds everything as it was, and decides the same."""
        moving = [t for t in self.world.tickets.values() if t.moment and t.moment.at <= self.now]
        for ticket in moving[:1]:
            event = moment_of(ticket)
            context = self.world.context(event)
            lost = decide(event, context, self.world.desk, self.now)
            assert lost == self.world.fold(event, self.now)
            assert self.world.is_refused(lost)

    @rule(agent=st.sampled_from(["lan", "minh", "tuan", "vy", "hoa"]))
    def somebody_leaves_or_returns(self, agent: str) -> None:
        self.count += 1
        kind = AgentBack if agent in self.world.away else AgentAway
        self.fold(replace(said_of_himself(kind, agent, self.now), id=f"said:{self.count}"))
        for ticket in list(self.world.tickets.values()):
            if agent in self.world.away:
                self.world.fold(OwnerLeft(ticket_id=ticket.id, agent_id=agent), self.now)
            else:
                self.world.fold(RoomMade(ticket_id=ticket.id), self.now)

    @rule(desk=st.sampled_from(DESKS))
    def a_desk_is_applied(self, desk: Desk) -> None:
        self.world.desk = desk
        for ticket in list(self.world.tickets.values()):
            self.world.fold(DeskChanged(ticket_id=ticket.id), self.now)

    @invariant()
    def counters_equal_a_recount(self) -> None:
        for agent_id in self.world.desk.agents:
            held = [t for t in self.open_tickets() if t.assignee_id == agent_id]
            state = self.world.state(agent_id)
            assert state.load == len(held)
            recount = Counter(t.counted_on for t in held)
            assert {c: n for c, n in state.by_channel.items() if n} == dict(recount)

    @invariant()
    def nobody_is_given_again_what_he_let_drop(self) -> None:
        given = [e for e in self.world.entries if e.type in ("ticket.assigned", "ticket.dropped")]
        dropped: set[tuple[str, str]] = set()
        for entry in given:
            pair = (entry.ticket_id, entry.detail["agent"])
            if entry.type == "ticket.dropped":
                dropped.add(pair)
            elif entry.actor != "desk":
                dropped.discard(pair)  # he claimed it, or a person gave it to him
            elif self.world.tickets[pair[0]].team_id == "care":
                moved = any(
                    e.type == "ticket.moved" and e.ticket_id == pair[0] for e in self.world.entries
                )
                assert moved or pair not in dropped

    @invariant()
    def a_contact_has_one_open_ticket_but_for_those_reopened_by_hand(self) -> None:
        holders = [t.contact_id for t in self.open_tickets() if t.id not in self.reopened]
        assert len(holders) == len(set(holders))

    @invariant()
    def every_message_stands_once(self) -> None:
        ids = [e.message_id for e in self.world.entries if e.type == "message.received"]
        assert len(ids) == len(set(ids))
        entry_ids = [(e.ticket_id, e.id) for e in self.world.entries]
        assert len(entry_ids) == len(set(entry_ids))

    @invariant()
    def each_moment_comes_once_and_none_on_a_closed_ticket(self) -> None:
        told = [
            (e.ticket_id, e.detail["metric"], e.detail["step"], e.detail["at"])
            for e in self.world.entries
            if "step" in e.detail and "at" in e.detail
        ]
        # A deadline that a new desk moved away and another brought back is a new deadline.
        recomputed = Counter(e.ticket_id for e in self.world.entries if "recomp" in e.type)
        for moment, times in Counter(told).items():
            assert times <= 1 + recomputed[moment[0]]
        assert not any(t.moment for t in self.world.tickets.values() if t.status.is_done)

    @invariant()
    def nobody_is_told_twice_at_once(self) -> None:
        told = Counter(
            (n.created_at, n.ticket_id, n.recipient, n.id.split(":alert:")[0])
            for n in self.world.notifications()
        )
        assert not told or max(told.values()) == 1

    @invariant()
    def facts_sum_to_the_timeline(self) -> None:
        lines = Counter(
            (e.ticket_id, e.detail["metric"], e.detail["step"])
            for e in self.world.entries
            if "at" in e.detail and "step" in e.detail and e.type != "customer.told"
        )
        facts = Counter(
            (f.ticket_id, f.detail["metric"], f.detail["step"])
            for f in self.world.facts
            if f.kind == "alert"
        )
        assert lines == facts
        missed = {
            (e.ticket_id, e.detail["metric"])
            for e in self.world.entries
            if e.type == "sla.breached"
        }
        for fact in self.world.facts:
            if fact.kind == "target" and fact.detail["kept"] == "no":
                assert (fact.ticket_id, fact.detail["metric"]) in missed

    @invariant()
    def a_wait_and_a_rest_fit_the_status(self) -> None:
        for ticket in self.world.tickets.values():
            assert (ticket.pending_since is not None) == (ticket.status is Status.PENDING)
            assert (ticket.resolved_at is not None) == ticket.status.is_done
            assert not (ticket.waiting_since and ticket.status.is_done)

    @invariant()
    def one_acknowledgement_per_ticket(self) -> None:
        opened = Counter(e.ticket_id for e in self.world.entries if e.type == "ticket.opened")
        assert set(opened.values()) <= {1}

    def teardown(self) -> None:
        """Left alone, every ticket comes to rest: no moment brings itself again for ever."""
        for ticket_id in list(self.world.tickets):
            for _ in range(MOST_MOMENTS):
                ticket = self.world.tickets[ticket_id]
                if ticket.moment is None:
                    break
                self.now = max(self.now, ticket.moment.at)
                if self.now > START + timedelta(days=90):
                    break
                self.world.fold(moment_of(ticket), self.now)
            else:
                raise AssertionError(f"no end: {self.world.tickets[ticket_id].moment}")

    def act(
        self, kind: type[Act], ticket: Ticket, agent: str | None, *, at: Any = None, **facts: Any
    ) -> None:
        self.count += 1
        self.fold(
            kind(
                id=f"act:{self.count}",
                ticket_id=ticket.id,
                occurred_at=at or self.now,
                agent_id=agent,
                via="page",
                **facts,
            )
        )

    def fold(self, event: Event) -> None:
        """Fold an event; an act that can't be done is refused before it is logged."""
        try:
            self.world.fold(event, self.now)
        except InvalidRequestError:
            return
        self.seen.append(event)

    def any_ticket(self, data: st.DataObject) -> Ticket:
        return data.draw(st.sampled_from(sorted(self.world.tickets.values(), key=lambda t: t.id)))

    def open_tickets(self) -> list[Ticket]:
        return [t for t in self.world.tickets.values() if not t.status.is_done]


Factory.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestFactory = Factory.TestCase
