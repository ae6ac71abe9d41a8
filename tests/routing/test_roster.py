from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError

from chalicelib.domain.text import text
from chalicelib.routing.roster import Agent, AgentState, Team, is_present

from .people import CALENDARS, NOON, agent, team


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
    ],
)
def test_an_agent_says_what_is_wrong_with_it(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        agent("lan", **fields)


def test_an_agent_is_read_as_the_desk_writes_it() -> None:
    lan = agent("lan", phone="+84901234567", notify=["email", "sms"], skills=["refund"])
    assert lan.notify == ("email", "sms")
    assert (lan.language, lan.capacity) == ("vi", 10)
    assert Agent.model_validate_json(lan.model_dump_json()) == lan


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
