"""The two pages for people, without a browser."""

import pytest

from .conftest import World


@pytest.mark.parametrize("path", ["/", "/mail"])
def test_pages_need_nothing_from_outside(world: World, path: str) -> None:
    page = world.http.get(path).text
    assert '<html lang="vi">' in page
    assert "//" not in page.replace("https://…", "")


@pytest.mark.parametrize("name", ["simulator.css", "common.js", "chat.js", "mail.js"])
def test_assets_are_served(world: World, name: str) -> None:
    assert world.http.get(f"/static/{name}").status_code == 200


def test_accounts_are_shown_without_secrets(world: World) -> None:
    accounts = world.http.get("/accounts").json()
    assert accounts[-1] == {
        "channel": "email",
        "account": "hoa-mai",
        "label": "Email",
        "address": "hotro@hoamai.example",
    }
    assert "secret" not in world.http.get("/accounts").text


def test_channels_that_are_called_the_same_are_told_apart(world: World) -> None:
    world.write_stack(aws_sms={}, twilio_sms={}, zalo={})
    labels = [account["label"] for account in world.http.get("/accounts").json()]
    assert labels == ["Tin nhắn SMS (aws_sms)", "Tin nhắn SMS (twilio_sms)", "Zalo"]


def test_conversation_shows_both_sides_and_the_fate_of_each_webhook(world: World) -> None:
    words = {"external_id": "700100200", "name": "Bùi Khánh Linh", "text": "Alo"}
    world.http.post("/customers/telegram/hoa-mai", json=words)

    (chat,) = world.http.get("/chats").json()
    (line,) = world.http.get("/chats/telegram/hoa-mai/700100200").json()
    assert (chat["name"], chat["last"]["text"]) == ("Bùi Khánh Linh", "Alo")
    assert (line["by"], line["delivery"]["state"]) == ("customer", "delivered")
