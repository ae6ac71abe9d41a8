"""How an agent stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.routing.roster import AgentState
from chalicelib.views.presence import Standing, presence
from tests.desk.factory import factory

DESK = factory()
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09:00 in Saigon, Lan's shift
NIGHT = MONDAY + timedelta(hours=12)


@pytest.mark.parametrize(
    ("away", "at", "standing"),
    [
        (False, MONDAY, Standing.HERE),
        (True, MONDAY, Standing.AWAY),
        (False, NIGHT, Standing.OFF),
        (True, NIGHT, Standing.AWAY),
    ],
)
def test_an_agent_is_here_away_or_off(away: bool, at: datetime, standing: Standing) -> None:
    state = AgentState("lan", away=away)
    assert presence(DESK.agents["lan"], state, DESK.calendars, at).standing is standing


def test_what_he_set_himself_stands_over_what_the_desk_says() -> None:
    lan, state = DESK.agents["lan"], AgentState("lan", load=2)
    usual = presence(lan, state, DESK.calendars, MONDAY)
    assert (usual.load, usual.capacity, usual.own_capacity, usual.usual_capacity) == (2, 3, None, 3)
    own = presence(lan, replace(state, capacity=0), DESK.calendars, MONDAY)
    assert (own.capacity, own.own_capacity) == (0, 0)
