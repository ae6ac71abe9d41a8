from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain.text import text
from chalicelib.routing.roster import (
    Agent,
    AgentState,
    Team,
    back_at,
    capacity_of,
    is_present,
    shift_ended_at,
)

from .people import CALENDARS, NOON, Hours, agent, team


@pytest.mark.parametrize(
    ("fields", "state", "at", "present"),
    [
        ({}, AgentState("lan"), NOON, True),
        ({"away": True}, AgentState("lan"), NOON, False),
        ({}, AgentState("lan", away=True), NOON, False),
        ({"calendar": "day"}, AgentState("lan"), NOON, True),
        ({"calendar": "day"}, AgentState("lan"), NOON + timedelta(hours=5), False),
        ({"calendar": "night"}, AgentState("lan"), NOON, False),
        ({"calendar": "day"}, AgentState("lan", away=True), NOON, False),
    ],
)
def test_an_agent_is_present_in_hours_and_when_not_away(
    fields: dict[str, object], state: AgentState, at: datetime, present: bool
) -> None:
    assert is_present(agent("lan", **fields), state, CALENDARS, at) is present


@pytest.mark.parametrize(("own", "capacity"), [(None, 3), (0, 0), (9, 9)])
def test_a_capacity_set_by_his_own_hand_counts_before_the_desks(
    own: int | None, capacity: int
) -> None:
    assert capacity_of(agent("lan", capacity=3), AgentState("lan", capacity=own)) == capacity


@pytest.mark.parametrize(
    ("fields", "away", "at", "back"),
    [
        ({"calendar": "day"}, False, NOON, None),  # present
        ({}, False, NOON, None),
        ({"calendar": "day"}, False, NOON.replace(hour=18), NOON.replace(day=3, hour=8)),
        ({"calendar": "night"}, False, NOON, NOON.replace(hour=20)),
        ({"calendar": "late"}, False, NOON, NOON.replace(hour=13)),
        ({"calendar": "night"}, True, NOON, None),
        ({"calendar": "night", "away": True}, False, NOON, None),
        ({"away": True}, False, NOON, None),
        ({"calendar": "never"}, False, NOON, None),
    ],
)
def test_only_a_calendar_says_when_an_agent_is_back(
    fields: dict[str, object], away: bool, at: datetime, back: datetime | None
) -> None:
    assert back_at(agent("lan", **fields), AgentState("lan", away=away), CALENDARS, at) == back


@dataclass(frozen=True)
class Closure(Hours):
    """Closed since an hour ago, for so many hours in all; with none, in a shift without an end."""

    length: int | None

    def shift_end(self, at: datetime, break_up_to: timedelta) -> datetime | None:
        if self.length is None:
            return None
        is_break = timedelta(hours=self.length) <= break_up_to
        return at + timedelta(hours=4 if is_break else -1)


@pytest.mark.parametrize(
    ("fields", "hours", "has_ended"),
    [
        ({}, Closure(0, 0, length=2), False),
        ({}, Closure(0, 0, length=3), True),
        ({}, Closure(0, 0, length=None), False),  # nothing but breaks, around the clock
        ({"break_up_to": "4h"}, Closure(0, 0, length=3), False),
        ({"break_up_to": "0s"}, Closure(0, 0, length=1), True),
        ({}, Closure(0, 24, length=2), False),  # open
        ({}, Hours(8, 12), True),
        ({}, Hours(13, 17), True),
    ],
)
def test_a_short_closure_is_a_break_and_a_long_one_ends_the_shift(
    fields: dict[str, Any], hours: Hours, has_ended: bool
) -> None:
    lan = agent("lan", calendar="hers")
    ended_at = shift_ended_at(lan, team("lan", **fields), {"hers": hours}, NOON)
    assert (ended_at is not None) is has_ended
    assert ended_at is None or ended_at <= NOON


def test_the_shift_of_who_is_always_at_work_never_ends() -> None:
    assert shift_ended_at(agent("lan"), team("lan"), {}, NOON) is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"notify": ["sms"]}, r"notify by sms needs a phone: write it as \+84"),
        ({"phone": "0901234567"}, "pattern"),
        ({"email": "lan"}, "pattern"),
        ({"email": "Lan <lan@example.com>"}, "pattern"),
        ({"capacity": -1}, "greater than or equal to 0"),
        ({"language": "fr"}, "'vi' or 'en'"),
        ({"notify": ["fax"]}, "'email' or 'sms'"),
        ({"skill": []}, "Extra inputs"),
        ({"speaks": ["fr"]}, "'vi' or 'en'"),
        ({"channel_capacity": {"zalo": -1}}, "greater than or equal to 0"),
        ({"weight": 0}, "greater than or equal to 1"),
        ({"quiet": "22-7"}, "is not an interval"),
    ],
)
def test_an_agent_says_what_is_wrong_with_it(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        agent("lan", **fields)


def test_an_agent_is_read_as_the_desk_writes_it() -> None:
    lan = agent(
        "lan",
        phone="+84901234567",
        notify=["email", "sms"],
        skills=["refund"],
        speaks=["en"],
        channel_capacity={"zalo": 2},
        quiet="22:00-07:00",
    )
    assert lan.notify == ("email", "sms")
    assert (lan.language, lan.capacity, lan.weight) == ("vi", 10, 1)
    assert str(lan.quiet) == "22:00-07:00"
    assert Agent.model_validate_json(lan.model_dump_json()) == lan


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"strategy": "random"}, "'least_loaded', 'round_robin', 'weighted' or 'longest_idle'"),
        ({"acknowledge_within": "0s"}, "no time at all: write 5m"),
        ({"acknowledge_within": 5}, "has no unit"),
        ({"give_back": "some"}, "'never', 'unanswered' or 'all'"),
    ],
)
def test_a_team_says_what_is_wrong_with_it(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        team("lan", **fields)


def test_a_team_is_read_as_the_desk_writes_it() -> None:
    plain = team("lan")
    assert (plain.strategy, plain.give_back) == ("least_loaded", "unanswered")
    assert (plain.acknowledge_within, plain.break_up_to) == (None, timedelta(hours=2))
    shop = team("lan", acknowledge_within="15m", break_up_to="1h", backup="minh", manager="hoa")
    assert shop.acknowledge_within == timedelta(minutes=15)
    assert Team.model_validate_json(shop.model_dump_json()) == shop


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Shop", {"vi": "Shop", "en": "Shop"}),
        ({"vi": "Cửa hàng", "en": "Shop"}, {"vi": "Cửa hàng", "en": "Shop"}),
        ({"vi": "Cửa hàng"}, {"vi": "Cửa hàng", "en": "Cửa hàng"}),
        ({"en": "Shop"}, {"vi": "Shop", "en": "Shop"}),
    ],
)
def test_a_name_is_in_both_languages(written: object, read: dict[str, str]) -> None:
    shop = team("lan", name=written)
    assert shop.name == text(written) == read
    assert Team.model_validate_json(shop.model_dump_json()) == shop


@pytest.mark.parametrize("written", ["", " ", {}, {"vi": ""}, {"fr": "x"}, 7, None, ["x"]])
def test_a_name_is_never_empty(written: object) -> None:
    with pytest.raises(ValidationError, match="write"):
        team("lan", name=written)
