"""A replay decides what production would: the same decisions, on the same tickets, in order."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.desk.decision import Decision
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentAway,
    AgentBack,
    AgentPended,
    AgentReopened,
    AgentReplied,
    AgentResolved,
    AgentTakes,
    Logged,
)
from chalicelib.domain.tickets import Status, TimelineEntry
from infra.whatif.history import History, of_period
from infra.whatif.period import Period
from infra.whatif.replay import Replay
from tests.conftest import START
from tests.desk.events import message, said_of_himself
from tests.desk.factory import factory
from tests.desks import shop
from tests.infra.whatif.naive import Naive
from tests.infra.whatif.past import at, done, history, written

PATIENT = {"away_after": 99}
"""Nobody is taken for absent: when he is back is the replay's own assumption."""

DESKS = (factory(routing=PATIENT), factory(policies=[], routing=PATIENT))
CUSTOMERS = [Identity("telegram", "hoa-mai", str(n)) for n in range(12)]
TEXTS = ("khiếu nại", "xin chào", "máy không bật được", "gọi lại 0900000000")
ACTS: tuple[tuple[type[Act], dict[str, Any]], ...] = (
    (AgentAcknowledged, {}),
    (AgentReplied, {"text": "dạ"}),
    (AgentResolved, {}),
    (AgentReopened, {}),
    (AgentPended, {}),
    (AgentAssigned, {"to_agent_id": "lan"}),
    (AgentAssigned, {"to_team_id": "tech"}),
    (AgentAssigned, {"to_agent_id": "nobody"}),
)

WRITES = st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(TEXTS))
DOES = st.tuples(st.sampled_from(ACTS), st.integers(0, 12))
SAYS = st.tuples(
    st.sampled_from([(AgentAway, {}), (AgentBack, {}), (AgentTakes, {"capacity": 1})]),
    st.sampled_from(["lan", "minh", "hoa"]),
)
LATER = st.integers(0, 600) | st.integers(0, 40_000)


class Seen:
    """What every decision wrote on the timelines."""

    def __init__(self) -> None:
        self.entries: list[TimelineEntry] = []

    def take(self, decision: Decision, now: datetime) -> None:
        self.entries += decision.entries

    def lines(self, *types: str) -> list[tuple[str, float, str]]:
        """Return what was written, how many minutes after nine, and about whom."""
        return [
            (one.type, (one.at - START) / timedelta(minutes=1), one.detail.get("agent", ""))
            for one in self.entries
            if one.type in types
        ]


@st.composite
def histories(draw: st.DrawFn) -> History:
    now = START
    events: list[Logged] = []
    steps = st.lists(st.tuples(WRITES | DOES | SAYS, LATER), min_size=15, max_size=40)
    for number, ((what, which), later) in enumerate(draw(steps)):
        now += timedelta(seconds=later)
        if isinstance(what, Identity):
            events.append(message(str(which), now, number=number, identity=what))
        elif isinstance(which, str):
            kind, said = what
            events.append(
                kind(id=f"said:{number}", agent_id=which, occurred_at=now, via="page", **said)
            )
        else:
            kind, said = what
            told: dict[str, Any] = {"id": f"act:{number}", "ticket_id": f"T{which}", **said}
            events.append(kind(occurred_at=now, agent_id="lan", via="page", **told))
    return history(*events)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(histories(), st.sampled_from(DESKS))
def test_a_replay_decides_what_production_decides(past: History, desk: Any) -> None:
    seen = Seen()
    replay = Replay(desk, past, [seen])
    replay.run()
    world = Naive(desk, past).run()
    assert seen.entries == world.entries
    assert replay.memory.tickets == world.tickets
    held = {agent: state.load for agent, state in replay.memory.agents.items() if state.load}
    assert held == {agent: load for agent, load in world.loads.items() if load}


def test_an_answer_counts_whoever_owns_the_ticket_here() -> None:
    alone = shop(teams={"care": {**CARE, "members": ["minh"]}, "tech": CARE})
    seen = Seen()
    replay = Replay(alone, history(written(1, 0), done(AgentReplied, 1, 9, text="dạ")), [seen])
    replay.run()
    (ticket,) = replay.memory.tickets.values()
    assert (ticket.assignee_id, ticket.answered_at) == ("minh", at(9))
    assert [one.actor for one in seen.entries if one.type == "message.sent"][-1] == "agent:minh"


CARE = {"name": "Chăm sóc", "calendar": "always", "lead": "hoa", "members": ["lan", "minh"]}
HASTY_TEAMS = {"care": {**CARE, "acknowledge_within": "10m"}, "tech": CARE}
HASTY = shop(teams=HASTY_TEAMS, routing={"away_after": 2})


def test_who_never_acts_lets_it_drop_and_is_back_the_next_day() -> None:
    seen = Seen()
    Replay(HASTY, history(written(1, 0), written(2, 15), written(3, 60)), [seen]).run()
    midnight = 15 * 60
    assert seen.lines("ticket.assigned", "ticket.dropped")[:9] == [
        ("ticket.assigned", 0, "lan"),
        ("ticket.dropped", 10, "lan"),
        ("ticket.assigned", 10, "minh"),
        ("ticket.assigned", 15, "lan"),
        ("ticket.dropped", 20, "minh"),
        ("ticket.dropped", 25, "lan"),
        ("ticket.assigned", 25, "minh"),
        ("ticket.dropped", 35, "minh"),
        ("ticket.assigned", midnight, "lan"),
    ]


def test_who_went_away_by_his_own_word_is_back_by_it() -> None:
    seen = Seen()
    left = said_of_himself(AgentAway, "lan", at(5))
    back = said_of_himself(AgentBack, "lan", at(2 * 24 * 60))
    late = written(2, 2 * 24 * 60 - 1), written(3, 2 * 24 * 60 + 1)
    Replay(shop(), history(left, written(1, 10), *late, back), [seen]).run()
    assert [who for _, _, who in seen.lines("ticket.assigned")] == ["minh", "minh", "lan"]


def test_who_took_what_was_nobodys_has_it_here_too() -> None:
    away = {**shop().model_dump(mode="json")["agents"]}
    nobody = shop(agents={name: {**agent, "away": True} for name, agent in away.items()})
    replay = Replay(nobody, history(written(1, 0), done(AgentAcknowledged, 1, 5)))
    replay.run()
    (ticket,) = replay.memory.tickets.values()
    assert (ticket.assignee_id, ticket.acknowledged_at) == ("lan", at(5))


def test_who_came_and_went_in_the_same_second_is_away_until_he_says_so() -> None:
    said = [said_of_himself(kind, "lan", at(5)) for kind in (AgentBack, AgentAway)]
    later = written(1, 2 * 24 * 60)
    seen = Seen()
    Replay(shop(), history(*said, later), [seen]).run()
    assert [who for _, _, who in seen.lines("ticket.assigned")] == ["minh"]


def test_who_was_taken_for_absent_is_where_he_has_said_since() -> None:
    hasty = shop(teams=HASTY_TEAMS, routing={"away_after": 1})
    tomorrow = 24 * 60
    events = (
        written(1, 0),  # dropped at ten past nine
        said_of_himself(AgentBack, "lan", at(30)),
        said_of_himself(AgentAway, "lan", at(6 * 60)),
        said_of_himself(AgentAway, "minh", at(6 * 60)),
        said_of_himself(AgentBack, "minh", at(tomorrow)),
        written(2, tomorrow + 1),
    )
    seen = Seen()
    Replay(hasty, history(*events, until=at(tomorrow + 5)), [seen]).run()
    assert seen.lines("ticket.assigned")[-1] == ("ticket.assigned", tomorrow + 1, "minh")


def test_what_was_said_before_the_period_holds_in_it() -> None:
    said = said_of_himself(AgentAway, "lan", at(-60))
    events = [(one.occurred_at, one) for one in (said, written(1, 10), written(2, -90))]
    past = of_period(events, Period(since=at(0)), opened={written(1, 10).id: "T1"})
    assert [when for when, _ in past.events] == [at(0), at(10)]
    seen = Seen()
    Replay(shop(), past, [seen]).run()
    assert [who for _, _, who in seen.lines("ticket.assigned")] == ["minh"]


def test_what_somebody_said_of_himself_who_is_gone_is_left_out() -> None:
    replay = Replay(shop(), history(written(1, 0), said_of_himself(AgentAway, "gone", at(1))))
    replay.run()
    assert replay.skipped == {"agent.away": 1}


def test_acts_on_tickets_from_before_are_counted_and_left_out() -> None:
    replay = Replay(shop(), history(written(1, 0), done(AgentResolved, 7, 5)))
    replay.run()
    assert replay.skipped == {"agent.resolved": 1}


def test_what_can_not_be_done_here_is_counted_and_left_out() -> None:
    handed = done(AgentAssigned, 1, 5, to_agent_id="gone")
    replay = Replay(shop(), history(written(1, 0), handed, done(AgentResolved, 1, 9)))
    replay.run()
    assert replay.skipped == {"agent.assigned": 1}
    assert [ticket.status for ticket in replay.memory.tickets.values()] == [Status.RESOLVED]
