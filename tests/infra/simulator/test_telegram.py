"""Telegram, as the Bot API documents it."""

from typing import Any

import httpx
import pytest

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
