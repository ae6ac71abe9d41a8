"""The customers' words go where the story needs them, under the desk that it is told on."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib.config.document import decode, load
from chalicelib.desk.model import Desk
from chalicelib.routing.assignment import Need, assign
from chalicelib.routing.classify import Said, classify
from chalicelib.routing.roster import AgentState
from infra.demo.cast import SCREENSHOT_BASE64, customers
from infra.demo.story import STAND_IN

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PEOPLE = customers(NOW)


@pytest.fixture(scope="module")
def desk() -> Desk:
    path = Path(__file__).parents[3] / "examples" / "demo.desk.yaml"
    return load(decode(path.read_bytes(), path.name), path.name)


def owner(desk: Desk, channel: str, away: bool = False) -> str | None:
    said = Said(PEOPLE[channel].text, channel, "hoa-mai")
    kind = classify(said, desk.rules, desk.request_types, desk.default_request_type).request_type
    wanted = desk.request_types[kind]
    states = {STAND_IN: AgentState(STAND_IN, away=away)}
    return assign(Need(wanted.team, wanted.skills), desk.roster, states, NOW).agent_id


@pytest.mark.parametrize(
    ("channel", "agent"),
    [("zalo", "thao"), ("messenger", "lan"), ("telegram", "emma"), ("email", "khoa")],
)
def test_each_request_finds_its_agent(desk: Desk, channel: str, agent: str) -> None:
    assert owner(desk, channel) == agent


def test_nobody_is_free_on_telegram_while_the_stand_in_is_out(desk: Desk) -> None:
    assert owner(desk, "telegram", away=True) is None


def test_customers_are_new_every_time() -> None:
    later = customers(NOW + timedelta(milliseconds=1))
    assert all(later[channel].external_id != one.external_id for channel, one in PEOPLE.items())


def test_the_screenshot_is_a_picture() -> None:
    assert base64.b64decode(SCREENSHOT_BASE64).startswith(b"\x89PNG\r\n\x1a\n")
