"""The desks that ship with Frontline do what their comments promise."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.document import decode, load
from chalicelib.desk.model import Desk, is_reference
from chalicelib.domain.tickets import Metric, Priority
from chalicelib.routing.classify import classify
from chalicelib.sla.policy import Policy, match_policy

EXAMPLES = Path(__file__).parents[2] / "examples"


SECRET = re.compile(r"secret|token|key|password")


def example(name: str) -> Desk:
    path = EXAMPLES / f"{name}.desk.yaml"
    return load(decode(path.read_bytes(), path.name), path.name)


def policy_for(desk: Desk, text: str, channel: str) -> Policy:
    kind = classify(text, channel, desk.request_types, desk.default_request_type).request_type
    found = match_policy(
        desk.policies,
        request_type=kind,
        channel=channel,
        account="hoa-mai",
        priority=Priority.NORMAL,
        team=desk.request_types[kind].team,
    )
    assert found
    return found


@pytest.mark.parametrize("name", ["shop", "demo"])
def test_every_channel_is_connected_and_no_secret_is_written_out(name: str) -> None:
    desk = example(name)
    assert {account.channel for account in desk.accounts} == set(ADAPTERS)
    for account in desk.accounts:
        secret = {key: value for key, value in account.secrets.items() if SECRET.search(key)}
        assert [key for key, value in secret.items() if not is_reference(str(value))] == []


@pytest.mark.parametrize("name", ["shop", "demo"])
def test_only_invented_addresses_are_used(name: str) -> None:
    for agent in example(name).agents.values():
        assert agent.email.endswith(".example")
        assert agent.phone is None or agent.phone.startswith("+8490000000")


@pytest.mark.parametrize(
    ("text", "channel", "hours"),
    [
        ("Chị ơi bộ ấm này giá bao nhiêu ạ?", "zalo", 1),
        ("cho minh hoi con hang khong", "messenger", 1),
        ("Bát giao đến bị vỡ mất hai cái!!!", "zalo", 4),
        ("TOI MUON KHIEU NAI", "messenger", 4),
        ("Em không thanh toán được trên web", "telegram", 2),
        ("xin chào", "zalo", 1),
        ("Xin báo giá 200 bộ ấm chén", "email", 8),
    ],
)
def test_the_shop_keeps_the_three_promises(text: str, channel: str, hours: int) -> None:
    policy = policy_for(example("shop"), text, channel)
    assert policy.targets[Metric.RESOLUTION] == timedelta(hours=hours)
    assert policy.targets[Metric.FIRST_RESPONSE] < policy.targets[Metric.RESOLUTION]
    assert policy.reminders
    assert policy.escalation


def test_the_shop_closes_for_lunch_and_for_tet() -> None:
    calendar = example("shop").calendars["cua-hang"]
    assert [str(one) for one in calendar.week["mon"]] == ["08:00-12:00", "13:30-17:30"]
    assert calendar.holidays == "VN"


def test_everybody_in_the_shop_but_the_lead_has_a_backup() -> None:
    desk = example("shop")
    leads = {team.lead for team in desk.teams.values()}
    assert {agent for agent, one in desk.agents.items() if one.backup is None} == leads


def test_the_demo_tells_a_breach_and_its_escalation_within_two_minutes() -> None:
    policy = policy_for(example("demo"), "Hàng giao bị vỡ!", "zalo")
    assert policy.targets[Metric.FIRST_RESPONSE] == timedelta(seconds=40)
    assert [str(reminder) for reminder in policy.reminders] == ["50%"]
    assert policy.escalation
    assert policy.escalation.after == timedelta(seconds=10)


def test_nobody_is_free_in_the_demo_for_a_question_on_telegram() -> None:
    desk = example("demo")
    kind = classify("Còn hàng không?", "telegram", desk.request_types, desk.default_request_type)
    team = desk.teams[desk.request_types[kind.request_type].team]
    assert all(desk.agents[one].away or not desk.agents[one].capacity for one in team.members)
