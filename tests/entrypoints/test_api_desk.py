"""The desk over the API: read, replaced, and refused with everything that is wrong with it."""

import json
from copy import deepcopy
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from tests.desks import shop
from tests.entrypoints.caller import JSON, Caller

DESK = "/api/desk"
LARGEST = 128 * 1024


@pytest.fixture
def desk(frontline: Frontline) -> dict[str, Any]:
    """A desk as one would write it: its secrets are named, not told."""
    document: dict[str, Any] = json.loads(shop().model_dump_json())
    document["accounts"] = [
        {
            "channel": "telegram",
            "account": "hoa-mai",
            "name": "Hoa Mai bot",
            "secrets": {"bot_token": "ssm:t/bot", "secret_token": ["ssm:t/new", "ssm:t/old"]},
        }
    ]
    return document


def test_an_admin_gets_the_desk_and_puts_it_back_unchanged(admin: Caller) -> None:
    got = admin.get(DESK)
    assert (got.status, got.header("ETag")) == (200, '"1"')
    put = admin.put(DESK, got.json)
    assert (put.status, put.header("ETag"), put.json) == (200, '"1"', got.json)


def test_a_new_desk_is_in_force_at_once(
    frontline: Frontline, admin: Caller, desk: dict[str, Any]
) -> None:
    desk["name"] = "Hoa Mai mới"
    put = admin.put(DESK, desk, if_match='"1"')
    assert (put.status, put.header("ETag"), put.json["name"]) == (200, '"2"', "Hoa Mai mới")
    assert admin.get(DESK).json["name"] == "Hoa Mai mới"
    stored = frontline.desks.current()
    assert (stored.version, stored.applied_by) == (2, "token:ops")
    assert json.loads(stored.source)["name"] == "Hoa Mai mới"


@pytest.mark.parametrize("if_match", ['"1"', 'W/"1"', '"7", "1"', "*"])
def test_the_desk_one_has_read_is_replaced(
    admin: Caller, desk: dict[str, Any], if_match: str
) -> None:
    assert admin.put(DESK, desk, if_match=if_match).status == 200


@pytest.mark.parametrize("if_match", ['"0"', '"11"', "1", "x"])
def test_a_desk_that_changed_meanwhile_is_not_replaced(
    frontline: Frontline, admin: Caller, desk: dict[str, Any], if_match: str
) -> None:
    answer = admin.put(DESK, desk, if_match=if_match)
    assert (answer.status, answer.error) == (412, "precondition_failed")
    assert frontline.desks.current().version == 1


def test_secrets_are_shown_to_an_admin_only(reader: Caller, admin: Caller) -> None:
    assert "test-app-secret" not in reader.get(DESK).text
    assert "test-app-secret" in admin.get(DESK).text


def test_names_of_secrets_are_no_secret(
    reader: Caller, admin: Caller, desk: dict[str, Any]
) -> None:
    admin.put(DESK, desk)
    assert reader.get(DESK).json["accounts"][0]["secrets"] == desk["accounts"][0]["secrets"]


def test_hidden_secrets_never_replace_the_real_ones(
    frontline: Frontline, reader: Caller, admin: Caller
) -> None:
    answer = admin.put(DESK, reader.get(DESK).json)
    assert (answer.status, answer.error) == (422, "invalid_desk")
    paths = [problem["path"] for problem in answer.json["error"]["problems"]]
    assert "accounts[0].secrets.oa_secret_key" in paths
    assert frontline.desks.current().version == 1


def test_every_problem_is_told_at_once(
    frontline: Frontline, admin: Caller, desk: dict[str, Any]
) -> None:
    wrong = deepcopy(desk)
    wrong["teams"]["care"]["lead"] = "hao"
    wrong["policies"][0]["targets"]["first_response"] = "soon"
    wrong["agents"]["lan"]["skils"] = []
    answer = admin.put(DESK, wrong)
    assert answer.status == 422
    problems = {one["path"]: one for one in answer.json["error"]["problems"]}
    assert set(problems) >= {
        "teams.care.lead",
        "policies[0].targets.first_response",
        "agents.lan.skils",
    }
    assert "hoa" in problems["teams.care.lead"]["suggestion"]
    assert frontline.desks.current().version == 1


@pytest.mark.parametrize("document", [{}, {"name": "x"}, {"accounts": 5, "teams": []}])
def test_what_is_no_desk_at_all_is_told_so(admin: Caller, document: dict[str, Any]) -> None:
    answer = admin.put(DESK, document)
    assert (answer.status, len(answer.json["error"]["problems"]) > 0) == (422, True)


def test_a_desk_over_the_limit_is_not_read(admin: Caller) -> None:
    answer = admin.call("PUT", DESK, b'{"name": "' + b"x" * LARGEST + b'"}', content_type=JSON)
    assert answer.status == 413


def test_the_first_desk_is_put_where_there_is_none(
    frontline: Frontline, admin: Caller, desk: dict[str, Any]
) -> None:
    for sk in ("CURRENT", "VERSION#000001"):
        frontline.client("dynamodb").delete_item(
            TableName=frontline.settings.table_name, Key={"pk": {"S": "DESK"}, "sk": {"S": sk}}
        )
    assert admin.get(DESK).status == 404
    assert admin.put(DESK, desk, if_match="*").status == 412
    assert admin.put(DESK, desk).header("ETag") == '"1"'
