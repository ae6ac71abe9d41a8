"""Messenger, as Meta documents it."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundFile, OutboundMessage
from chalicelib.channels.messenger.adapter import MessengerAdapter
from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import AttachmentKind, Button

from .conftest import World
from .world import MESSENGER, Received

CUSTOMER = "24959525500300001"
SEND = f"/graph.facebook.com/v25.0/{MESSENGER['page_id']}/messages"
TOKEN = MESSENGER["page_access_token"]


def send(world: World, token: str = TOKEN, path: str = SEND, **fields: Any) -> httpx.Response:
    body = {
        "recipient": {"id": CUSTOMER},
        "messaging_type": "RESPONSE",
        "message": {"text": "Chào bạn", "metadata": "omni:m-1"},
        **fields,
    }
    return world.http.post(path, json=body, headers={"Authorization": f"Bearer {token}"})


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Trần Minh Quân", "text": "Còn hàng không ạ", **words}
    return world.http.post("/customers/messenger/hoa-mai", json=words)


def messaging(received: Received) -> dict[str, Any]:
    (entry,) = received.json()["entry"]
    (event,) = entry["messaging"]
    assert entry["id"] == MESSENGER["page_id"]
    return dict(event)


def subcode_of(answer: httpx.Response) -> int | None:
    subcode: int | None = answer.json().get("error", {}).get("error_subcode")
    return subcode


def test_webhook_is_signed_over_the_escaped_bytes(world: World) -> None:
    write(world, text="Chào shop 😢 https://a.example/")

    (received,) = world.stack.received
    digest = hmac.new(b"meta-app-secret", received.body, hashlib.sha256).hexdigest()
    assert received.headers["x-hub-signature-256"] == f"sha256={digest}"
    assert rb"Ch\u00e0o shop \ud83d\ude22 https:\/\/a.example\/" in received.body
    assert received.body.isascii()
    assert messaging(received)["message"]["text"] == "Chào shop 😢 https://a.example/"


def test_text_and_attachments_travel_apart(world: World) -> None:
    answer = write(world, attachments=[{"type": "image", "url": "https://cdn.example/a.jpg"}])

    text, image = (messaging(received)["message"] for received in world.stack.wait_for(2))
    assert "attachments" not in text
    assert image["attachments"] == [
        {"type": "image", "payload": {"url": "https://cdn.example/a.jpg"}}
    ]
    assert answer.json()["message_ids"] == [text["mid"], image["mid"]]


def test_answer_by_api_echoes_our_app_and_metadata_and_is_delivered(world: World) -> None:
    answer = send(world).json()

    echo, receipt = (messaging(received) for received in world.stack.wait_for(2))
    assert answer["recipient_id"] == CUSTOMER
    assert echo["sender"]["id"] == MESSENGER["page_id"]
    assert echo["message"] == {
        "mid": answer["message_id"],
        "text": "Chào bạn",
        "metadata": "omni:m-1",
        "app_id": int(MESSENGER["app_id"]),
        "is_echo": True,
    }
    assert receipt["delivery"]["mids"] == [answer["message_id"]]
    assert receipt["sender"]["id"] == CUSTOMER


def test_human_answer_in_the_page_inbox_echoes_another_app(world: World) -> None:
    words = {"external_id": CUSTOMER, "text": "Dạ còn ạ"}
    world.http.post("/agents/messenger/hoa-mai", json=words)
    echo = messaging(world.stack.received[0])["message"]
    assert echo["is_echo"] is True
    assert echo["app_id"] != int(MESSENGER["app_id"])


@pytest.mark.parametrize("words", [{"action": "tap", "payload": "SIZE_M", "text": "Cỡ M"}])
def test_tapped_button_is_a_postback(world: World, words: dict[str, str]) -> None:
    write(world, **words)
    postback = messaging(world.stack.received[0])["postback"]
    assert (postback["title"], postback["payload"]) == ("Cỡ M", "SIZE_M")


def test_reading_moves_the_watermark(world: World) -> None:
    write(world, action="see", occurred_at="2026-03-02T08:00:00+07:00")
    assert messaging(world.stack.received[0])["read"] == {"watermark": 1772413200000}


@pytest.mark.parametrize(
    ("fields", "code", "subcode"),
    [
        ({"token": "stolen"}, 190, None),
        ({"message": {"text": "a" * 2001}}, 100, None),
        ({"message": {}}, 100, None),
        ({"recipient": {}}, 100, None),
        ({"path": "/graph.facebook.com/v25.0/1/messages"}, 100, 33),
    ],
)
def test_refusals_are_graph_errors(
    world: World, fields: dict[str, Any], code: int, subcode: int | None
) -> None:
    answer = send(world, **fields)
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert (error["code"], error.get("error_subcode")) == (code, subcode)
    assert error["fbtrace_id"]


@pytest.mark.parametrize(
    ("fields", "status", "subcode"),
    [
        ({}, 400, 2018278),
        ({"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}, 200, None),
    ],
)
def test_after_a_day_only_a_human_may_answer(
    world: World, fields: dict[str, str], status: int, subcode: int | None
) -> None:
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    write(world, occurred_at=two_days_ago.isoformat())
    answer = send(world, **fields)
    assert (answer.status_code, subcode_of(answer)) == (status, subcode)


def test_a_token_in_the_query_and_me_are_understood(world: World) -> None:
    body = {"recipient": {"id": CUSTOMER}, "message": {"text": "Chào"}}
    url = "/graph.facebook.com/v25.0/me/messages"
    answer = world.http.post(url, params={"access_token": TOKEN}, json=body)
    assert answer.status_code == 200


def test_appsecret_proof_is_checked(world: World) -> None:
    proof = hmac.new(b"meta-app-secret", TOKEN.encode(), hashlib.sha256).hexdigest()
    assert send(world, path=f"{SEND}?appsecret_proof={proof}").status_code == 200
    assert send(world, path=f"{SEND}?appsecret_proof=0").status_code == 400


def test_profile_has_the_fields_asked_for(world: World) -> None:
    write(world)
    url = f"/graph.facebook.com/v25.0/{CUSTOMER}"
    parameters = {"fields": "first_name,last_name", "access_token": TOKEN}
    assert world.http.get(url, params=parameters).json() == {
        "first_name": "Quân",
        "last_name": "Trần Minh",
        "id": CUSTOMER,
    }
    unknown = world.http.get("/graph.facebook.com/v25.0/1", params=parameters)
    assert unknown.json()["error"]["error_subcode"] == 33


def adapter() -> MessengerAdapter:
    return MessengerAdapter("hoa-mai", MESSENGER)


def carry(world: World, request: HttpRequest) -> HttpResponse:
    """Make an adapter's own call."""
    url = "/" + request.url.removeprefix("https://")
    answer = world.http.request(
        request.method, url, content=request.body, headers=dict(request.headers)
    )
    return HttpResponse(status=answer.status_code, headers={}, body=answer.content)


def outbound(**fields: Any) -> OutboundMessage:
    return OutboundMessage(
        id="m-1",
        to=Identity("messenger", "hoa-mai", CUSTOMER),
        sent_at=datetime.now(UTC),
        **{"text": "", **fields},
    )


def test_a_file_by_its_address_is_shown_and_echoed(world: World) -> None:
    file = OutboundFile(
        kind=AttachmentKind.IMAGE, name="a.jpg", mime_type="image/jpeg", url="https://a.example/a"
    )
    mid = adapter().read_reply(carry(world, adapter().reply(outbound(files=(file,)))))
    events = map(messaging, world.stack.wait_for(2))
    (echo,) = (event["message"] for event in events if "message" in event)
    (line,) = world.http.get(f"/chats/messenger/hoa-mai/{CUSTOMER}").json()
    assert echo["mid"] == mid
    assert line["attachments"] == [{"type": "image", "url": "https://a.example/a"}]


def test_a_tapped_quick_reply_is_said(world: World) -> None:
    buttons = (Button(title="Đã xong", payload="done"),)
    adapter().read_reply(carry(world, adapter().reply(outbound(text="Xong?", buttons=buttons))))
    write(world, action="tap", payload="done", text="")
    events = map(messaging, world.stack.wait_for(3))
    (said,) = (e["message"] for e in events if "quick_reply" in e.get("message", {}))
    assert (said["text"], said["quick_reply"]) == ("Đã xong", {"payload": "done"})


def test_a_customers_message_can_be_quoted(world: World) -> None:
    (mid,) = write(world).json()["message_ids"]
    reply = adapter().reply(outbound(text="Dạ", reply_to_id=mid))
    assert adapter().read_reply(carry(world, reply))


@pytest.mark.parametrize(
    "message",
    [
        {"text": "a", "attachment": {"type": "image", "payload": {"url": "https://a.example"}}},
        {"text": "a", "quick_replies": [{"title": "a" * 21, "payload": "x"}]},
        {"text": "a", "quick_replies": [{"title": "a", "payload": "x"}] * 14},
    ],
)
def test_what_meta_does_not_take(world: World, message: dict[str, Any]) -> None:
    assert send(world, message=message).json()["error"]["code"] == 100


def test_a_page_that_lost_its_subscription_gets_it_back(world: World) -> None:
    webhook = "https://desk.example/webhooks/messenger/hoa-mai"
    assert (
        adapter().read_check(webhook, carry(world, adapter().check_request(webhook))).problem
        is None
    )
    url = f"/graph.facebook.com/v25.0/{MESSENGER['page_id']}/subscribed_apps"
    world.http.post(url, data={"subscribed_fields": "feed", "access_token": TOKEN})
    lost = adapter().read_check(webhook, carry(world, adapter().check_request(webhook)))
    assert lost.problem
    for request in adapter().subscribe_requests(webhook):
        assert carry(world, request).status == 200
    back = adapter().read_check(webhook, carry(world, adapter().check_request(webhook)))
    assert back.problem is None


def test_an_app_names_its_webhook_by_its_own_token_only(world: World) -> None:
    url = f"/graph.facebook.com/v25.0/{MESSENGER['app_id']}/subscriptions"
    form = {
        "object": "page",
        "callback_url": "https://x",
        "verify_token": "x",
        "fields": "messages",
    }
    assert world.http.post(url, data=form).json()["error"]["code"] == 190
    token = f"{MESSENGER['app_id']}|{MESSENGER['app_secret']}"
    answer = world.http.post(url, data={**form, "access_token": token})
    assert answer.json()["error"]["code"] == 2200
