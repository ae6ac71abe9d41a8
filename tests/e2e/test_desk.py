"""A new desk put in force on a running stack: through the API and by the operator's command."""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from tests.e2e.desk import document
from tests.e2e.world import Found, World, at, until
from tests.measured import Measured

pytestmark = pytest.mark.e2e

LIVE = 30.0
"""Seconds within which a new desk is in force everywhere."""


@pytest.fixture
def desk(world: World) -> Iterator[Found]:
    """The desk in force, which is in force again afterwards."""
    before = world.get("/api/desk")
    yield deepcopy(before)
    assert world.api("PUT", "/api/desk", json=before).status_code == 200


def first_response(ticket: Found) -> timedelta:
    timer = next(one for one in ticket["sla"] if one["metric"] == "first_response")
    return at(timer["due_at"]) - at(ticket["opened_at"])


def promise(desk: Found, target: str) -> Found:
    """Return the desk with another target for what tests of it are about."""
    policy = next(one for one in desk["policies"] if one["name"] == "Đổi hạn")
    policy["targets"] = {"first_response": target}
    return desk


def seconds_until(look: Callable[[], object]) -> float:
    started = time.monotonic()
    until(look, patience=LIVE)
    return time.monotonic() - started


def test_a_new_target_is_live_and_open_timers_are_counted_again(
    world: World, desk: Found, measured: Measured
) -> None:
    ticket = world.opened(world.customer("zalo"), "Em muốn đổi hạn")
    assert first_response(ticket) == timedelta(minutes=10)
    answer = world.api("PUT", "/api/desk", json=promise(desk, "20m"))
    assert answer.status_code == 200, answer.text
    took = seconds_until(
        lambda: first_response(world.ticket(ticket["id"])) == timedelta(minutes=20)
    )
    measured("an open ticket under a new desk", timedelta(seconds=took))
    now = world.ticket(ticket["id"])
    assert now["moment"]["at"] == now["sla"][0]["due_at"]
    (line,) = world.entries(ticket["id"], "sla.recomputed")
    assert line["detail"]["first_response"].startswith(now["sla"][0]["due_at"][:19])
    took += seconds_until(lambda: _new_ticket_has(world, timedelta(minutes=20)))
    measured("a new ticket under a new desk", timedelta(seconds=took))
    assert took <= LIVE


def test_a_deadline_that_a_new_desk_puts_into_the_past_is_breached_at_once(
    world: World, desk: Found
) -> None:
    ticket = world.opened(world.customer("zalo"), "Em muốn đổi hạn")
    time.sleep(1)
    assert world.api("PUT", "/api/desk", json=promise(desk, "1s")).status_code == 200
    (breach,) = until(lambda: world.entries(ticket["id"], "sla.breached"))
    assert at(breach["detail"]["at"]) - at(ticket["opened_at"]) == timedelta(seconds=1)


def test_a_new_account_takes_messages_without_a_deployment(world: World, desk: Found) -> None:
    url = f"{world.url}/webhooks/telegram/moi"
    headers = {"X-Telegram-Bot-Api-Secret-Token": "bi-mat-cua-toi"}
    assert world.http.post(url, json={"update_id": 1}, headers=headers).status_code == 404
    account = {
        "channel": "telegram",
        "account": "moi",
        "name": "Bot mới",
        "secrets": {"bot_token": "1:moi", "secret_token": "bi-mat-cua-toi"},
    }
    desk["accounts"].append(account)
    assert world.api("PUT", "/api/desk", json=desk).status_code == 200
    body = {"update_id": 1, "poll": {}}
    seconds_until(lambda: world.http.post(url, json=body, headers=headers).status_code == 200)


def test_who_saw_an_older_desk_cannot_overwrite_a_newer_one(world: World, desk: Found) -> None:
    etag = world.api("GET", "/api/desk").headers["etag"]
    stale = {"If-Match": '"1000000"'}
    assert world.api("PUT", "/api/desk", json=desk, headers=stale).status_code == 412
    changed = world.api("PUT", "/api/desk", json=promise(desk, "11m"), headers={"If-Match": etag})
    assert changed.status_code == 200
    again = world.api("PUT", "/api/desk", json=desk, headers={"If-Match": etag})
    assert again.status_code == 412


def test_every_problem_of_a_desk_is_told_and_nothing_applied(world: World, desk: Found) -> None:
    etag = world.api("GET", "/api/desk").headers["etag"]
    desk["teams"]["hen"]["lead"] = "haa"
    desk["policies"][0]["targets"]["first_response"] = "12 seconds"
    answer = world.api("PUT", "/api/desk", json=desk)
    assert answer.status_code == 422
    problems = answer.json()["error"]["problems"]
    assert len(problems) == 2
    assert all(one["path"] and one["message"] and one["suggestion"] for one in problems)
    assert world.api("GET", "/api/desk").headers["etag"] == etag


def test_the_operator_applies_looks_back_and_goes_back(
    world: World, desk: Found, tmp_path: Path
) -> None:
    before = int(world.api("GET", "/api/desk").headers["etag"].strip('"'))
    file = tmp_path / "desk.yaml"
    file.write_text(yaml.safe_dump({**document(), "name": "Gốm Hoa Mai 2"}, allow_unicode=True))

    code, told = world.deskctl("desk", "diff", str(file))
    assert code == 0
    assert "Gốm Hoa Mai 2" in told
    code, told = world.deskctl("desk", "apply", str(file), "--by", "ha")
    assert code == 0, told
    assert world.get("/api/desk")["name"] == "Gốm Hoa Mai 2"

    code, told = world.deskctl("desk", "history")
    assert code == 0
    newest = told.splitlines()[0].split()
    assert (newest[0], newest[-1]) == (str(before + 1), "ha")

    code, told = world.deskctl("desk", "rollback", str(before), "--by", "ha")
    assert code == 0, told
    assert world.get("/api/desk") == desk
    assert f"ha (rollback {before})" in world.deskctl("desk", "history")[1].splitlines()[0]


def test_the_operator_is_told_where_a_file_is_wrong(world: World, tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    text = yaml.safe_dump(document(), allow_unicode=True, sort_keys=False)
    file.write_text(text.replace("lead: ha", "lead: haa", 1))
    line = next(n for n, words in enumerate(file.read_text().splitlines(), 1) if "haa" in words)
    version = world.api("GET", "/api/desk").headers["etag"]
    code, told = world.deskctl("desk", "apply", str(file))
    assert code == 1
    assert f"{file}:{line}" in told
    assert "“ha”" in told
    assert world.api("GET", "/api/desk").headers["etag"] == version


def _new_ticket_has(world: World, target: timedelta) -> bool:
    return first_response(world.opened(world.customer("zalo"), "Em muốn đổi hạn")) == target
