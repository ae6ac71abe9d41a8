"""What scripts ask of the simulator itself."""

import time
from typing import Any

import httpx
import pytest

from .conftest import World
from .world import MESSENGER, TELEGRAM, ZALO, wait_until

CUSTOMER = "700100200"


def send_zalo(world: World) -> httpx.Response:
    body = {"recipient": {"user_id": CUSTOMER}, "message": {"text": "Chào"}}
    headers = {"access_token": ZALO["access_token"]}
    return world.http.post("/openapi.zalo.me/v3.0/oa/message/cs", json=body, headers=headers)


def send_messenger(world: World) -> httpx.Response:
    body = {"recipient": {"id": CUSTOMER}, "message": {"text": "Chào"}}
    headers = {"Authorization": f"Bearer {MESSENGER['page_access_token']}"}
    return world.http.post("/graph.facebook.com/v25.0/me/messages", json=body, headers=headers)


def send_telegram(world: World) -> httpx.Response:
    url = f"/api.telegram.org/bot{TELEGRAM['bot_token']}/sendMessage"
    return world.http.post(url, json={"chat_id": CUSTOMER, "text": "Chào"})


SENDERS = {"zalo": send_zalo, "messenger": send_messenger, "telegram": send_telegram}


@pytest.mark.parametrize("channel", SENDERS)
def test_calls_are_recorded_with_their_account_and_without_their_tokens(
    world: World, channel: str
) -> None:
    SENDERS[channel](world)

    (call,) = world.http.get("/calls", params={"channel": channel, "account": "hoa-mai"}).json()
    assert (call["method"], call["status"], call["account"]) == ("POST", 200, "hoa-mai")
    assert "Chào" in str(call["body"])
    assert call["response"]
    secrets = [*ZALO.values(), *MESSENGER.values(), *TELEGRAM.values()]
    shown = [str(call[part]) for part in ("path", "query", "headers")]
    tokens = [secret for secret in secrets if "token" in secret.lower()]
    assert not [token for token in tokens for part in shown if token in part]


def test_calls_can_be_cleared(world: World) -> None:
    send_zalo(world)
    assert world.http.delete("/calls").status_code == 204
    assert world.http.get("/calls").json() == []


def test_a_call_with_an_unknown_token_has_no_account(world: World) -> None:
    world.http.get("/api.telegram.org/bot1:x/getMe")
    (call,) = world.http.get("/calls").json()
    assert (call["channel"], call["account"], call["status"]) == ("telegram", None, 401)


def test_unknown_host_is_recorded_too(world: World) -> None:
    assert world.http.get("/api.nowhere.example/v1/x").status_code == 404
    (call,) = world.http.get("/calls").json()
    assert (call["channel"], call["host"]) == (None, "api.nowhere.example")


@pytest.mark.parametrize(
    ("channel", "kind", "status", "told"),
    [
        ("zalo", "throttle", 200, {"error": -32}),
        ("zalo", "blocked", 200, {"error": -213}),
        ("zalo", "expired_token", 200, {"error": -216}),
        ("messenger", "throttle", 400, {"code": 4, "is_transient": True}),
        ("messenger", "server_error", 500, {"code": 2, "is_transient": True}),
        ("messenger", "blocked", 400, {"code": 551, "error_subcode": 1545041}),
        ("messenger", "expired_token", 400, {"code": 190, "error_subcode": 463}),
        ("telegram", "throttle", 429, {"parameters": {"retry_after": 3}}),
        ("telegram", "server_error", 502, {"ok": False}),
        ("telegram", "blocked", 403, {"error_code": 403}),
        ("telegram", "expired_token", 401, {"error_code": 401}),
    ],
)
def test_an_ordered_fault_speaks_the_platforms_words(
    world: World, channel: str, kind: str, status: int, told: dict[str, Any]
) -> None:
    world.http.post("/faults", json={"channel": channel, "kind": kind, "times": 1})
    failed, then = SENDERS[channel](world), SENDERS[channel](world)
    document = failed.json()
    inner = document["error"] if isinstance(document.get("error"), dict) else document
    assert failed.status_code == status
    assert told.items() <= inner.items()
    assert then.status_code == 200


def test_zalos_gateway_fails_in_html(world: World) -> None:
    world.http.post("/faults", json={"channel": "zalo", "kind": "server_error"})
    failed = send_zalo(world)
    assert (failed.status_code, failed.headers["content-type"]) == (502, "text/html")


def test_a_dropped_call_breaks_the_connection_and_never_took_place(world: World) -> None:
    world.http.post("/faults", json={"channel": "telegram", "kind": "drop"})
    with pytest.raises(httpx.TransportError):
        send_telegram(world)
    assert world.http.get(f"/chats/telegram/hoa-mai/{CUSTOMER}").json() == []
    assert world.http.get("/calls").json()[0]["status"] is None


def test_a_slow_call_took_place_before_it_is_answered(world: World) -> None:
    order = {"channel": "telegram", "kind": "slow", "seconds": 0.3}
    world.http.post("/faults", json=order)
    started = time.monotonic()
    assert send_telegram(world).status_code == 200
    assert time.monotonic() - started >= 0.3
    assert len(world.http.get(f"/chats/telegram/hoa-mai/{CUSTOMER}").json()) == 1


def test_faults_hit_only_sends_and_can_be_called_off(world: World) -> None:
    world.http.post("/faults", json={"channel": "telegram", "kind": "blocked", "times": 2})
    url = f"/api.telegram.org/bot{TELEGRAM['bot_token']}/getMe"
    assert world.http.get(url).status_code == 200
    assert world.http.get("/faults").json() == {"telegram": ["blocked", "blocked"]}
    world.http.delete("/faults")
    assert send_telegram(world).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/faults", {"channel": "telegram", "kind": "earthquake"}, 422),
        ("/faults", {"channel": "pigeon", "kind": "slow"}, 404),
        ("/customers/pigeon/hoa-mai", {"external_id": "1", "text": "a"}, 404),
        ("/customers/zalo/nobody", {"external_id": "1", "text": "a"}, 404),
        ("/customers/zalo/hoa-mai", {"external_id": "1"}, 422),
        ("/customers/zalo/hoa-mai", {"external_id": "1", "text": "a", "colour": "red"}, 422),
        ("/customers/telegram/hoa-mai", {"external_id": "1", "action": "see"}, 422),
        ("/customers/email/hoa-mai", {"external_id": "no address", "text": "a"}, 422),
        ("/mails/none/reply", {"text": "a"}, 404),
    ],
)
def test_wrong_requests_are_told_so(
    world: World, path: str, body: dict[str, Any], status: int
) -> None:
    assert world.http.post(path, json=body).status_code == status


def test_stack_may_come_later_and_change(world: World) -> None:
    world.stack_path.unlink()
    assert world.http.get("/health").json() == {"status": "ok", "accounts": 0}
    world.write_stack(telegram=TELEGRAM)
    wait_until(lambda: world.http.get("/health").json()["accounts"] == 1)


def test_half_written_stack_keeps_the_one_before(world: World) -> None:
    assert world.http.get("/health").json()["accounts"] == 4
    world.stack_path.write_text('{"accounts": [', "utf-8")
    assert world.http.get("/health").json()["accounts"] == 4


def test_everything_can_be_forgotten(world: World) -> None:
    world.stack.statuses = [500] * 50
    words = {"external_id": CUSTOMER, "name": "Hà", "text": "Alo"}
    world.http.post("/customers/telegram/hoa-mai", json=words)
    world.http.delete("/")
    lists = [world.http.get(path).json() for path in ("/calls", "/chats", "/webhooks", "/faults")]
    assert lists == [[], [], [], {}]
