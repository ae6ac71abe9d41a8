"""LINE, as the Messaging API documents it."""

from typing import Any

import httpx
import pytest
from linebot.v3.webhook import WebhookParser

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.line.adapter import LineAdapter
from chalicelib.domain.events import ChannelEvent, MessageReceived

from .conftest import World
from .world import Received

LINE = {"channel_secret": "line-channel-secret", "channel_access_token": "line-access-token"}
CUSTOMER = "U0123456789abcdef0123456789abcdef"
API = "/api.line.me/v2/bot"
KEY = "123e4567-e89b-42d3-a456-426614174000"
TEXT = {"type": "text", "text": "Chào bạn"}


@pytest.fixture(autouse=True)
def with_line(world: World) -> None:
    world.write_stack(line=LINE)


def call(world: World, method: str, path: str, token: str = "", **fields: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token or LINE['channel_access_token']}"}
    if "retry_key" in fields:
        headers["X-Line-Retry-Key"] = fields.pop("retry_key")
    return world.http.request(method, path, json=fields or None, headers=headers)


def push(world: World, *messages: dict[str, Any], **fields: Any) -> httpx.Response:
    whole = {"to": CUSTOMER, "messages": list(messages or (TEXT,)), **fields}
    return call(world, "POST", f"{API}/message/push", **whole)


def reply(world: World, token: str, **fields: Any) -> httpx.Response:
    whole = {"replyToken": token, "messages": [TEXT], **fields}
    return call(world, "POST", f"{API}/message/reply", **whole)


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Lê Bảo Ngọc", "text": "Alo shop", **words}
    return world.http.post("/customers/line/hoa-mai", json=words)


def understood(received: Received) -> list[ChannelEvent]:
    adapter = LineAdapter("hoa-mai", LINE)
    request = WebhookRequest(received.headers, {}, received.body)
    adapter.verify(request)
    parsed = adapter.parse(request)
    assert parsed.unrecognised == ()
    return [each.event for each in parsed.received]


def message(received: Received) -> MessageReceived:
    (event,) = understood(received)
    assert isinstance(event, MessageReceived)
    return event


def test_webhook_is_one_that_the_official_sdk_takes(world: World) -> None:
    write(world, occurred_at="2026-03-02T08:00:00+07:00")

    (received,) = world.stack.received
    signature = received.headers["x-line-signature"]
    (event,) = WebhookParser(LINE["channel_secret"]).parse(received.body.decode(), signature)
    assert (event.message.text, event.timestamp) == ("Alo shop", 1772413200000)
    assert event.webhook_event_id.startswith("01K")
    assert message(received).text == "Alo shop"


def test_content_is_fetched_with_the_token(world: World) -> None:
    write(world, text="", attachments=[{"type": "image", "text": "pixels"}])

    (image,) = message(world.stack.received[0]).attachments
    request = LineAdapter("hoa-mai", LINE).file_request(image)
    assert request is not None
    path = request.url.removeprefix("https:/")
    assert world.http.get(path, headers=request.headers).content == b"pixels"
    assert world.http.get(path).status_code == 401
    assert call(world, "GET", "/api-data.line.me/v2/bot/message/1/content").status_code == 404


@pytest.mark.parametrize("kind", ["video", "audio", "file", "sticker", "link", "location", "gif"])
def test_everything_said_is_understood(world: World, kind: str) -> None:
    item = {"type": kind, "url": "https://a.example/x", "latitude": 21.0, "longitude": 105.8}
    write(world, text="", attachments=[item])
    said = message(world.stack.received[0])
    assert said.attachments or said.text == "https://a.example/x"


def test_a_reply_token_is_good_once(world: World) -> None:
    write(world)
    token = world.stack.received[0].json()["events"][0]["replyToken"]
    assert reply(world, token).json()["sentMessages"][0]["id"].isdigit()
    again = reply(world, token)
    assert (again.status_code, again.json()["message"]) == (400, "Invalid reply token")
    _, line = world.http.get(f"/chats/line/hoa-mai/{CUSTOMER}").json()
    assert (line["by"], line["text"]) == ("company", "Chào bạn")


def test_a_reply_token_is_good_for_a_minute(world: World) -> None:
    write(world, occurred_at="2026-03-02T08:00:00+07:00")
    token = world.stack.received[0].json()["events"][0]["replyToken"]
    assert reply(world, token).status_code == 400


def test_a_reply_takes_no_retry_key(world: World) -> None:
    write(world)
    token = world.stack.received[0].json()["events"][0]["replyToken"]
    assert reply(world, token, retry_key=KEY).status_code == 400


def test_what_was_pushed_once_is_not_pushed_again(world: World) -> None:
    first, again = push(world, retry_key=KEY), push(world, retry_key=KEY)
    assert (first.status_code, again.status_code) == (200, 409)
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.json()["sentMessages"] == first.json()["sentMessages"]
    assert len(world.http.get(f"/chats/line/hoa-mai/{CUSTOMER}").json()) == 1


def test_quick_replies_can_be_tapped(world: World) -> None:
    action = {"type": "message", "label": "Đồng ý", "text": "Đồng ý"}
    push(world, {**TEXT, "quickReply": {"items": [{"type": "action", "action": action}]}})
    (line,) = world.http.get(f"/chats/line/hoa-mai/{CUSTOMER}").json()
    assert line["buttons"] == [{"title": "Đồng ý", "payload": "Đồng ý"}]

    write(world, action="tap", payload="Đồng ý")
    assert message(world.stack.received[0]).text == "Đồng ý"


def test_who_a_customer_is(world: World) -> None:
    write(world)
    profile = call(world, "GET", f"{API}/profile/{CUSTOMER}").json()
    assert (profile["displayName"], profile["language"]) == ("Lê Bảo Ngọc", "vi")
    assert call(world, "GET", f"{API}/profile/U0").status_code == 404


def test_webhook_settings_are_remembered_and_tried(world: World) -> None:
    path = f"{API}/channel/webhook"
    installed = call(world, "GET", f"{path}/endpoint").json()
    assert installed["endpoint"].endswith("/webhooks/line/hoa-mai")
    assert installed["active"] is True
    assert call(world, "PUT", f"{path}/endpoint", endpoint="http://x").status_code == 400
    call(world, "PUT", f"{path}/endpoint", endpoint="https://desk.example/l")
    assert call(world, "GET", f"{path}/endpoint").json()["endpoint"] == "https://desk.example/l"
    assert call(world, "POST", f"{path}/test", endpoint="https://desk.example/l").json()["success"]
    assert understood(world.stack.wait_for(1)[0]) == []
    assert call(world, "DELETE", f"{path}/endpoint").status_code == 404


@pytest.mark.parametrize(
    ("messages", "detail"),
    [
        ([{"type": "text", "text": ""}], "messages[0].text"),
        ([TEXT, {"type": "text", "text": "😊" * 2501}], "messages[1].text"),
        ([{"type": "image", "originalContentUrl": "http://a"}], "messages[0].originalContentUrl"),
        ([{"type": "rain"}], "messages[0].type"),
        ([TEXT] * 6, "messages"),
    ],
)
def test_refusals_name_the_place(world: World, messages: list[dict[str, Any]], detail: str) -> None:
    answer = push(world, *messages)
    assert answer.status_code == 400
    assert answer.json()["details"][0]["property"] == detail


def test_other_refusals(world: World) -> None:
    assert push(world, token="stolen").status_code == 401
    assert push(world, to="khach").status_code == 400
    assert call(world, "GET", f"{API}/rain").status_code == 404


@pytest.mark.parametrize(
    ("kind", "status"),
    [("throttle", 429), ("server_error", 500), ("blocked", 400), ("expired_token", 401)],
)
def test_faults(world: World, kind: str, status: int) -> None:
    world.http.post("/faults", json={"channel": "line", "kind": kind, "times": 1})
    assert [push(world).status_code, push(world).status_code] == [status, 200]


def test_a_made_up_name_becomes_an_id(world: World) -> None:
    external_id = write(world, external_id="ngoc").json()["external_id"]
    assert message(world.stack.received[0]).identity.external_id == external_id
    assert len(external_id) == 33


def test_line_tells_nobody_what_was_seen(world: World) -> None:
    assert write(world, action="see").status_code == 422
