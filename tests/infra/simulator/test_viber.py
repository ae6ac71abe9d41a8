"""Viber, as its REST bot API documents it."""

import hashlib
import hmac
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.viber.adapter import ViberAdapter
from chalicelib.domain.events import ChannelEvent, MessageReceived, ReceiptReceived
from chalicelib.domain.messages import AttachmentKind, Delivery

from .conftest import World
from .world import Received

VIBER = {"auth_token": "445da6az1s345z78-dazcczb2542zv51a-e0vc5fva17480im9", "sender_name": "Mai"}
CUSTOMER = "01234567890123456789ab=="
API = "/chatapi.viber.com/pa"


@pytest.fixture(autouse=True)
def with_viber(world: World) -> None:
    world.write_stack(viber=VIBER)


def call(world: World, name: str, token: str = VIBER["auth_token"], **fields: Any) -> Any:
    headers = {"X-Viber-Auth-Token": token}
    return world.http.post(f"{API}/{name}", json=fields, headers=headers).json()


def send(world: World, **fields: Any) -> Any:
    text = {"type": "text", "text": "Chào bạn"}
    whole = {"receiver": CUSTOMER, "sender": {"name": "Mai"}, **text, **fields}
    return call(world, "send_message", **whole)


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Lê Bảo Ngọc", "text": "Alo shop", **words}
    return world.http.post("/customers/viber/hoa-mai", json=words)


def understood(received: Received) -> list[ChannelEvent]:
    adapter = ViberAdapter("hoa-mai", VIBER)
    request = WebhookRequest(received.headers, {}, received.body)
    adapter.verify(request)
    parsed = adapter.parse(request)
    assert parsed.unrecognised == ()
    return [each.event for each in parsed.received]


def message(received: Received) -> MessageReceived:
    (event,) = understood(received)
    assert isinstance(event, MessageReceived)
    return event


def test_callback_is_signed_under_the_token(world: World) -> None:
    answer = write(world, occurred_at="2026-03-02T08:00:00+07:00")

    (received,) = world.stack.received
    digest = hmac.new(VIBER["auth_token"].encode(), received.body, hashlib.sha256).hexdigest()
    assert received.headers["x-viber-content-signature"] == digest
    assert received.json()["timestamp"] == 1772413200000
    assert answer.json()["message_ids"] == [str(received.json()["message_token"])]
    assert message(received).name == "Lê Bảo Ngọc"


def test_tokens_have_64_bits_and_grow(world: World) -> None:
    write(world)
    write(world)
    first, second = (received.json()["message_token"] for received in world.stack.received)
    assert 2**62 < first < second < 2**63


def test_words_ride_on_a_picture_and_files_can_be_downloaded(world: World) -> None:
    files = [{"type": "image", "text": "pixels"}, {"type": "file", "name": "a.pdf", "text": "pdf"}]
    write(world, attachments=files)

    picture, file = (message(received) for received in world.stack.wait_for(2))
    assert picture.text == "Alo shop"
    assert [each.kind for each in picture.attachments] == [AttachmentKind.IMAGE]
    for said, content in ((picture, b"pixels"), (file, b"pdf")):
        url = str(said.attachments[0].url).removeprefix("https:/")
        assert world.http.get(url).content == content
    assert world.http.get("/dl-media.viber.com/nothing").status_code == 404


@pytest.mark.parametrize("kind", ["video", "audio", "sticker", "link", "location", "gif"])
def test_everything_said_is_understood(world: World, kind: str) -> None:
    item = {"type": kind, "url": "https://a.example/x", "latitude": 21.0, "longitude": 105.8}
    write(world, text="", attachments=[item])
    assert len(message(world.stack.received[0]).attachments) == 1


def test_message_sent_is_delivered_and_then_seen(world: World) -> None:
    token = send(world)["message_token"]
    world.stack.wait_for(1)
    write(world, action="see")

    delivered, seen = (understood(received)[0] for received in world.stack.wait_for(2))
    assert isinstance(delivered, ReceiptReceived)
    assert isinstance(seen, ReceiptReceived)
    assert (delivered.delivery, seen.delivery) == (Delivery.DELIVERED, Delivery.READ)
    assert delivered.message_ids == seen.message_ids == (str(token),)


def test_buttons_can_be_tapped(world: World) -> None:
    button = {"ActionType": "reply", "ActionBody": "Đồng ý", "Text": "Đồng ý"}
    send(world, keyboard={"Type": "keyboard", "Buttons": [button]})
    (line,) = world.http.get(f"/chats/viber/hoa-mai/{CUSTOMER}").json()
    assert line["buttons"] == [{"title": "Đồng ý", "payload": "Đồng ý"}]

    world.stack.wait_for(1)
    write(world, action="tap", payload="Đồng ý")
    assert message(world.stack.wait_for(2)[-1]).text == "Đồng ý"


def test_webhook_is_set_checked_and_told(world: World) -> None:
    events = ["delivered", "seen"]
    assert call(world, "get_account_info")["webhook"].endswith("/webhooks/viber/hoa-mai")
    answer = call(world, "set_webhook", url="https://desk.example/v", event_types=events)
    info = call(world, "get_account_info")
    assert answer["status"] == 0
    assert (info["webhook"], info["status"]) == ("https://desk.example/v", 0)
    assert {*events, "message"} <= set(info["event_types"])
    (check,) = world.stack.wait_for(1)
    assert check.json()["event"] == "webhook"
    assert understood(check) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"receiver": ""}, 4),
        ({"sender": {}}, 4),
        ({"type": "file", "media": "https://a.example/a"}, 4),
        ({"text": " "}, 3),
        ({"text": "a" * 7001}, 3),
        ({"sender": {"name": "a" * 29}}, 3),
        ({"text": "a" * 31_000}, 3),
    ],
)
def test_refusals_are_statuses(world: World, fields: dict[str, Any], status: int) -> None:
    assert send(world, **fields)["status"] == status


def test_other_refusals(world: World) -> None:
    assert call(world, "get_account_info", token="stolen")["status"] == 2
    assert call(world, "set_webhook", url="http://desk.example/")["status"] == 1
    assert call(world, "get_user_details", id="nobody")["status"] == 5
    assert call(world, "make_rain") == {"error": "Not Found"}
    write(world)
    assert call(world, "get_user_details", id=CUSTOMER)["user"]["name"] == "Lê Bảo Ngọc"


@pytest.mark.parametrize(
    ("kind", "status"), [("throttle", 12), ("blocked", 6), ("expired_token", 2)]
)
def test_faults(world: World, kind: str, status: int) -> None:
    world.http.post("/faults", json={"channel": "viber", "kind": kind, "times": 1})
    assert [send(world)["status"], send(world)["status"]] == [status, 0]


def test_a_made_up_name_becomes_an_id(world: World) -> None:
    external_id = write(world, external_id="ngoc").json()["external_id"]
    assert message(world.stack.received[0]).identity.external_id == external_id
    assert len(external_id) == 24


def test_viber_has_no_inbox_for_agents(world: World) -> None:
    words = {"external_id": CUSTOMER, "text": "Chào"}
    assert world.http.post("/agents/viber/hoa-mai", json=words).status_code == 422
