"""Policies that are never reached, and alerts that reach nobody, are refused."""

from typing import Any

import pytest

from chalicelib.config.check import check
from chalicelib.config.problems import DeskError
from tests.desks import DOCUMENT

Document = dict[str, Any]

LAN = DOCUMENT["agents"]["lan"]
CARE = DOCUMENT["teams"]["care"]


def problems(**parts: Any) -> list[str]:
    accounts = [one for one in DOCUMENT["accounts"] if one["channel"] == "telegram"]
    try:
        check({**DOCUMENT, "accounts": accounts, **parts}, "f")
    except DeskError as error:
        return [f"{one.path}: {one.message.partition(' · ')[2]}" for one in error.problems]
    return []


def policy(name: str = "p", **more: Any) -> Document:
    return {"name": name, "targets": {"resolution": "1h"}, **more}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({}, {"channel": ["zalo"]}),
        ({"channel": []}, {"channel": ["zalo"], "hours": ["outside"]}),
        ({"channel": ["zalo"]}, {"channel": ["zalo"]}),
        ({"channel": ["zalo", "email"]}, {"channel": ["zalo"], "tier": ["vip"]}),
    ],
)
def test_a_policy_whose_tickets_another_takes_is_never_reached(
    first: Document, second: Document
) -> None:
    policies = [policy("a", match=first), policy("b", match=second), policy("c")]
    assert "policies[1]: never used: “a” above takes all" in problems(policies=policies)
    assert problems(policies=[policies[2], policies[1]]) == [
        "policies[1]: never used: “c” above takes all"
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"channel": ["zalo"]}, {}),
        ({"channel": ["zalo"]}, {"channel": ["zalo", "email"]}),
        ({"channel": ["zalo"]}, {"hours": ["outside"]}),
        ({"channel": ["zalo"], "tier": ["vip"]}, {"channel": ["zalo"]}),
    ],
)
def test_a_policy_to_which_some_ticket_comes_is_taken(first: Document, second: Document) -> None:
    assert problems(policies=[policy("a", match=first), policy("b", match=second)]) == []


@pytest.mark.parametrize("match", [5, {"channel": "zalo"}, {"channels": ["zalo"]}])
def test_of_a_malformed_match_only_that_is_told(match: Any) -> None:
    (problem,) = problems(policies=[policy("a", match=match), policy("b")])
    assert problem.startswith("policies[0].match")


@pytest.mark.parametrize(
    "alerts", [{"escalation": [{"by": ["slack"]}]}, {"escalation": {"by": ["slack"]}}]
)
def test_slack_must_be_there_to_be_told_by_it(alerts: Document) -> None:
    (problem,) = problems(policies=[policy(**alerts)])
    assert problem.endswith("by[0]: this desk has no “slack”")
    assert problems(policies=[policy(**alerts)], slack="ssm:slack/canh-bao") == []


def test_a_reminder_by_slack_needs_it_too() -> None:
    reminded = policy(reminders=[{"at": "50%", "by": ["email", "slack"]}])
    assert problems(policies=[reminded]) == [
        "policies[0].reminders[0].by[1]: this desk has no “slack”"
    ]


def test_who_is_named_to_be_told_by_sms_needs_a_phone() -> None:
    told = policy(escalation={"to": ["lan", "tuan", "lead"], "by": ["sms"]})
    assert problems(policies=[told]) == ["policies[0].escalation.to[0]: “lan” has no phone"]
    assert problems(policies=[policy(escalation={"to": ["lan"], "by": ["email"]})]) == []


@pytest.mark.parametrize(
    ("step", "key", "place"),
    [
        ({"to": ["lead", "manager"]}, "manager", "to"),
        ({"reassign": "next_level"}, "next_level", "reassign"),
    ],
)
def test_nobody_is_asked_above_where_nobody_is(step: Document, key: str, place: str) -> None:
    escalating = [policy(escalation=[step])]
    assert problems(policies=escalating) == [
        f"policies[0].escalation[0].{place}: no team has a “{key}”"
    ]
    above = {"manager": "hoa", "next_level": "tech"}[key]
    teams = {**DOCUMENT["teams"], "care": {**CARE, key: above}}
    assert problems(policies=escalating, teams=teams) == []


@pytest.mark.parametrize("role", ["assignee", "backup", "lead", "manager"])
def test_a_role_is_no_agents_name(role: str) -> None:
    agents = {**DOCUMENT["agents"], role: LAN}
    assert problems(agents=agents) == [f"agents.{role}: “{role}” is a role, so no agent's id"]


@pytest.mark.parametrize("domain", ["@hoamai.example", "lan@hoamai.example", "hoamai", "a b.vn"])
def test_guests_come_from_a_domain(domain: str) -> None:
    (problem,) = problems(routing={"guest_domains": ["hoamai.example", domain]})
    assert problem == f"routing.guest_domains[1]: “{domain}” is not a domain"


@pytest.mark.parametrize("address", ["ssm:slack/a", "https://hooks.slack.com/services/T/B/x"])
def test_slack_is_an_address_or_where_it_is_kept(address: str) -> None:
    assert problems(slack=address) == []
    assert problems(slack=[address, "hooks.slack.com/services/T/B/x"]) == [
        "slack[1]: must be an address with https://"
    ]
