from typing import Any

from chalicelib.config.diff import diff
from chalicelib.desk.model import Desk
from tests.desks import DOCUMENT, shop


def changed(**parts: Any) -> list[str]:
    return [str(change) for change in diff(shop(), shop(**parts))]


def test_equal_desks_have_no_difference() -> None:
    assert diff(shop(), shop()) == []


def test_a_changed_value_shows_both() -> None:
    agents = {**DOCUMENT["agents"], "lan": {**DOCUMENT["agents"]["lan"], "capacity": 5}}
    assert changed(agents=agents) == ["~ agents.lan.capacity: 3 → 5"]


def test_what_comes_and_goes_is_shown_whole() -> None:
    agents = dict(DOCUMENT["agents"])
    agents["mai"] = agents["hoa"]
    teams = {name: {**team, "lead": "mai"} for name, team in DOCUMENT["teams"].items()}
    del agents["hoa"]
    assert [line[:12] for line in changed(agents=agents, teams=teams)] == [
        "- agents.hoa",
        "+ agents.mai",
        "~ teams.care",
        "~ teams.tech",
    ]


def test_a_policy_is_found_again_by_its_name_wherever_it_stands() -> None:
    first, second = DOCUMENT["policies"]
    assert changed(policies=[second, first]) == [
        "~ policy order: [Khiếu nại, Còn lại] → [Còn lại, Khiếu nại]"
    ]
    slower = {**first, "targets": {**first["targets"], "resolution": "5h"}}
    assert changed(policies=[slower, second]) == [
        "~ policies.Khiếu nại.targets.resolution: 4h → 5h"
    ]


def test_a_rule_is_found_again_by_its_name_and_its_place_is_told() -> None:
    first = {"name": "Gấp", "when": {"says": ["gấp"]}, "then": {"priority": "high"}}
    second = {"name": "Còn lại", "then": {"priority": "low"}}
    changes = diff(shop(rules=[first]), shop(rules=[second, {**first, "then": {"product": "ấm"}}]))
    assert [str(change) for change in changes if "Còn lại" not in change.path] == [
        "~ rules.Gấp.then.priority: high → None",
        "~ rules.Gấp.then.product: None → ấm",
        "~ rule order: [Gấp] → [Còn lại, Gấp]",
    ]


def test_policies_of_one_name_are_told_apart() -> None:
    first, _ = DOCUMENT["policies"]
    doubled = diff(shop(policies=[first]), shop(policies=[first, first]))
    assert [change.path for change in doubled] == ["policies.Khiếu nại #2", "policy order"]


def test_the_first_desk_is_all_new() -> None:
    assert {change.sign for change in diff(None, shop())} == {"+"}


def test_a_secret_that_stands_in_the_desk_is_never_shown() -> None:
    zalo, telegram, mail = DOCUMENT["accounts"]
    secret = "another-secret-value"
    new = {**telegram, "secrets": {"bot_token": secret, "secret_token": ["ssm:t", secret]}}
    lines = changed(accounts=[zalo, new, mail])
    assert lines == [
        "~ accounts.telegram/hoa-mai.secrets.bot_token: ••• → •••",
        "~ accounts.telegram/hoa-mai.secrets.secret_token: ••• → [ssm:t, •••]",
    ]
    whole = [str(change) for change in diff(None, shop())]
    assert not any("test-bot-token" in line for line in whole)


def test_the_address_of_slack_is_a_secret_too() -> None:
    assert changed(slack="https://hooks.slack.com/services/T/B/x") == ["~ slack: None → •••"]
    assert changed(slack="ssm:slack/canh-bao") == ["~ slack: None → ssm:slack/canh-bao"]
    whole = diff(None, shop(slack="https://hooks.slack.com/services/T/B/x"))
    assert not any("hooks" in str(change) for change in whole)


def test_a_changed_step_of_a_ladder_shows_what_differs() -> None:
    first, second = DOCUMENT["policies"]
    higher = {**first, "escalation": {**first["escalation"], "reassign": "next"}}
    (line,) = changed(policies=[higher, second])
    assert line.startswith("~ policies.Khiếu nại.escalation: [{")
    assert "reassign: next" in line


def test_the_language_of_a_diff_is_the_language_of_the_desk() -> None:
    desk = Desk.model_validate({**DOCUMENT, "routing": {"reopen_within": "1h30m"}})
    assert [str(change) for change in diff(shop(), desk)] == ["~ routing.reopen_within: 3d → 1h30m"]
