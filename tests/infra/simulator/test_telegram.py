"""Telegram, as the Bot API documents it."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import (
    HttpRequest,
    HttpResponse,
    OutboundFile,
    OutboundMessage,
    WebhookRequest,
)
from chalicelib.channels.telegram.adapter import TelegramAdapter
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import MessageReceived
from chalicelib.domain.messages import AttachmentKind, Button

from .conftest import World
from .world import TELEGRAM

API = f"/api.telegram.org/bot{TELEGRAM['bot_token']}"
CUSTOMER = "700100200"


def call(world: World, method: str, **parameters: Any) -> httpx.Response:
    return world.http.post(f"{API}/{method}", json=parameters)


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Lê Bảo Ngọc", "text": "Alo shop", **words}
    return world.http.post("/customers/telegram/hoa-mai", json=words)


def test_update_carries_the_secret_token_and_the_name(world: World) -> None:
    answer = write(world, occurred_at="2026-03-02T08:00:00+07:00")

    (received,) = world.stack.received
    update = received.json()
    assert received.headers["x-telegram-bot-api-secret-token"] == TELEGRAM["secret_token"]
    assert answer.json()["event_ids"] == [str(update["update_id"])]
    message = update["message"]
    assert (message["text"], message["date"]) == ("Alo shop", 1772413200)
    assert message["from"]["first_name"] == "Lê"
    assert message["chat"] == {
        "id": int(CUSTOMER),
        "first_name": "Lê",
        "last_name": "Bảo Ngọc",
        "type": "private",
    }


def test_update_ids_grow(world: World) -> None:
    write(world)
    write(world)
    first, second = (received.json()["update_id"] for received in world.stack.received)
    assert second > first


def test_photo_comes_in_sizes_with_its_caption_and_can_be_downloaded(world: World) -> None:
    write(world, attachments=[{"type": "image", "text": "pixels"}])

    message = world.stack.received[0].json()["message"]
    largest = max(message["photo"], key=lambda size: size["width"])
    file = call(world, "getFile", file_id=largest["file_id"]).json()["result"]
    url = f"/api.telegram.org/file/bot{TELEGRAM['bot_token']}/{file['file_path']}"
    assert message["caption"] == "Alo shop"
    assert world.http.get(url).content == b"pixels"


def test_a_made_up_name_as_id_becomes_a_number(world: World) -> None:
    external_id = write(world, external_id="ngoc").json()["external_id"]
    assert world.stack.received[0].json()["message"]["chat"]["id"] == int(external_id)


def test_next_update_of_a_chat_waits_for_the_one_before(world: World) -> None:
    world.stack.statuses = [500, 500]
    write(world, text="một")
    write(world, text="hai")
    texts = [received.json()["message"]["text"] for received in world.stack.wait_for(4)]
    assert texts == ["một", "một", "một", "hai"]


def test_message_sent_has_no_echo(world: World) -> None:
    answer = call(world, "sendMessage", chat_id=CUSTOMER, text="Chào bạn").json()
    assert answer["ok"] is True
    assert answer["result"]["chat"]["id"] == int(CUSTOMER)
    assert world.http.get("/webhooks").json() == []


def test_buttons_can_be_tapped(world: World) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Đồng ý", "callback_data": "yes"}]]}
    call(world, "sendMessage", chat_id=CUSTOMER, text="Đổi hàng nhé?", reply_markup=keyboard)
    write(world, action="tap", payload="yes", text="Đổi hàng nhé?")

    query = world.stack.received[0].json()["callback_query"]
    assert query["data"] == "yes"
    assert call(world, "answerCallbackQuery", callback_query_id=query["id"]).json()["result"]
    (line,) = world.http.get(f"/chats/telegram/hoa-mai/{CUSTOMER}").json()
    assert line["buttons"] == [{"title": "Đồng ý", "payload": "yes"}]


@pytest.mark.parametrize(
    ("method", "parameters", "code", "description"),
    [
        ("sendMessage", {"text": "a"}, 400, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": 1, "text": " "}, 400, "Bad Request: message text is empty"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "a" * 4097},
            400,
            "Bad Request: message is too long",
        ),
        ("sendRain", {"chat_id": 1}, 404, "Not Found"),
    ],
)
def test_refusals_say_ok_false(
    world: World, method: str, parameters: dict[str, Any], code: int, description: str
) -> None:
    answer = call(world, method, **parameters)
    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": description}


def test_unknown_token_is_unauthorized(world: World) -> None:
    assert world.http.get("/api.telegram.org/bot1:x/getMe").json()["error_code"] == 401


def test_webhook_settings_are_remembered(world: World) -> None:
    installed = call(world, "getWebhookInfo").json()["result"]["url"]
    call(world, "setWebhook", url="https://desk.example/t", allowed_updates=["message"])
    info = call(world, "getWebhookInfo").json()["result"]
    assert installed.endswith("/webhooks/telegram/hoa-mai")
    assert (info["url"], info["allowed_updates"]) == ("https://desk.example/t", ["message"])


def test_telegram_has_no_inbox_for_agents(world: World) -> None:
    words = {"external_id": CUSTOMER, "text": "Chào"}
    assert world.http.post("/agents/telegram/hoa-mai", json=words).status_code == 422


def test_media_is_sent_by_its_url(world: World) -> None:
    answer = call(
        world, "sendPhoto", chat_id=CUSTOMER, photo="https://a.example/x.jpg", caption="Ảnh"
    )
    assert answer.json()["result"]["caption"] == "Ảnh"
    assert call(world, "sendPhoto", chat_id=CUSTOMER).json()["error_code"] == 400


def adapter() -> TelegramAdapter:
    return TelegramAdapter("hoa-mai", TELEGRAM)


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
        to=Identity("telegram", "hoa-mai", CUSTOMER),
        sent_at=datetime.now(UTC),
        **{"text": "", **fields},
    )


@pytest.mark.parametrize(
    ("mime_type", "shown"),
    [
        ("image/jpeg", "photo"),
        ("image/gif", "animation"),
        ("video/mp4", "video"),
        ("audio/ogg", "voice"),
        ("audio/mpeg", "audio"),
        ("application/pdf", "document"),
    ],
)
def test_a_file_by_its_address_is_shown(world: World, mime_type: str, shown: str) -> None:
    file = OutboundFile(
        kind=AttachmentKind.FILE, name="a", mime_type=mime_type, url="https://a.example/a"
    )
    assert adapter().read_reply(carry(world, adapter().reply(outbound(files=(file,)))))
    (line,) = world.http.get(f"/chats/telegram/hoa-mai/{CUSTOMER}").json()
    assert line["attachments"] == [{"type": shown, "url": "https://a.example/a"}]


def test_a_tapped_button_of_ours_reads_as_its_title_and_is_answered(world: World) -> None:
    buttons = (Button(title="Đã xong", payload="done"), Button(title="Chưa", payload="open"))
    adapter().read_reply(carry(world, adapter().reply(outbound(text="Xong?", buttons=buttons))))
    write(world, action="tap", payload="open", text="")
    webhook = WebhookRequest({}, {}, world.stack.wait_for(1)[0].body)
    (received,) = adapter().parse(webhook).received
    assert isinstance(received.event, MessageReceived)
    assert received.event.text == "Chưa"
    answered = adapter().answer(webhook)
    method = json.loads(answered.body)
    assert call(world, method.pop("method"), **method).json()["result"] is True


def test_buttons_with_too_much_data_are_refused(world: World) -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}
    answer = call(world, "sendMessage", chat_id=CUSTOMER, text="a", reply_markup=keyboard)
    assert answer.json()["description"] == "Bad Request: BUTTON_DATA_INVALID"


def test_a_quote_of_a_message_that_is_gone_is_left_out_where_we_allow_it(world: World) -> None:
    quote = {"message_id": 4}
    refused = call(world, "sendMessage", chat_id=CUSTOMER, text="a", reply_parameters=quote)
    assert refused.json()["description"] == "Bad Request: message to be replied not found"
    sent = adapter().reply(outbound(text="Dạ", reply_to_id="4"))
    assert adapter().read_reply(carry(world, sent))


def test_a_customers_file_is_fetched_in_two_steps(world: World) -> None:
    write(world, attachments=[{"type": "image", "text": "pixels"}])
    webhook = WebhookRequest({}, {}, world.stack.wait_for(1)[0].body)
    (received,) = adapter().parse(webhook).received
    assert isinstance(received.event, MessageReceived)
    (photo,) = received.event.attachments
    told = carry(world, adapter().file_request(photo))
    assert carry(world, adapter().file_location(photo, told)).body == b"pixels"


def test_a_bot_whose_webhook_went_astray_is_set_right(world: World) -> None:
    webhook = str(call(world, "getWebhookInfo").json()["result"]["url"])
    call(world, "setWebhook", url="https://elsewhere.example/t")
    astray = adapter().read_check(webhook, carry(world, adapter().check_request(webhook)))
    assert astray.problem == "the bot's webhook is another address"
    for request in adapter().subscribe_requests(webhook):
        assert carry(world, request).status == 200
    right = adapter().read_check(webhook, carry(world, adapter().check_request(webhook)))
    assert right.problem is None
