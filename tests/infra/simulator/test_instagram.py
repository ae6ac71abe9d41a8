"""Instagram, as Meta documents it, read by the channel that gets it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import ChannelAdapter, HttpResponse, WebhookRequest
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.events import ChannelEvent, MessageEchoed, MessageReceived, ReceiptReceived
from chalicelib.domain.messages import AttachmentKind, Surface

from .conftest import World
from .test_recorded import PAYLOADS, missing, shape
from .world import Received

CUSTOMER = "1234567890123456"
INSTAGRAM = {
    "app_id": "601234567890123",
    "account_id": "17841400008460056",
    "app_secret": "instagram-app-secret",
    "verify_token": "instagram-verify-token",
    "access_token": "IGAA-access-token",
}
PAGE_ID = "109876543210999"
MEDIA_ID = "17900000000000011"
SEND = f"{INSTAGRAM['account_id']}/messages"


def adapter() -> ChannelAdapter:
    return adapter_class("instagram")("hoa-mai", INSTAGRAM)


@pytest.fixture(autouse=True)
def account(world: World) -> None:
    world.write_stack(instagram=INSTAGRAM)


def call(
    world: World,
    path: str,
    body: Any = None,
    *,
    token: str = INSTAGRAM["access_token"],
    host: str = "graph.instagram.com",
) -> httpx.Response:
    method = "GET" if body is None else "POST"
    headers = {"Authorization": f"Bearer {token}"}
    return world.http.request(method, f"/{host}/v25.0/{path}", json=body, headers=headers)


def send(world: World, text: str = "Dạ chào chị", **fields: Any) -> httpx.Response:
    message = fields.pop("message", {"text": text})
    body = {"recipient": {"id": CUSTOMER}, "message": message, **fields}
    return call(world, SEND, body)


def write(world: World, **words: Any) -> str:
    words = {"external_id": CUSTOMER, "name": "Trần Đức Quân", "text": "Giá sao ạ", **words}
    answer = world.http.post("/customers/instagram/hoa-mai", json=words).json()
    return str(answer["message_ids"][0])


def event_of(received: Received) -> ChannelEvent:
    request = WebhookRequest(received.headers, {}, received.body)
    adapter().verify(request)
    parsed = adapter().parse(request)
    assert parsed.unrecognised == ()
    return parsed.received[0].event


def response_of(answer: httpx.Response) -> HttpResponse:
    return HttpResponse(status=answer.status_code, headers={}, body=answer.content)


def test_a_direct_message(world: World) -> None:
    mid = write(world)
    event = event_of(world.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert (event.text, event.message_id, event.surface) == ("Giá sao ạ", mid, Surface.DIRECT)


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        ("image", [AttachmentKind.IMAGE]),
        ("video", [AttachmentKind.VIDEO]),
        ("audio", [AttachmentKind.AUDIO]),
        ("file", [AttachmentKind.FILE]),
        ("link", [AttachmentKind.LINK]),
    ],
)
def test_an_attachment(world: World, kind: str, seen: list[AttachmentKind]) -> None:
    write(world, text="", attachments=[{"type": kind, "url": "https://a.example/a"}])
    event = event_of(world.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert [each.kind for each in event.attachments] == seen


def test_a_heart(world: World) -> None:
    write(world, text="", attachments=[{"type": "sticker"}])
    event = event_of(world.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert event.text == "[like_heart]"


def test_there_are_no_places_on_instagram(world: World) -> None:
    words = {"external_id": CUSTOMER, "attachments": [{"type": "location", "latitude": 21.0}]}
    assert world.http.post("/customers/instagram/hoa-mai", json=words).status_code == 422


def test_an_answer_is_echoed_without_our_app(world: World) -> None:
    told = send(world).json()
    echo = event_of(world.stack.wait_for(1)[0])
    assert isinstance(echo, MessageEchoed)
    assert (echo.message_id, echo.ours) == (told["message_id"], False)
    assert told["recipient_id"] == CUSTOMER


def test_a_file_and_quick_replies(world: World) -> None:
    attachment = {"type": "image", "payload": {"url": "https://a.example/a.jpg"}}
    assert send(world, message={"attachment": attachment}).status_code == 200
    replies = [{"content_type": "text", "title": "Cỡ M", "payload": "SIZE_M"}]
    assert send(world, message={"text": "Cỡ nào ạ?", "quick_replies": replies}).status_code == 200
    world.stack.wait_for(2)
    write(world, action="tap", payload="SIZE_M")
    event = event_of(world.stack.received[-1])
    assert isinstance(event, MessageReceived)
    assert event.text == "Cỡ M"


def test_another_button_is_a_postback(world: World) -> None:
    write(world, action="tap", payload="TRACK", text="Theo dõi đơn")
    event = event_of(world.stack.received[0])
    assert event.id.startswith("instagram:hoa-mai:postback:")


def test_seen_names_our_last_message(world: World) -> None:
    mid = send(world).json()["message_id"]
    world.stack.wait_for(1)
    write(world, action="see")
    event = event_of(world.stack.received[1])
    assert isinstance(event, ReceiptReceived)
    assert event.message_ids == (mid,)


def test_an_answer_in_the_app_itself(world: World) -> None:
    words = {"external_id": CUSTOMER, "text": "Dạ còn ạ"}
    world.http.post("/agents/instagram/hoa-mai", json=words)
    echo = event_of(world.stack.received[0])
    assert isinstance(echo, MessageEchoed)
    assert echo.identity.external_id == CUSTOMER


def test_a_comment_and_a_reply_to_it(world: World) -> None:
    comment_id = write(world, reply_to_id=MEDIA_ID)
    write(world, reply_to_id=comment_id, payload="reply")
    comment, reply = map(event_of, world.stack.received)
    assert isinstance(comment, MessageReceived)
    assert isinstance(reply, MessageReceived)
    assert (comment.name, comment.surface) == ("tran.duc.quan", Surface.PUBLIC)
    assert comment.thread_refs == (MEDIA_ID,)
    assert reply.thread_refs[-1] == comment.thread == comment_id


def test_a_public_answer_comes_back_as_the_accounts_comment(world: World) -> None:
    comment_id = write(world, reply_to_id=MEDIA_ID)
    sent = call(world, f"{comment_id}/replies", {"message": "Dạ 450.000 đồng ạ"}).json()
    echo = event_of(world.stack.wait_for(2)[1])
    assert isinstance(echo, MessageEchoed)
    assert (echo.message_id, echo.thread_refs[-1]) == (sent["id"], comment_id)


def test_an_answer_to_a_comment_in_the_app_itself(world: World) -> None:
    comment_id = write(world, reply_to_id=MEDIA_ID)
    words = {"external_id": CUSTOMER, "text": "Dạ còn ạ", "reply_to_id": comment_id}
    world.http.post("/agents/instagram/hoa-mai", json=words)
    echo = event_of(world.stack.received[1])
    assert isinstance(echo, MessageEchoed)
    assert echo.thread_refs[-1] == comment_id


def test_a_comment_gets_one_private_answer(world: World) -> None:
    comment_id = write(world, reply_to_id=MEDIA_ID)
    told = send(world, recipient={"comment_id": comment_id})
    assert told.json()["recipient_id"] == CUSTOMER
    assert send(world, recipient={"comment_id": comment_id}).json()["error"]["code"] == 10900


def test_a_comment_gets_no_private_answer_after_a_week(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=8)
    comment_id = write(world, reply_to_id=MEDIA_ID, occurred_at=old.isoformat())
    answer = send(world, recipient={"comment_id": comment_id})
    assert answer.json()["error"]["error_subcode"] == 2534022


@pytest.mark.parametrize(
    ("days", "fields", "status"),
    [
        (2, {}, 400),
        (2, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, 200),
        (8, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, 400),
    ],
)
def test_after_a_day_only_a_person_may_answer(
    world: World, days: int, fields: dict[str, str], status: int
) -> None:
    write(world, occurred_at=(datetime.now(UTC) - timedelta(days=days)).isoformat())
    assert send(world, **fields).status_code == status


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (SEND, {"recipient": {"id": "1"}, "message": {"text": "ạ" * 334}}, 100),
        (SEND, {"recipient": {"id": "1"}, "message": {}}, 100),
        (SEND, {"recipient": {}, "message": {"text": "x"}}, 100),
        (
            SEND,
            {
                "recipient": {"id": "1"},
                "message": {"text": "x", "quick_replies": [{"title": "a" * 21}]},
            },
            100,
        ),
        ("999/messages", {"recipient": {"id": "1"}, "message": {"text": "x"}}, 3),
        ("178/replies", {"message": "a" * 301}, 100),
        ("999", None, 100),
    ],
)
def test_refusals_are_graph_errors(world: World, path: str, body: Any, code: int) -> None:
    answer = call(world, path, body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


def test_a_stolen_token_is_refused(world: World) -> None:
    assert call(world, SEND, {}, token="stolen").json()["error"]["code"] == 190


def test_by_facebooks_login_the_page_sends(world: World) -> None:
    world.write_stack(instagram={**INSTAGRAM, "page_id": PAGE_ID})
    body = {"recipient": {"id": CUSTOMER}, "message": {"text": "Dạ chào chị"}}
    by_page = call(world, f"{PAGE_ID}/messages", body, host="graph.facebook.com")
    assert by_page.status_code == 200
    assert call(world, SEND, body, host="graph.facebook.com").json()["error"]["code"] == 3


def test_who_a_customer_is_and_what_a_comment_says(world: World) -> None:
    comment_id = write(world, reply_to_id=MEDIA_ID)
    who = call(world, f"{CUSTOMER}?fields=name,username").json()
    assert who == {"name": "Trần Đức Quân", "username": "tran.duc.quan", "id": CUSTOMER}
    said = call(world, f"{comment_id}?fields=from,text").json()
    assert said["text"] == "Giá sao ạ"
    assert said["from"]["id"] == CUSTOMER
    assert call(world, f"{comment_id}?hide=true", {}).json() == {"success": True}


@pytest.mark.parametrize(("kind", "code"), [("throttle", 4), ("blocked", 551)])
def test_a_fault_strikes_the_next_send(world: World, kind: str, code: int) -> None:
    world.http.post("/faults", json={"channel": "instagram", "kind": kind})
    assert send(world).json()["error"]["code"] == code
    assert send(world).status_code == 200


def test_the_account_is_subscribed_checked_and_its_token_renewed(world: World) -> None:
    webhook = "https://desk.example.com/webhooks/instagram/hoa-mai"
    (subscribe,) = adapter().subscribe_requests(webhook)
    headers = dict(subscribe.headers)
    world.http.post(subscribe.url.replace("https:/", ""), json={}, headers=headers)
    check = adapter().check_request(webhook)
    assert check is not None
    told = world.http.get(check.url.replace("https:/", ""), headers=dict(check.headers))
    assert adapter().read_check(webhook, response_of(told)).problem is None
    now = datetime.now(UTC)
    renew = adapter().exchange_request(now)
    assert renew is not None
    renewed = world.http.get(renew.url.replace("https:/", ""))
    granted = adapter().read_exchange(response_of(renewed), now)
    assert granted.expires_at == now + timedelta(days=30)


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ("live_text", {}),
        ("live_share", {"text": "", "attachments": [{"type": "link", "url": "https://a.example"}]}),
        ("doc_inline_reply", {"reply_to_id": "aWdfZAG1"}),
        ("doc_comments_changes", {"reply_to_id": MEDIA_ID, "payload": "reply"}),
    ],
)
def test_a_webhook_has_every_field_of_the_recorded_one(
    world: World, recorded: str, words: dict[str, Any]
) -> None:
    path = PAYLOADS / "instagram" / f"{recorded}.json"
    if not path.exists():
        pytest.skip("the recorded payloads are not here")
    write(world, **words)
    played = shape(world.stack.received[0].json())
    assert missing(shape(json.loads(path.read_text("utf-8"))), played) == []
