"""The tests at which an agent can fall out, and in which order he meets them."""

from datetime import timedelta

import pytest

from chalicelib.routing.assignment import Assignment, Need, assign
from chalicelib.routing.roster import AgentState

from .people import NOON, SHOP, agent, roster, team

CROWD = roster(
    {
        "an": agent("an"),
        "lan": agent("lan", capacity=5, channel_capacity={"telegram": 2, "zalo": 0}),
        "minh": agent("minh", capacity=5, calendar="day", skills=["refund"], speaks=["vi"]),
        "hoa": agent("hoa", capacity=5, away=True),
    },
    shop=team("lan", "minh", "hoa"),
)


@pytest.mark.parametrize(
    ("need", "live", "told"),
    [
        (Need("shop", ("refund",)), {}, "lan no skill refund"),
        (Need("shop", ("refund", "thai")), {}, "minh no skill thai"),
        (Need("shop", ("glaze", "thai")), {}, "lan no skill glaze, thai"),
        (Need("shop", language="en"), {}, "minh speaks no en"),
        (Need("shop", dropped=("lan",)), {}, "lan let it drop"),
        (Need("shop"), {}, "hoa absent"),  # by the desk
        (Need("shop"), {"lan": AgentState("lan", away=True)}, "lan absent"),
        (Need("shop"), {"lan": AgentState("lan", load=5)}, "lan full 5/5"),
        (Need("shop"), {"lan": AgentState("lan", load=9)}, "lan full 9/5"),
        (Need("shop"), {"lan": AgentState("lan", load=2, capacity=2)}, "lan full 2/2"),
        (Need("shop"), {"lan": AgentState("lan", capacity=0)}, "lan full 0/0"),
        (Need("shop"), {"lan": AgentState("lan", load=-1, capacity=0)}, "lan full -1/0"),
        (
            Need("shop", channel="telegram"),
            {"lan": AgentState("lan", load=2, by_channel={"telegram": 2})},
            "lan full on telegram 2/2",
        ),
        (Need("shop", channel="zalo"), {}, "lan full on zalo 0/0"),
        # at the first test he fails, in the order of this table
        (Need("shop", ("refund",), dropped=("lan",)), {}, "lan no skill refund"),
        (Need("shop", ("thai",), "en"), {}, "minh no skill thai"),
        (Need("shop", dropped=("hoa",)), {}, "hoa let it drop"),
        (Need("shop"), {"lan": AgentState("lan", load=5, away=True)}, "lan absent"),
        (Need("shop", channel="zalo"), {"lan": AgentState("lan", load=5)}, "lan full on zalo 0/0"),
    ],
)
def test_an_agent_falls_out_at_the_first_test_that_he_fails(
    need: Need, live: dict[str, AgentState], told: str
) -> None:
    found = assign(need, CROWD, live, NOON)
    assert told in found.considered
    assert found.agent_id != told.split(maxsplit=1)[0]


def test_outside_his_hours_an_agent_is_absent() -> None:
    found = assign(Need("shop"), CROWD, {}, NOON + timedelta(hours=6))
    assert found == Assignment(
        "lan", "the only one free", considered=("lan 0/5", "minh absent", "hoa absent")
    )


@pytest.mark.parametrize(
    ("state", "channel", "chosen"),
    [
        (AgentState("lan", by_channel={"telegram": 1}), "telegram", "lan"),
        (AgentState("lan", by_channel={"telegram": 2}), "telegram", "minh"),
        (AgentState("lan", by_channel={"telegram": 2}), "email", "lan"),  # a channel of its own
        (AgentState("lan", by_channel={"email": 40}), "email", "lan"),  # without a limit
        (AgentState("lan", load=5, capacity=9), "email", "minh"),  # 5/9 is more than 0/5
        (AgentState("lan", load=5, capacity=0), "email", "minh"),
    ],
)
def test_room_is_counted_in_all_and_by_channel(
    state: AgentState, channel: str, chosen: str
) -> None:
    assert assign(Need("shop", channel=channel), CROWD, {"lan": state}, NOON).agent_id == chosen


def test_his_own_capacity_opens_what_the_desk_had_closed() -> None:
    closed = roster({"lan": agent("lan", capacity=0)}, shop=team("lan", lead="lan"))
    assert assign(Need("shop"), closed, {}, NOON).agent_id is None
    live = {"lan": AgentState("lan", capacity=1)}
    assert assign(Need("shop"), closed, live, NOON).agent_id == "lan"


@pytest.mark.parametrize(
    ("skills", "language", "chosen"),
    [
        ((), "vi", "lan"),
        (("refund",), "vi", "minh"),
        (("refund", "glaze"), "vi", "hoa"),
        (("glaze", "refund"), "vi", "hoa"),
        (("glaze",), "en", "an"),  # the one who knows speaks no English: the lead sees to it
        ((), "fr", "lan"),  # who names no language is asked for any
    ],
)
def test_only_who_has_all_the_skills_and_the_language_is_chosen(
    skills: tuple[str, ...], language: str, chosen: str
) -> None:
    assert assign(Need("shop", skills, language), SHOP, {}, NOON).agent_id == chosen
