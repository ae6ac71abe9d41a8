"""What a desk makes of a message: every part of it that a rule can ask for."""

from typing import Any

import pytest

from chalicelib.desk.request import classification_of
from chalicelib.domain.messages import Surface
from chalicelib.routing.classify import Classification
from tests.conftest import START
from tests.desk.events import NAM, message
from tests.desks import shop


def ruled(when: dict[str, Any], tier: str | None = None, text: str = "alo", **said: Any) -> bool:
    """Tell whether a rule with these demands holds for a message."""
    rule = {"name": "quy tắc", "when": when, "then": {"request_type": "technical"}}
    found = classification_of(message(text, START, identity=NAM, **said), tier, shop(rules=[rule]))
    return found.rule is not None


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"says": ["khiếu nại"]}, {"text": "khieu nai"}),
        ({"says": ["khiếu nại"]}, {"subject": "Khiếu nại"}),
        ({"matches": [r"#\d+"]}, {"text": "đơn #1024"}),
        ({"channel": ["zalo"]}, {}),
        ({"account": ["hoa-mai"]}, {}),
        ({"surface": ["public"]}, {"surface": Surface.PUBLIC}),
        ({"language": ["en"]}, {"language": "en"}),
        ({"language": ["en"]}, {"text": "Where is my order?"}),
        ({"tier": ["vip"]}, {"tier": "vip"}),
        ({"choice": ["TRACK"]}, {"choice": "TRACK"}),
        ({"field": {"order_state": ["paid"]}}, {"fields": {"order_state": "paid"}}),
        ({"rating": [1]}, {"rating": 1}),
    ],
)
def test_a_rule_may_ask_for_any_part_of_a_message(
    when: dict[str, Any], said: dict[str, Any]
) -> None:
    assert ruled(when, **said)


@pytest.mark.parametrize(
    "when",
    [
        {"says": ["khiếu nại"]},
        {"matches": [r"#\d+"]},
        {"channel": ["telegram"]},
        {"account": ["hotro"]},
        {"surface": ["public"]},
        {"language": ["en"]},
        {"tier": ["vip"]},
        {"choice": ["TRACK"]},
        {"field": {"order_state": ["paid"]}},
        {"rating": [1]},
    ],
)
def test_what_a_message_does_not_have_meets_no_demand(when: dict[str, Any]) -> None:
    assert not ruled(when)


def test_the_type_that_the_senders_system_names_is_taken() -> None:
    event = message("khiếu nại", START, request_type="technical")
    assert classification_of(event, None, shop()) == Classification("technical", by="named")


def test_the_request_type_alone() -> None:
    assert classification_of(message("khiếu nại", START), None, shop()).request_type == "complaint"
