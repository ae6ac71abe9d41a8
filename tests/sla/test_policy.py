from datetime import timedelta

import pytest
from pydantic import ValidationError

from chalicelib.domain.tickets import Metric, Priority
from chalicelib.sla.policy import Policy, Reminder, match_policy

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
    request_type, channel, account, priority, team = ticket.split()
    policy = match_policy(
        POLICIES,
        request_type=request_type,
        channel=channel,
        account=account,
        priority=Priority(priority),
        team=team,
    )
    assert policy is not None
    assert policy.name == name


def test_no_policy_may_fit() -> None:
    found = match_policy(
        [ADVICE],
        request_type="technical",
        channel="email",
        account="cskh",
        priority=Priority.LOW,
        team="tech",
    )
    assert found is None


def test_a_policy_is_read_as_the_desk_writes_it() -> None:
    assert ADVICE.targets == {
        Metric.FIRST_RESPONSE: timedelta(minutes=15),
        Metric.RESOLUTION: timedelta(hours=1),
    }
    assert ADVICE.reminders == (Reminder(percent=50), Reminder(left=timedelta(minutes=15)))
    assert [reminder.step for reminder in ADVICE.reminders] == ["reminder:50%", "reminder:15m"]
    assert ADVICE.pause_while_pending


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_is_written_as_it_is_read(policy: Policy) -> None:
    assert Policy.model_validate_json(policy.model_dump_json()) == policy


def test_the_schema_for_editors_shows_defaults_as_a_person_writes_them() -> None:
    after = Policy.model_json_schema()["$defs"]["Escalation"]["properties"]["after"]
    assert after["default"] == "0s"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"targets": {}}, "at least 1"),
        ({"targets": {"resolution": "0s"}}, "the target of resolution is no time at all"),
        ({"targets": {"answer": "1h"}}, "first_response"),
        ({"targets": {"resolution": 60}}, "write 60m for minutes"),
        ({"reminders": ["0%"]}, "between 1% and 99%"),
        ({"reminders": ["100%"]}, "between 1% and 99%"),
        ({"reminders": ["0m"]}, "too late"),
        ({"reminders": [0.5]}, "in quotes"),
        ({"reminders": ["soon"]}, "not a duration"),
        ({"reminders": ["60m", "1h"]}, "the reminder 1h stands there twice"),
        ({"escalation": {"to": []}}, "at least 1"),
        ({"escalation": {"to": ["boss"]}}, "'assignee', 'backup' or 'lead'"),
        ({"match": {"priority": ["huge"]}}, "'urgent'"),
        ({"match": {"channels": ["zalo"]}}, "Extra inputs"),
        ({"name": ""}, "at least 1"),
    ],
)
def test_a_policy_says_what_is_wrong_with_it(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Policy.model_validate({"name": "x", "targets": {"resolution": "1h"}, **fields})
