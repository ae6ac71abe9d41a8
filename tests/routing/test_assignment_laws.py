"""What holds in every roster, at every need."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.routing.assignment import Assignment, Need, assign, candidates, stand_in
from chalicelib.routing.roster import AgentState, Roster

from .people import NOON, agent, roster, team

LAW = settings(max_examples=50, deadline=None)
NAMES = ("an", "binh", "chi", "dung")
SKILLS = ("refund", "glaze")
CHANNELS = ("zalo", "email")
PER_CHANNEL = st.sampled_from(({}, {"zalo": 0}, {"zalo": 1}, {"zalo": 2, "email": 1}))
STRATEGIES = ("least_loaded", "round_robin", "weighted", "longest_idle")


@dataclass(frozen=True)
class Morning:
    need: Need
    people: Roster
    live: Mapping[str, AgentState]

    def assign(self) -> Assignment:
        return assign(self.need, self.people, self.live, NOON)

    def is_able(self, name: str) -> bool:
        one = self.people.agents[name]
        return set(self.need.skills) <= set(one.skills) and (
            not one.speaks or self.need.language in one.speaks
        )

    def is_there(self, name: str) -> bool:
        one, state = self.people.agents[name], self.live.get(name)
        is_out = one.away or (state is not None and state.away) or one.calendar == "night"
        return not is_out and name not in self.need.dropped

    def limits(self, name: str) -> tuple[int, int]:
        """Return how many he takes, in all and of the channel."""
        one, state = self.people.agents[name], self.live.get(name, AgentState(name))
        in_all = one.capacity if state.capacity is None else state.capacity
        return in_all, one.channel_capacity.get(self.need.channel, 99)

    def has_room(self, name: str) -> bool:
        state = self.live.get(name, AgentState(name))
        in_all, of_channel = self.limits(name)
        return state.load < in_all and state.by_channel.get(self.need.channel, 0) < of_channel

    def may_take(self, name: str) -> bool:
        return self.is_there(name) and self.has_room(name)

    @property
    def able(self) -> list[str]:
        return [name for name in self.people.teams["shop"].members if self.is_able(name)]

    @property
    def substitutes(self) -> list[str]:
        gone = [name for name in self.able if not self.is_there(name)]
        backups = [self.people.agents[name].backup for name in gone]
        shop = self.people.teams["shop"]
        waited_for = [one for one in self.able if one not in gone and min(self.limits(one)) > 0]
        heads = [] if waited_for else [shop.backup, shop.lead]
        return [name for name in (*backups, *heads) if name is not None]


def some(*names: str) -> st.SearchStrategy[tuple[str, ...]]:
    sizes = range(len(names) + 1)
    return st.sampled_from([order for size in sizes for order in permutations(names, size)])


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    agents = {
        name: agent(
            name,
            capacity=draw(st.integers(0, 3)),
            channel_capacity=draw(PER_CHANNEL),
            skills=draw(some(*SKILLS)),
            speaks=draw(some("vi", "en")),
            backup=draw(st.sampled_from((None, *(one for one in NAMES if one != name)))),
            calendar=draw(st.sampled_from((None, "day", "night"))),
            away=draw(st.sampled_from((False, False, True))),
        )
        for name in NAMES
    }
    shop = team(
        *draw(some(*NAMES)),
        lead=draw(st.sampled_from(NAMES)),
        backup=draw(st.sampled_from((None, *NAMES))),
        strategy=draw(st.sampled_from(STRATEGIES)),
    )
    return roster(agents, shop=shop)


@st.composite
def live_states(draw: st.DrawFn) -> dict[str, AgentState]:
    times = st.sampled_from((None, *(NOON - timedelta(hours=count) for count in range(3))))
    return {
        name: AgentState(
            name,
            load=draw(st.integers(0, 4)),
            by_channel=draw(PER_CHANNEL),
            away=draw(st.sampled_from((False, False, True))),
            capacity=draw(st.sampled_from((None, None, 0, 2, 5))),
            assigned_at=draw(times),
            active_at=draw(times),
        )
        for name in draw(some(*NAMES))
    }


def needs() -> st.SearchStrategy[Need]:
    return st.builds(
        Need,
        st.just("shop"),
        skills=some(*SKILLS),
        language=st.sampled_from(("vi", "en")),
        channel=st.sampled_from(("", *CHANNELS)),
        preferred=some("", "left-us", *NAMES),
        dropped=some(*NAMES),
    )


def mornings() -> st.SearchStrategy[Morning]:
    return st.builds(Morning, needs(), rosters(), live_states())


@LAW
@given(mornings())
def test_nobody_who_fails_a_test_is_ever_chosen(morning: Morning) -> None:
    found = morning.assign()
    assert found.reason
    if found.agent_id is not None:
        assert morning.may_take(found.agent_id)
        assert found.agent_id in candidates("shop", morning.people)
        assert found.agent_id in morning.able or found.agent_id in morning.substitutes


@LAW
@given(mornings())
def test_a_ticket_is_parked_only_when_nobody_could_take_it(morning: Morning) -> None:
    found = morning.assign()
    takers = [name for name in morning.able if morning.may_take(name)]
    if takers:
        assert found.agent_id in takers
        assert found.backup_for is None
    else:
        others = [name for name in morning.substitutes if morning.may_take(name)]
        assert found.agent_id == (others[0] if others else None)


@LAW
@given(mornings())
def test_the_preferred_come_first_whenever_they_may(morning: Morning) -> None:
    wanted = [
        name for name in morning.need.preferred if name in morning.able and morning.may_take(name)
    ]
    if wanted:
        assert morning.assign().agent_id == wanted[0]


@LAW
@given(mornings())
def test_who_let_it_drop_never_gets_it_again(morning: Morning) -> None:
    had = list(morning.need.dropped)
    while (found := morning.assign().agent_id) is not None:
        assert found not in had
        had.append(found)
        morning = replace(morning, need=replace(morning.need, dropped=tuple(had)))


@LAW
@given(mornings())
def test_every_member_is_told_of(morning: Morning) -> None:
    told = [one.split(maxsplit=1)[0] for one in morning.assign().considered]
    members = morning.people.teams["shop"].members
    assert told[: len(members)] == list(members)


@LAW
@given(mornings())
def test_only_a_parked_ticket_waits_and_never_for_the_past(morning: Morning) -> None:
    found = morning.assign()
    if found.again_at is not None:
        assert found.agent_id is None
        assert found.again_at > NOON


@LAW
@given(mornings(), st.randoms())
def test_the_choice_depends_on_nothing_but_the_facts(
    morning: Morning, shuffled: random.Random
) -> None:
    def mixed(known: Mapping[str, Any]) -> dict[str, Any]:
        return {name: known[name] for name in shuffled.sample(list(known), len(known))}

    people = morning.people
    needed = candidates("shop", people)
    other = Morning(
        morning.need,
        Roster(mixed(people.agents), mixed(people.teams), mixed(people.calendars)),
        mixed({name: state for name, state in morning.live.items() if name in needed}),
    )
    assert other.assign() == morning.assign()


@LAW
@given(mornings(), st.sampled_from(NAMES))
def test_a_stand_in_is_the_owner_or_his_backup_with_room(morning: Morning, owner: str) -> None:
    found = stand_in(owner, morning.need, morning.people, morning.live, NOON)
    backup = morning.people.agents[owner].backup
    if morning.is_there(owner):
        assert (found.agent_id, found.backup_for) == (owner, None)
    elif backup is not None and morning.may_take(backup):
        assert (found.agent_id, found.backup_for) == (backup, owner)
    else:
        assert found.agent_id is None


def handed_out(people: Roster, live: Mapping[str, AgentState]) -> Iterator[str]:
    """Yield who gets one ticket after another, a minute apart, while there is room."""
    live, now, need = dict(live), NOON, Need("shop")
    while (chosen := assign(need, people, live, now).agent_id) is not None:
        yield chosen
        state = live.get(chosen, AgentState(chosen))
        live[chosen] = replace(state, load=state.load + 1, assigned_at=now, active_at=now)
        now += timedelta(minutes=1)


@LAW
@given(rosters())
def test_handing_out_tickets_one_by_one_fills_everybody_and_stops(people: Roster) -> None:
    full = Counter(handed_out(people, {}))
    morning = Morning(Need("shop"), people, {n: AgentState(n, load=full[n]) for n in full})
    assert morning.assign().agent_id is None
    assert all(count <= people.agents[name].capacity for name, count in full.items())
    assert not any(morning.may_take(name) for name in morning.able)


def crew(strategy: str, *weights: int) -> Roster:
    agents = {f"a{n}": agent(f"a{n}", capacity=12, weight=w) for n, w in enumerate(weights)}
    return roster(agents, shop=team(*agents, lead="a0", strategy=strategy))


@pytest.mark.parametrize("strategy", ["round_robin", "least_loaded", "longest_idle"])
@LAW
@given(size=st.integers(1, 6))
def test_the_spread_is_never_more_than_one_ticket(strategy: str, size: int) -> None:
    people = crew(strategy, *[1] * size)
    had = Counter(dict.fromkeys(people.agents, 0))
    for chosen in handed_out(people, {}):
        had[chosen] += 1
        assert max(had.values()) - min(had.values()) <= 1
    assert had.total() == 12 * size


@LAW
@given(st.lists(st.integers(-300, -1), min_size=2, max_size=5))
def test_turns_go_round_whatever_came_before(minutes: list[int]) -> None:
    people = crew("round_robin", *[1] * len(minutes))
    past: dict[str, datetime] = {
        name: NOON + timedelta(minutes=ago)
        for name, ago in zip(people.agents, minutes, strict=True)
    }
    live = {name: AgentState(name, assigned_at=at) for name, at in past.items()}
    turns = handed_out(people, live)
    first = [next(turns) for _ in minutes]
    assert sorted(first) == sorted(people.agents)
    assert [past[name] for name in first] == sorted(past.values())
    assert [next(turns) for _ in minutes] == first


@LAW
@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
def test_shares_are_by_weight_to_within_a_ticket(weights: list[int]) -> None:
    """Nobody is a whole ticket behind his share, and a full round is shared exactly."""
    people, total = crew("weighted", *weights), sum(weights)
    had: Counter[str] = Counter()
    turns = handed_out(people, {})
    for count in range(1, 2 * total + 1):
        had[next(turns)] += 1
        for name, one in people.agents.items():
            assert had[name] > count * one.weight / total - 1
    assert had == {name: 2 * one.weight for name, one in people.agents.items()}
