"""Why a message is taken for what it is."""

from typing import Any

from chalicelib.routing.classify import RequestType, Said
from chalicelib.routing.explain import KeywordFound, RuleConsidered, explain
from chalicelib.routing.rules import Rule


def rule(name: str, **when: Any) -> Rule:
    return Rule.model_validate({"name": name, "when": when, "then": {"priority": "high"}})


TYPES = {
    "advice": RequestType(name={"vi": "Tư vấn"}, team="care", keywords=("giá", "size")),
    "return": RequestType(name={"vi": "Đổi"}, team="care", keywords=("đổi trả",)),
    "promo": RequestType(name={"vi": "Tin"}, team="care", keywords=("giá",), channels=("email",)),
}


def test_each_rule_tells_the_demand_it_fell_at_or_what_it_found() -> None:
    rules = (
        rule("Kiện", says=["luật sư"]),
        rule("Thư", channel=["email"], says=["giá"]),
        rule("Giá", says=["bao nhiêu", "giá"]),
        rule("Mã", matches=[r"#\d+"]),
        rule("Còn lại"),
    )
    assert explain(Said("Giá #12?", "zalo", "hoa-mai"), rules, {}) == (
        RuleConsidered("Kiện", failed="says"),
        RuleConsidered("Thư", failed="channel"),
        RuleConsidered("Giá", matched="giá"),
        RuleConsidered("Mã", matched=r"#\d+"),
        RuleConsidered("Còn lại"),
    )


def test_each_keyword_that_was_said_tells_its_length() -> None:
    assert explain(Said("gia size nao, doi-tra duoc khong", "zalo", "hoa-mai"), (), TYPES) == (
        KeywordFound("advice", "giá", 3),
        KeywordFound("advice", "size", 4),
        KeywordFound("return", "đổi trả", 7),
    )


def test_nothing_said_leaves_nothing_to_tell() -> None:
    assert explain(Said("", "email", "hotro"), (), TYPES) == ()
