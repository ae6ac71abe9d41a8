"""Rules: what each demand is met by, and what is wrong with a rule."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from chalicelib.routing.demands import Verdict
from chalicelib.routing.rules import Rule, When
from chalicelib.routing.said import Said

DESK_PAGE = Path(__file__).parents[2] / "docs" / "desk.md"


def said(text: str = "xin chào", **more: Any) -> Said:
    return Said(**{"text": text, "channel": "zalo", "account": "hoa-mai", **more})


def when(**demands: Any) -> When:
    return When.model_validate(demands)


def holds(message: Said, **demands: Any) -> bool:
    return when(**demands).judge(message).failed is None


@pytest.mark.parametrize(
    "text", ["Tôi khiếu nại", "toi khieu nai", "KHIẾU-NẠI!!!", "shop lừa đảo", "kiện 😡lừa đảo"]
)
def test_a_rule_hears_phrases_as_keywords_are_heard(text: str) -> None:
    assert holds(said(text), says=["khiếu nại", "lừa đảo"])


@pytest.mark.parametrize("text", ["", "khiếu thêm nại", "lừa", "đảo lừa"])
def test_other_words_do_not_meet_it(text: str) -> None:
    assert when(says=["khiếu nại", "lừa đảo"]).judge(said(text)) == Verdict(failed="says")


def test_a_lone_syllable_counts_as_it_is_written_or_without_marks() -> None:
    assert holds(said("doi ao"), says=["đổi"])
    assert not holds(said("đợi lâu"), says=["đổi"])


@pytest.mark.parametrize(
    ("demands", "meets", "fails"),
    [
        ({"channel": ["zalo", "email"]}, {"channel": "email"}, {"channel": "telegram"}),
        ({"account": ["hoa-mai"]}, {"account": "hoa-mai"}, {"account": "hoa-sen"}),
        ({"surface": ["public"]}, {"surface": "public"}, {"surface": "direct"}),
        ({"language": ["en"]}, {"language": "en-US", "text": "1024"}, {"language": "vi"}),
        ({"language": ["en"]}, {"text": "Where is it?"}, {"text": "don hang dau roi"}),
        ({"language": ["vi"]}, {"text": "đâu rồi"}, {"text": "👍"}),
        (
            {"language": ["en"]},
            {"language": "vi", "text": "Where is it?"},
            {"language": "en", "text": "Đơn đâu rồi?"},
        ),
        (
            {"language": ["fr"]},
            {"language": "fr", "text": "Il me doit for 1024"},
            {"language": "vi", "text": "Où est-il ?"},
        ),
        ({"tier": ["vip"]}, {"tier": "VIP"}, {"tier": None}),
        ({"choice": ["TRACK"]}, {"choice": "TRACK"}, {"choice": "TRACK_2"}),
        ({"choice": ["TRACK"]}, {"choice": "track "}, {"choice": None}),
        ({"rating": [1, 2]}, {"rating": 2}, {"rating": 3}),
        ({"rating": [1, 2]}, {"rating": 1}, {"rating": None}),
        ({"matches": [r"#\d{4}"]}, {"text": "đơn #1024"}, {"text": "đơn 1024"}),
    ],
)
def test_a_demand(demands: Any, meets: dict[str, Any], fails: dict[str, Any]) -> None:
    assert holds(said(**meets), **demands)
    assert not holds(said(**fails), **demands)


def test_every_field_named_must_have_one_of_its_values() -> None:
    wanted = {"chu_de": ["bao-hanh", "sua-chua"], "order_state": ["shipped"]}
    right = {"chu_de": "Bao-Hanh ", "order_state": "shipped", "khac": "x"}
    assert holds(said(fields=right), field=wanted)
    assert not holds(said(fields={**right, "order_state": "paid"}), field=wanted)
    assert not holds(said(fields={"chu_de": "bao-hanh"}), field=wanted)
    assert not holds(said(), field=wanted)


def test_all_demands_must_be_met_and_the_first_that_is_not_is_named() -> None:
    demands = when(says=["giá"], matches=["bao nhiêu"], channel=["zalo"], rating=[1])
    assert demands.judge(said("giá bao nhiêu", rating=1)).failed is None
    assert demands.judge(said("giá bao nhiêu", rating=4)).failed == "rating"
    assert demands.judge(said("bao nhiêu", rating=1)).failed == "says"
    assert demands.judge(said("giá?", rating=1)).failed == "matches"


def test_the_phrase_found_is_told_before_the_pattern() -> None:
    both = when(says=["luật sư", "kiện"], matches=[r"\d+"])
    assert both.judge(said("kiện đó, 2 triệu")).matched == "kiện"
    assert when(matches=["x", r"\d+"]).judge(said("2 triệu")).matched == r"\d+"
    assert when(channel=["zalo"]).judge(said()).matched is None


def test_no_demand_holds_for_every_message() -> None:
    assert when().judge(said("")) == Verdict()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"then": {"priority": "high"}}, "Field required"),
        ({"name": "", "then": {"priority": "high"}}, "at least 1"),
        ({"name": "x"}, "Field required"),
        ({"name": "x", "then": {}}, "then says nothing: write request_type"),
        ({"name": "x", "then": {"skills": []}}, "then says nothing"),
        ({"name": "x", "then": {"priority": "top"}}, "'urgent'"),
        ({"name": "x", "when": {"rating": [6]}, "then": {"product": "a"}}, "less than or equal"),
        ({"name": "x", "when": {"rating": [0]}, "then": {"product": "a"}}, "greater than"),
        ({"name": "x", "when": {"surface": ["open"]}, "then": {"product": "a"}}, "'public'"),
        ({"name": "x", "when": {"language": ["VI"]}, "then": {"product": "a"}}, "match pattern"),
        ({"name": "x", "when": {"says": ["!!"]}, "then": {"product": "a"}}, "no letter or digit"),
        ({"name": "x", "when": {"says": "giá"}, "then": {"product": "a"}}, "tuple"),
        ({"name": "x", "when": {"field": {"a": []}}, "then": {"product": "a"}}, "at least 1"),
        ({"name": "x", "when": {"say": ["a"]}, "then": {"product": "a"}}, "Extra inputs"),
        ({"name": "x", "when": {"matches": ["a" * 501]}, "then": {"product": "a"}}, "at most 500"),
    ],
)
def test_a_rule_says_what_is_wrong_with_it(rule: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Rule.model_validate(rule)


def test_the_rules_of_the_manual_are_rules() -> None:
    blocks = re.findall(r"```yaml\n(rules:.*?)```", DESK_PAGE.read_text("utf-8"), re.DOTALL)
    (rules,) = (yaml.safe_load(block)["rules"] for block in blocks)
    named = [Rule.model_validate(rule).name for rule in rules]
    assert len(named) == len(set(named)) >= 5
