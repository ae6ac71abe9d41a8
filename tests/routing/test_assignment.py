"""Assignment: a table of mornings in a shop, and what holds in every roster."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import ConfigurationError
from chalicelib.routing.assignment import Assignment, assign, candidates, stand_in
from chalicelib.routing.roster import AgentState, Roster, is_present

from .people import NOON, agent, roster, states, team

SHOP = roster(
    {
        "an": agent("an", capacity=3),
        "lan": agent("lan", capacity=5, backup="minh"),
        "minh": agent("minh", capacity=5, skills=["refund"]),
        "hoa": agent("hoa", capacity=2, skills=["refund", "english"], backup="tu"),
        "tu": agent("tu", capacity=1, calendar="day"),
        "dem": agent("dem", calendar="night", backup="lan"),
    },
    shop=team("lan", "minh", "hoa"),
    returns=team("hoa"),
    nights=team("dem", lead="lan"),
    empty=team(),
)


@pytest.mark.parametrize(
    ("loads", "chosen", "reason"),
    [
        ({}, "lan", "least loaded of 3: lan 0/5, minh 0/5, hoa 0/2"),
        ({"lan": 1}, "minh", "least loaded of 3: minh 0/5, hoa 0/2, lan 1/5"),
        ({"lan": 2, "minh": 2, "hoa": 1}, "lan", "least loaded of 3: lan 2/5, minh 2/5, hoa 1/2"),
        ({"lan": 3, "minh": 3, "hoa": 1}, "hoa", "least loaded of 3: hoa 1/2, lan 3/5, minh 3/5"),
        ({"lan": 5, "hoa": 2}, "minh", "the only one free: minh 0/5"),
        ({"lan": 9, "minh": 4, "hoa": 2}, "minh", "the only one free: minh 4/5"),
    ],
)
def test_the_least_loaded_for_his_capacity_is_chosen(
    loads: dict[str, int], chosen: str, reason: str
) -> None:
    assert assign("shop", (), SHOP, states((), **loads), NOON) == Assignment(chosen, reason)


def test_of_equally_full_the_one_with_fewer_tickets_is_chosen() -> None:
    big_first = roster(
        {"lan": agent("lan", capacity=10), "minh": agent("minh", capacity=5)},
        shop=team("lan", "minh"),
    )
    assert assign("shop", (), big_first, states(lan=2, minh=1), NOON).agent_id == "minh"


@pytest.mark.parametrize(
    ("skills", "chosen"),
    [
        ((), "lan"),
        (("refund",), "minh"),
        (("refund", "english"), "hoa"),
        (("english", "refund"), "hoa"),
    ],
)
def test_only_who_has_all_the_skills_is_chosen(skills: tuple[str, ...], chosen: str) -> None:
    assert assign("shop", skills, SHOP, {}, NOON).agent_id == chosen


@pytest.mark.parametrize(
    ("team_id", "away", "loads", "expected"),
    [
        (
            "returns",
            ("hoa",),
            {},
            Assignment("tu", "backup for hoa, who is absent: tu 0/1", "hoa"),
        ),
        ("shop", ("lan",), {}, Assignment("minh", "least loaded of 2: minh 0/5, hoa 0/2")),
        (  # minh is a member himself: full, so no backup either
            "shop",
            ("lan",),
            {"minh": 5, "hoa": 2},
            Assignment(None, "nobody free in shop: lan absent, minh 5/5, hoa 2/2"),
        ),
        (
            "shop",
            ("lan", "minh", "hoa"),
            {},
            Assignment("tu", "backup for hoa, who is absent: tu 0/1", "hoa"),
        ),
        (  # off shift by his calendar
            "nights",
            (),
            {},
            Assignment("lan", "backup for dem, who is absent: lan 0/5", "dem"),
        ),
        (
            "returns",
            ("hoa",),
            {"tu": 1},
            Assignment(None, "nobody free in returns: hoa absent"),
        ),
        (
            "returns",
            ("hoa", "tu"),
            {},
            Assignment(None, "nobody free in returns: hoa absent"),
        ),
        (  # present but full: the backup is for absence
            "returns",
            (),
            {"hoa": 2},
            Assignment(None, "nobody free in returns: hoa 2/2"),
        ),
        ("empty", (), {}, Assignment(None, "nobody in empty has the skills")),
    ],
)
def test_a_backup_stands_in_or_the_ticket_is_parked(
    team_id: str, away: tuple[str, ...], loads: dict[str, int], expected: Assignment
) -> None:
    assert assign(team_id, (), SHOP, states(away, **loads), NOON) == expected


def test_a_backup_of_several_stands_in_for_the_first_of_them() -> None:
    pair = roster(
        {
            "lan": agent("lan", backup="tu"),
            "minh": agent("minh", backup="tu"),
            "tu": agent("tu"),
        },
        shop=team("minh", "lan"),
    )
    found = assign("shop", (), pair, states(("lan", "minh")), NOON)
    assert (found.agent_id, found.backup_for) == ("tu", "minh")


def test_a_skill_nobody_has_parks_the_ticket() -> None:
    found = assign("shop", ("thai",), SHOP, {}, NOON)
    assert found == Assignment(None, "nobody in shop has the skills")


def test_an_agent_without_capacity_gets_nothing() -> None:
    closed = roster({"lan": agent("lan", capacity=0)}, shop=team("lan"))
    assert assign("shop", (), closed, {}, NOON).agent_id is None


@pytest.mark.parametrize(
    ("away", "loads", "expected"),
    [
        ((), {}, Assignment("lan", "the owner is present: lan 0/5")),
        ((), {"lan": 9}, Assignment("lan", "the owner is present: lan 9/5")),
        (("lan",), {}, Assignment("minh", "backup for lan, who is absent: minh 0/5", "lan")),
        (
            ("lan",),
            {"minh": 5},
            Assignment(None, "the owner is absent and no backup is free: lan"),
        ),
        (
            ("lan", "minh"),
            {},
            Assignment(None, "the owner is absent and no backup is free: lan"),
        ),
    ],
)
def test_an_owner_keeps_his_ticket_or_his_backup_takes_it(
    away: tuple[str, ...], loads: dict[str, int], expected: Assignment
) -> None:
    assert stand_in("lan", SHOP, states(away, **loads), NOON) == expected


def test_an_owner_who_has_left_the_desk_has_no_stand_in() -> None:
    assert stand_in("gone", SHOP, {}, NOON).agent_id is None


@pytest.mark.parametrize(
    ("team_id", "needed"),
    [
        ("shop", ("lan", "minh", "hoa", "tu", "an")),
        ("nights", ("dem", "lan")),
        ("empty", ("an",)),
    ],
)
def test_candidates_are_members_their_backups_and_the_lead(
    team_id: str, needed: tuple[str, ...]
) -> None:
    assert candidates(team_id, SHOP) == needed


def test_an_unknown_team_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="no team 'gone'"):
        assign("gone", (), SHOP, {}, NOON)
    with pytest.raises(ConfigurationError, match="no team 'gone'"):
        candidates("gone", SHOP)


LAW = settings(max_examples=50, deadline=None)
NAMES = ("an", "binh", "chi", "dung", "em")
SKILLS = ("refund", "english")


@st.composite
def mornings(draw: st.DrawFn) -> tuple[Roster, dict[str, AgentState], tuple[str, ...]]:
    agents = {
        name: agent(
            name,
            capacity=draw(st.integers(0, 3)),
            skills=draw(st.lists(st.sampled_from(SKILLS), unique=True)),
            backup=draw(st.sampled_from((None, *(one for one in NAMES if one != name)))),
            calendar=draw(st.sampled_from((None, "day", "night"))),
            away=draw(st.sampled_from((False, False, True))),
        )
        for name in NAMES
    }
    members = draw(st.lists(st.sampled_from(NAMES), unique=True))
    known = draw(st.lists(st.sampled_from(NAMES), unique=True))
    live = {
        name: AgentState(name, draw(st.integers(0, 4)), draw(st.sampled_from((False, True))))
        for name in known
    }
    needed = draw(st.lists(st.sampled_from(SKILLS), unique=True))
    return roster(agents, shop=team(*members)), live, tuple(needed)


Morning = tuple[Roster, dict[str, AgentState], tuple[str, ...]]


@LAW
@given(mornings())
def test_nobody_absent_or_full_is_ever_chosen(morning: Morning) -> None:
    people, live, skills = morning
    found = assign("shop", skills, people, live, NOON)
    if found.agent_id is not None:
        assert has_room(found.agent_id, people, live)
        assert found.agent_id in candidates("shop", people)
    assert found.reason


@LAW
@given(mornings())
def test_a_ticket_is_parked_only_when_no_member_could_take_it(morning: Morning) -> None:
    people, live, skills = morning
    found = assign("shop", skills, people, live, NOON)
    able = [
        name
        for name in people.teams["shop"].members
        if has_room(name, people, live) and set(skills) <= set(people.agents[name].skills)
    ]
    if able:
        assert found.agent_id in able
        assert found.backup_for is None
    elif found.agent_id is not None:
        assert found.backup_for is not None
        assert people.agents[found.backup_for].backup == found.agent_id


@LAW
@given(mornings(), st.randoms())
def test_the_choice_depends_on_nothing_but_the_facts(
    morning: Morning, shuffled: random.Random
) -> None:
    people, live, skills = morning
    names = list(live)
    shuffled.shuffle(names)
    other_order = {name: live[name] for name in names}
    needed = {name: live[name] for name in candidates("shop", people) if name in live}
    first = assign("shop", skills, people, live, NOON)
    assert assign("shop", reversed(skills), people, other_order, NOON) == first
    assert assign("shop", skills, people, needed, NOON) == first


@LAW
@given(mornings(), st.sampled_from(NAMES))
def test_a_backup_of_an_owner_is_present_and_has_room(morning: Morning, owner: str) -> None:
    people, live, _ = morning
    found = stand_in(owner, people, live, NOON)
    if found.agent_id == owner:
        assert found.backup_for is None
    elif found.agent_id is not None:
        assert found.backup_for == owner
        assert has_room(found.agent_id, people, live)


@LAW
@given(mornings())
def test_handing_out_tickets_one_by_one_fills_everybody_and_stops(morning: Morning) -> None:
    people, live, _ = morning
    handed_out = 0
    while (chosen := assign("shop", (), people, live, NOON).agent_id) is not None:
        state = live.get(chosen, AgentState(chosen))
        live = {**live, chosen: AgentState(chosen, state.load + 1, state.away)}
        handed_out += 1
    assert handed_out <= sum(one.capacity for one in people.agents.values())
    assert not any(has_room(name, people, live) for name in people.teams["shop"].members)


def has_room(name: str, people: Roster, live: dict[str, AgentState]) -> bool:
    state = live.get(name, AgentState(name))
    one = people.agents[name]
    return is_present(one, state, people.calendars, NOON) and state.load < one.capacity
