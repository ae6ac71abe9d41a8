"""The order of each strategy: tables of mornings in a shop."""

from datetime import datetime, timedelta

import pytest

from chalicelib.routing.assignment import Assignment, Need, assign
from chalicelib.routing.roster import AgentState

from .people import NOON, SHOP, agent, roster, states, team

ORDER = "tie-break: order of the team"


@pytest.mark.parametrize(
    ("loads", "chosen", "considered"),
    [
        ({}, "lan", ("lan 0/5", "minh 0/5", "hoa 0/2", ORDER)),
        ({"lan": 1}, "minh", ("lan 1/5", "minh 0/5", "hoa 0/2", ORDER)),
        ({"lan": 2, "minh": 1, "hoa": 1}, "minh", ("lan 2/5", "minh 1/5", "hoa 1/2")),
        ({"lan": 3, "minh": 3, "hoa": 1}, "hoa", ("lan 3/5", "minh 3/5", "hoa 1/2")),
    ],
)
def test_the_least_loaded_for_his_capacity_is_chosen(
    loads: dict[str, int], chosen: str, considered: tuple[str, ...]
) -> None:
    found = assign(Need("shop"), SHOP, states((), **loads), NOON)
    assert found == Assignment(chosen, "least loaded of 3", considered=considered)


def test_of_equally_full_the_one_with_fewer_tickets_is_chosen() -> None:
    big_first = roster(
        {"lan": agent("lan", capacity=10), "minh": agent("minh", capacity=5)},
        shop=team("lan", "minh"),
    )
    found = assign(Need("shop"), big_first, states(lan=2, minh=1), NOON)
    assert (found.agent_id, found.considered[-1]) == ("minh", "tie-break: fewer tickets")


@pytest.mark.parametrize(
    ("assigned", "chosen", "considered"),
    [
        ({}, "lan", ("lan 0/10", "minh 0/10", "hoa 0/10", ORDER)),
        ({"lan": 1}, "minh", ("lan 0/10", "minh 0/10", "hoa 0/10", ORDER)),
        ({"lan": 1, "minh": 2}, "hoa", ("lan 0/10", "minh 0/10", "hoa 0/10")),
        ({"lan": 2, "minh": 3, "hoa": 1}, "minh", ("lan 0/10", "minh 0/10", "hoa 0/10")),
        ({"lan": 2, "minh": 2, "hoa": 1}, "lan", ("lan 0/10", "minh 0/10", "hoa 0/10", ORDER)),
    ],
)
def test_in_turn_comes_whose_last_ticket_is_longest_ago(
    assigned: dict[str, int], chosen: str, considered: tuple[str, ...]
) -> None:
    names = ("lan", "minh", "hoa")
    turns = roster({name: agent(name) for name in names}, shop=team(*names, strategy="round_robin"))
    live = {name: AgentState(name, assigned_at=at) for name, at in hours_ago(**assigned).items()}
    found = assign(Need("shop"), turns, live, NOON)
    assert found == Assignment(chosen, "round robin of 3", considered=considered)


@pytest.mark.parametrize(
    ("loads", "chosen", "considered"),
    [
        ({}, "lan", ("lan 0/10", "minh 0/10")),
        ({"lan": 1}, "lan", ("lan 1/10", "minh 0/10")),
        ({"lan": 2}, "lan", ("lan 2/10", "minh 0/10", ORDER)),
        ({"lan": 3}, "minh", ("lan 3/10", "minh 0/10")),
        ({"lan": 3, "minh": 1}, "lan", ("lan 3/10", "minh 1/10")),
    ],
)
def test_by_weight_one_of_three_parts_to_minh_and_the_rest_to_lan(
    loads: dict[str, int], chosen: str, considered: tuple[str, ...]
) -> None:
    weighed = roster(
        {"lan": agent("lan", weight=3), "minh": agent("minh")},
        shop=team("lan", "minh", strategy="weighted"),
    )
    found = assign(Need("shop"), weighed, states((), **loads), NOON)
    assert found == Assignment(chosen, "by weight of 2", considered=considered)


@pytest.mark.parametrize(
    ("active", "chosen", "tie_break"),
    [
        ({}, "lan", (ORDER,)),
        ({"lan": 5}, "minh", ()),
        ({"lan": 5, "minh": 1}, "lan", ()),
        ({"lan": 1, "minh": 5}, "minh", ()),
        ({"lan": 5, "minh": 5}, "lan", (ORDER,)),
    ],
)
def test_the_longest_idle_is_whose_work_changed_longest_ago(
    active: dict[str, int], chosen: str, tie_break: tuple[str, ...]
) -> None:
    idle = roster(
        {"lan": agent("lan"), "minh": agent("minh")},
        shop=team("lan", "minh", strategy="longest_idle"),
    )
    live = {name: AgentState(name, active_at=at) for name, at in hours_ago(**active).items()}
    found = assign(Need("shop"), idle, live, NOON)
    considered = ("lan 0/10", "minh 0/10", *tie_break)
    assert found == Assignment(chosen, "longest idle of 2", considered=considered)


@pytest.mark.parametrize("strategy", ["least_loaded", "round_robin", "weighted", "longest_idle"])
def test_of_one_who_is_free_no_strategy_says_more(strategy: str) -> None:
    alone = roster(
        {"lan": agent("lan"), "minh": agent("minh", away=True)},
        shop=team("minh", "lan", strategy=strategy),
    )
    found = assign(Need("shop"), alone, {}, NOON)
    assert found == Assignment("lan", "the only one free", considered=("minh absent", "lan 0/10"))


def hours_ago(**hours: int) -> dict[str, datetime]:
    return {name: NOON - timedelta(hours=ago) for name, ago in hours.items()}


def test_a_lot_decides_between_equals_the_same_way_each_time() -> None:
    def drawn(lot: str) -> Assignment:
        return assign(Need("shop", lot=lot), SHOP, states(hoa=1), NOON)

    found = {lot: drawn(f"{lot}") for lot in range(40)}
    assert found == {lot: drawn(f"{lot}") for lot in range(40)}
    assert {one.agent_id for one in found.values()} == {"lan", "minh"}
    assert {one.considered[-1] for one in found.values()} == {"tie-break: drawn by lot"}


def test_no_lot_makes_up_for_another_ticket() -> None:
    for lot in range(40):
        found = assign(Need("shop", lot=f"{lot}"), SHOP, states(lan=1, minh=2, hoa=1), NOON)
        assert (found.agent_id, found.considered[-1]) == ("lan", "hoa 1/2")
