"""A shop's own site, by Standard Webhooks."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from chalicelib.channels.base import HttpRequest, OutboundMessage, WebhookRequest
from chalicelib.channels.generic.adapter import GenericAdapter
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    MessageEchoed,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import AttachmentKind, Button, Delivery

from .conftest import World
from .world import Received

GENERIC = {
    "secret": f"whsec_{base64.b64encode(b's' * 32).decode()}",
    "reply_secret": f"whsec_{base64.b64encode(b'r' * 32).decode()}",
    "reply_url": "https://shop.gomhoamai.example/frontline",
}
CUSTOMER = "khach-1024"
SHOP = "/shop.gomhoamai.example/frontline"


@pytest.fixture(autouse=True)
def with_generic(world: World) -> None:
    world.write_stack(generic=GENERIC)


def adapter() -> GenericAdapter:
    return GenericAdapter("hoa-mai", GENERIC)


def outgoing(**fields: Any) -> HttpRequest:
    now = datetime.now(UTC)
    fields = {"id": "o-1:0", "text": "Chào bạn", "sent_at": now, "now": now, **fields}
    to = Identity("generic", "hoa-mai", CUSTOMER)
    return adapter().reply(OutboundMessage(to=to, **fields))


def send(world: World, **fields: Any) -> httpx.Response:
    request = outgoing(**fields)
    return world.http.post(SHOP, content=request.body, headers=dict(request.headers))


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Lê Bảo Ngọc", "text": "Alo shop", **words}
    return world.http.post("/customers/generic/hoa-mai", json=words)


def understood(received: Received) -> ChannelEvent:
    now = datetime.now(UTC)
    request = WebhookRequest(received.headers, {}, received.body, received_at=now)
    adapter().verify(request)
    parsed = adapter().parse(request)
    assert parsed.unrecognised == ()
    (each,) = parsed.received
    return each.event


def message(received: Received) -> MessageReceived:
    event = understood(received)
    assert isinstance(event, MessageReceived)
    return event


def test_webhook_is_one_that_the_standards_library_takes(world: World) -> None:
    answer = write(world, occurred_at="2026-03-02T08:00:00+07:00")

    (received,) = world.stack.received
    read = Webhook(GENERIC["secret"]).verify(received.body, received.headers)
    said = message(received)
    assert answer.json()["event_ids"] == [received.headers["webhook-id"]]
    assert answer.json()["message_ids"] == [said.message_id] == [read["data"]["message"]["id"]]
    assert (said.text, said.name) == ("Alo shop", "Lê Bảo Ngọc")
    assert said.occurred_at == datetime(2026, 3, 2, 1, tzinfo=UTC)


def test_attachments_can_be_downloaded(world: World) -> None:
    files = [{"type": "image", "text": "pixels"}, {"type": "location", "latitude": 21.0}]
    write(world, attachments=files, reply_to_id="r-1")

    said = message(world.stack.received[0])
    picture, place = said.attachments
    assert (picture.kind, place.kind) == (AttachmentKind.IMAGE, AttachmentKind.LOCATION)
    assert said.thread_refs == ("r-1",)
    assert world.http.get(str(picture.url).removeprefix("https:/")).content == b"pixels"
    assert world.http.get("/shop.gomhoamai.example/files/x").status_code == 404


def test_an_answer_is_taken_named_and_delivered(world: World) -> None:
    named = send(world).json()["id"]
    world.stack.wait_for(1)
    write(world, action="see")

    delivered, seen = (understood(received) for received in world.stack.wait_for(2))
    assert isinstance(delivered, ReceiptReceived)
    assert isinstance(seen, ReceiptReceived)
    assert (delivered.delivery, seen.delivery) == (Delivery.DELIVERED, Delivery.READ)
    assert delivered.message_ids == seen.message_ids == (named,)


def test_the_same_answer_has_the_same_name(world: World) -> None:
    assert send(world).json() == send(world, attempt=2).json()


def test_buttons_can_be_tapped(world: World) -> None:
    send(world, buttons=(Button(title="Đồng ý", payload="yes"),))
    (line,) = world.http.get(f"/chats/generic/hoa-mai/{CUSTOMER}").json()
    assert line["buttons"] == [{"title": "Đồng ý", "payload": "yes"}]

    world.stack.wait_for(1)
    write(world, action="tap", payload="yes", text="Đồng ý")
    tapped = message(world.stack.wait_for(2)[-1])
    assert (tapped.text, tapped.choice) == ("Đồng ý", "yes")


def test_an_agent_answers_on_the_shops_own_page(world: World) -> None:
    words = {"external_id": CUSTOMER, "text": "Dạ còn ạ"}
    world.http.post("/agents/generic/hoa-mai", json=words)
    event = understood(world.stack.received[0])
    assert isinstance(event, MessageEchoed)
    assert (event.text, event.ours) == ("Dạ còn ạ", False)


def test_the_shop_takes_nothing_unproven(world: World) -> None:
    old = datetime.now(UTC) - timedelta(minutes=6)
    assert send(world, now=old).status_code == 401
    request = outgoing()
    for changed in ({"webhook-signature": "v1,x"}, {"webhook-timestamp": "x"}):
        headers = {**request.headers, **changed}
        assert world.http.post(SHOP, content=request.body, headers=headers).status_code == 401
    assert world.http.post("/shop.gomhoamai.example/other", json={}).status_code == 404


def test_the_shop_takes_nothing_else(world: World) -> None:
    body = json.dumps({"type": "message.lost"})
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(GENERIC["reply_secret"]).sign("msg_1", now, body),
    }
    assert world.http.post(SHOP, content=body, headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("kind", "status"),
    [("throttle", 429), ("server_error", 503), ("blocked", 403), ("expired_token", 410)],
)
def test_faults(world: World, kind: str, status: int) -> None:
    world.http.post("/faults", json={"channel": "generic", "kind": kind, "times": 1})
    assert [send(world).status_code, send(world).status_code] == [status, 200]
