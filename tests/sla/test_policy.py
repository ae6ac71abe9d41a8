from datetime import timedelta

import pytest
from pydantic import ValidationError

from chalicelib.domain.tickets import Metric, Priority
from chalicelib.sla.ladder import Mark
from chalicelib.sla.policy import Policy, Target, match_policy

ADVICE = Policy.model_validate(
    {
        "name": "Tư vấn sản phẩm",
        "match": {"request_type": ["product_advice"]},
        "targets": {"first_response": "15m", "resolution": "1h"},
        "reminders": ["50%", "15m"],
        "escalation": {"after": "30m", "to": ["lead"], "reassign": True},
    }
)
COMPLAINT = Policy.model_validate(
    {
        "name": "Khiếu nại đơn hàng",
        "match": {"request_type": ["order_complaint"], "priority": ["high", "urgent"]},
        "targets": {"resolution": "4h"},
    }
)
CHAT = Policy.model_validate(
    {
        "name": "Mạng xã hội",
        "match": {"channel": ["zalo", "messenger"], "account": ["hoa-mai"], "team": ["shop"]},
        "targets": {"first_response": "15m"},
    }
)
REST = Policy.model_validate({"name": "Còn lại", "targets": {"first_response": "1d"}})
POLICIES = (ADVICE, COMPLAINT, CHAT, REST)


@pytest.mark.parametrize(
    ("ticket", "name"),
    [
        ("product_advice zalo hoa-mai normal shop", "Tư vấn sản phẩm"),
        ("order_complaint email cskh high shop", "Khiếu nại đơn hàng"),
        ("order_complaint zalo hoa-mai normal shop", "Mạng xã hội"),
        ("order_complaint zalo hoa-mai normal tech", "Còn lại"),
        ("order_complaint zalo hoa-cuc normal shop", "Còn lại"),
        ("technical email cskh urgent tech", "Còn lại"),
    ],
)
def test_the_first_policy_that_fits_holds(ticket: str, name: str) -> None:
    policy = match_policy(POLICIES, _ticket(ticket).get)
    assert policy is not None
    assert policy.name == name


def test_no_policy_may_fit() -> None:
    assert match_policy([ADVICE], _ticket("technical email cskh low tech").get) is None


@pytest.mark.parametrize(
    ("demand", "is_met"),
    [
        ({"product": ["gom"]}, True),
        ({"product": ["su"]}, False),
        ({"tier": ["vip", "gold"]}, True),
        ({"language": ["en"]}, False),
        ({"hours": ["outside"]}, True),
        ({"hours": ["inside"]}, False),
        ({"tier": ["vip"], "product": ["su"]}, False),
    ],
)
def test_a_policy_may_ask_for_anything_a_ticket_is(
    demand: dict[str, list[str]], is_met: bool
) -> None:
    policy = Policy.model_validate({"name": "x", "match": demand, "targets": {"accept": "5m"}})
    ticket = {
        **_ticket("technical email cskh low tech"),
        "product": "gom",
        "tier": "vip",
        "hours": "outside",
    }
    assert (match_policy([policy], ticket.get) is not None) == is_met


def test_a_demand_is_not_met_by_what_is_not_known() -> None:
    policy = Policy.model_validate(
        {"name": "x", "match": {"tier": ["vip"]}, "targets": {"accept": "5m"}}
    )
    assert match_policy([policy], _ticket("technical email cskh low tech").get) is None


def _ticket(told: str) -> dict[str, str | None]:
    request_type, channel, account, priority, team = told.split()
    return {
        "request_type": request_type,
        "channel": channel,
        "account": account,
        "priority": Priority(priority),
        "team": team,
        "product": None,
        "tier": None,
        "language": "vi",
        "hours": "inside",
    }


def test_a_policy_is_read_as_the_desk_writes_it() -> None:
    assert ADVICE.targets == {
        Metric.FIRST_RESPONSE: Target(within=timedelta(minutes=15)),
        Metric.RESOLUTION: Target(within=timedelta(hours=1)),
    }
    marks = [reminder.at for reminder in ADVICE.reminders]
    assert marks == [Mark(percent=50), Mark(left=timedelta(minutes=15))]
    assert [reminder.step for reminder in ADVICE.reminders] == ["reminder:50%", "reminder:15m"]
    assert ADVICE.pause_while_pending


def test_a_policy_with_everything_said() -> None:
    policy = Policy.model_validate(
        {
            "name": "Ngoài giờ",
            "targets": {"accept": "5m", "first_response": {"within": "30m", "time": "wall"}},
            "reminders": [{"at": "5m before", "by": ["sms"], "to": ["assignee", "lead"]}, "50%"],
            "escalation": [
                {"after": "0s", "to": ["assignee"], "until": "acknowledged"},
                {
                    "after": "10m",
                    "to": ["manager", "ha"],
                    "priority": "urgent",
                    "reassign": "next_level",
                    "repeat": {"every": "10m", "times": 2},
                    "until": "resolved",
                    "by": ["sms", "slack", "topic"],
                    "wake": True,
                },
            ],
            "tell_customer_before": "0s",
        }
    )
    assert policy.targets[Metric.FIRST_RESPONSE].time == "wall"
    assert policy.reminders[0].by == ("sms",)
    assert [rung.until for rung in policy.escalation] == ["acknowledged", "resolved"]


def test_one_step_of_escalation_may_stand_alone() -> None:
    assert [rung.to for rung in ADVICE.escalation] == [("lead",)]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_is_written_as_it_is_read(policy: Policy) -> None:
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_the_schema_for_editors_shows_defaults_as_a_person_writes_them() -> None:
    after = Policy.model_json_schema()["$defs"]["EscalationStep"]["properties"]["after"]
    assert after["default"] == "0s"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"targets": {}}, "at least 1"),
        ({"targets": {"resolution": "0s"}}, "the target is no time at all"),
        ({"targets": {"answer": "1h"}}, "first_response"),
        ({"targets": {"resolution": 60}}, "write 60m for minutes"),
        ({"reminders": ["0%"]}, "between 1% and 99%"),
        ({"reminders": ["100%"]}, "between 1% and 99%"),
        ({"reminders": ["0m"]}, "too late"),
        ({"reminders": [0.5]}, "in quotes"),
        ({"reminders": ["soon"]}, "not a duration"),
        ({"reminders": ["60m", "1h"]}, "the reminder 1h stands there twice"),
        ({"escalation": {"to": []}}, "at least 1"),
        ({"escalation": {"repeat": {"every": "0s"}}}, "no time at all"),
        ({"escalation": {"repeat": {"every": "5m", "times": 0}}}, "greater than or equal to 1"),
        ({"escalation": {"until": "tomorrow"}}, "'acknowledged', 'answered' or 'resolved'"),
        ({"reminders": [{"at": "50%", "by": ["pigeon"]}]}, "'email', 'sms', 'topic' or 'slack'"),
        ({"match": {"priority": ["huge"]}}, "'urgent'"),
        ({"match": {"channels": ["zalo"]}}, "Extra inputs"),
        ({"name": ""}, "at least 1"),
    ],
)
def test_a_policy_says_what_is_wrong_with_it(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Policy.model_validate({"name": "x", "targets": {"resolution": "1h"}, **fields})
