"""Zalo, as its documentation and captures show it."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundFile, OutboundMessage
from chalicelib.channels.zalo.adapter import ZaloAdapter
from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import AttachmentKind
from chalicelib.errors import PermanentSendError

from .conftest import World
from .world import ZALO, Received

SEND = "/openapi.zalo.me/v3.0/oa/message/cs"
TOKEN = "/oauth.zaloapp.com/v4/oa/access_token"
CUSTOMER = "2268360619345212000"


def send(world: World, text: str = "Chào bạn", token: str = ZALO["access_token"]) -> httpx.Response:
    body = {"recipient": {"user_id": CUSTOMER}, "message": {"text": text}}
    return world.http.post(SEND, json=body, headers={"access_token": token})


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Nguyễn Thu Hà", "text": "Đơn hàng bị móp", **words}
    return world.http.post("/customers/zalo/hoa-mai", json=words)


def refresh(world: World, token: str) -> dict[str, Any]:
    form = {"refresh_token": token, "app_id": ZALO["app_id"], "grant_type": "refresh_token"}
    answer = world.http.post(TOKEN, data=form, headers={"secret_key": ZALO["app_secret"]})
    document: dict[str, Any] = answer.json()
    return document


def mac(received: Received) -> str:
    timestamp = received.json()["timestamp"]
    material = ZALO["app_id"].encode() + received.body + timestamp.encode()
    return "mac=" + hashlib.sha256(material + ZALO["oa_secret_key"].encode()).hexdigest()


def test_customers_text_arrives_as_a_signed_webhook(world: World) -> None:
    answer = write(world)

    (received,) = world.stack.received
    event = received.json()
    assert received.path == "/webhooks/zalo/hoa-mai"
    assert received.headers["x-zevent-signature"] == mac(received)
    assert (event["event_name"], event["app_id"]) == ("user_send_text", ZALO["app_id"])
    assert (event["sender"], event["recipient"]) == ({"id": CUSTOMER}, {"id": ZALO["oa_id"]})
    assert event["message"] == {
        "text": "Đơn hàng bị móp",
        "msg_id": answer.json()["message_ids"][0],
    }
    assert "Đơn hàng".encode() in received.body
    assert answer.status_code == 202
    assert [attempt["status"] for attempt in answer.json()["attempts"]] == [200]


def test_image_carries_its_caption_and_a_file_travels_alone(world: World) -> None:
    image = {"type": "image", "url": "https://cdn.example/a.jpg"}
    file = {"type": "file", "url": "https://cdn.example/b.pdf", "name": "b.pdf", "text": "xin"}
    write(world, attachments=[image, file])

    first, second = (received.json() for received in world.stack.wait_for(2))
    assert (first["event_name"], first["message"]["text"]) == ("user_send_image", "Đơn hàng bị móp")
    assert second["event_name"] == "user_send_file"
    assert second["message"]["attachments"][0]["payload"]["size"] == "3"


def test_platform_time_is_the_customers(world: World) -> None:
    write(world, occurred_at="2026-03-02T08:00:00+07:00")
    assert world.stack.received[0].json()["timestamp"] == "1772413200000"


def test_answer_by_api_echoes_without_an_admin_and_is_received(world: World) -> None:
    answer = send(world)

    echo, receipt = (received.json() for received in world.stack.wait_for(2))
    message_id = answer.json()["data"]["message_id"]
    assert answer.json()["error"] == 0
    assert answer.json()["data"]["quota"]["quota_type"] == "reply"
    assert (echo["event_name"], echo["sender"]) == ("oa_send_text", {"id": ZALO["oa_id"]})
    assert echo["message"]["msg_id"] == receipt["message"]["msg_id"] == message_id
    assert receipt["event_name"] == "user_received_message"
    assert (receipt["sender"]["id"], receipt["recipient"]["id"]) == (ZALO["oa_id"], CUSTOMER)


def test_human_answer_in_zalos_inbox_echoes_with_an_admin(world: World) -> None:
    words = {"external_id": CUSTOMER, "text": "Em kiểm tra ngay"}
    assert world.http.post("/agents/zalo/hoa-mai", json=words).status_code == 202
    assert "admin_id" in world.stack.received[0].json()["sender"]


def test_what_was_read_is_told_by_its_ids(world: World) -> None:
    write(world)
    message_id = send(world).json()["data"]["message_id"]
    world.http.post("/customers/zalo/hoa-mai", json={"external_id": CUSTOMER, "action": "see"})

    seen = [received.json() for received in world.stack.wait_for(4)]
    (event,) = [event for event in seen if event["event_name"] == "user_seen_message"]
    assert event["message"]["msg_ids"] == [message_id]


@pytest.mark.parametrize(
    ("text", "token", "error"),
    [
        ("Chào", "nobody's", -216),
        ("a" * 2001, ZALO["access_token"], -201),
        ("ờ" * 2000, ZALO["access_token"], 0),
        ("", ZALO["access_token"], -201),
    ],
)
def test_refusals_come_with_http_200(world: World, text: str, token: str, error: int) -> None:
    answer = send(world, text, token)
    assert (answer.status_code, answer.json()["error"]) == (200, error)


def test_a_decomposed_text_is_counted_composed(world: World) -> None:
    assert send(world, "o\u031b\u0300" * 2000).json()["error"] == 0


def test_the_window_closes_seven_days_after_the_customers_word(world: World) -> None:
    write(world, occurred_at="2024-03-02T08:00:00+07:00")
    assert send(world).json()["error"] == -230


def test_profile_tells_the_name_that_no_webhook_carries(world: World) -> None:
    write(world)
    url = "/openapi.zalo.me/v3.0/oa/user/detail"
    headers = {"access_token": ZALO["access_token"]}
    known = world.http.get(url, params={"data": f'{{"user_id":"{CUSTOMER}"}}'}, headers=headers)
    unknown = world.http.get(url, params={"data": '{"user_id":"1"}'}, headers=headers)
    assert known.json()["data"]["display_name"] == "Nguyễn Thu Hà"
    assert unknown.json()["error"] == -201


def test_refresh_token_works_once_and_kills_the_old_access_token(world: World) -> None:
    pair = refresh(world, ZALO["refresh_token"])
    again = refresh(world, ZALO["refresh_token"])

    assert pair["expires_in"] == "90000"
    assert again["error"] == -14014
    assert send(world).json()["error"] == -216
    assert send(world, token=pair["access_token"]).json()["error"] == 0
    assert "access_token" in refresh(world, pair["refresh_token"])


def test_refresh_needs_the_apps_secret(world: World) -> None:
    form = {"refresh_token": ZALO["refresh_token"], "app_id": ZALO["app_id"]}
    answer = world.http.post(TOKEN, data=form, headers={"secret_key": "guessed"})
    assert answer.json()["error"] == -14004


def test_a_stack_written_anew_begins_with_its_own_tokens(world: World) -> None:
    refresh(world, ZALO["refresh_token"])
    world.write_stack(zalo=ZALO)
    assert send(world).json()["error"] == 0


def adapter(**secrets: str) -> ZaloAdapter:
    return ZaloAdapter("hoa-mai", {**ZALO, **secrets})


def carry(world: World, request: HttpRequest | None) -> HttpResponse:
    """Make an adapter's own call."""
    assert request is not None
    answer = world.http.request(
        request.method,
        "/" + request.url.removeprefix("https://"),
        content=request.body,
        headers=dict(request.headers),
    )
    return HttpResponse(status=answer.status_code, headers={}, body=answer.content)


def outbound(**fields: Any) -> OutboundMessage:
    return OutboundMessage(
        id="m-1",
        to=Identity("zalo", "hoa-mai", CUSTOMER),
        sent_at=datetime.now(UTC),
        **{"text": "", **fields},
    )


def test_a_picture_by_its_address_is_shown_and_echoed(world: World) -> None:
    picture = OutboundFile(
        kind=AttachmentKind.IMAGE, name="a.jpg", mime_type="image/jpeg", url="https://a.example/a"
    )
    sent_id = adapter().read_reply(carry(world, adapter().reply(outbound(files=(picture,)))))
    events = (received.json() for received in world.stack.wait_for(2))
    (echo,) = (event for event in events if event["event_name"].startswith("oa_send"))
    (line,) = world.http.get(f"/chats/zalo/hoa-mai/{CUSTOMER}").json()
    assert (echo["event_name"], echo["message"]["msg_id"]) == ("oa_send_image", sent_id)
    assert line["attachments"] == [{"type": "image", "url": "https://a.example/a"}]


def test_a_customers_message_can_be_quoted(world: World) -> None:
    (known,) = write(world).json()["message_ids"]
    reply = adapter().reply(outbound(text="Dạ", reply_to_id=known))
    assert adapter().read_reply(carry(world, reply))


@pytest.mark.parametrize(
    "attachment",
    [
        {"type": "file", "payload": {"url": "https://a.example/a.pdf"}},
        {"type": "template", "payload": {"template_type": "media", "elements": []}},
        {"type": "template", "payload": {"template_type": "list", "elements": [{"url": "x"}]}},
    ],
)
def test_what_zalo_does_not_take(world: World, attachment: dict[str, Any]) -> None:
    body = {"recipient": {"user_id": CUSTOMER}, "message": {"attachment": attachment}}
    headers = {"access_token": ZALO["access_token"]}
    assert world.http.post(SEND, json=body, headers=headers).json()["error"] == -201


def test_an_account_exchanges_its_token_and_is_well_again(world: World) -> None:
    now = datetime.now(UTC)
    old = adapter()
    assert old.read_check("", carry(world, old.check_request(""))).problem is None
    granted = old.read_exchange(carry(world, old.exchange_request(now)), now)
    assert granted.expires_at == now + timedelta(hours=25)
    assert "-216" in str(old.read_check("", carry(world, old.check_request(""))).problem)
    new = old.with_secrets(granted.secrets)
    assert new.read_check("", carry(world, new.check_request(""))).problem is None
    with pytest.raises(PermanentSendError):
        old.read_exchange(carry(world, old.exchange_request(now)), now)
