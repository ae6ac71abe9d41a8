"""Twilio, beside its own validator."""

import base64
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.request_validator import RequestValidator

from .conftest import World
from .world import Received

ACCOUNT_SID = "AC7d0c5b1f9e3a42688b6f0d2c4e1a9375"
TWILIO = {
    "account_sid": ACCOUNT_SID,
    "auth_token": "auth-token",
    "sender": "MG5e1f7a2b8c9d40369a7b6c5d4e3f2a10",
}
LAN = "+84900123456"
TOKEN = TWILIO["auth_token"]
MESSAGES = f"/api.twilio.com/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
SERVICE = f"/messaging.twilio.com/v1/Services/{TWILIO['sender']}"


@pytest.fixture
def twilio(world: World) -> World:
    world.write_stack(twilio_sms=TWILIO)
    return world


def authorized(token: str = TOKEN) -> dict[str, str]:
    pair = base64.b64encode(f"{ACCOUNT_SID}:{token}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def send(world: World, token: str = TOKEN, **fields: Any) -> httpx.Response:
    form = {"To": LAN, "MessagingServiceSid": TWILIO["sender"], "Body": "Dạ còn ạ", **fields}
    return world.http.post(MESSAGES, data=form, headers=authorized(token))


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": LAN, "text": "Còn hàng không ạ", **words}
    return world.http.post("/customers/twilio_sms/hoa-mai", json=words)


def form_of(world: World, received: Received) -> dict[str, str]:
    """Return a webhook's fields, after Twilio's validator has taken it."""
    form = dict(parse_qsl(received.body.decode(), keep_blank_values=True))
    url = f"{world.stack.url}{received.path}"
    proof = received.headers["x-twilio-signature"]
    assert RequestValidator("auth-token").validate(url, form, proof)
    return form


def test_a_message_is_a_signed_form(twilio: World) -> None:
    answer = write(twilio)
    (received,) = twilio.stack.wait_for(1)
    form = form_of(twilio, received)
    kind, _, charset = received.headers["content-type"].partition(";")
    assert (kind, charset.strip()) == ("application/x-www-form-urlencoded", "charset=UTF-8")
    assert (form["From"], form["Body"], form["SmsStatus"]) == (LAN, "Còn hàng không ạ", "received")
    assert form["AccountSid"] == ACCOUNT_SID
    assert answer.json()["message_ids"] == [form["MessageSid"]]


def test_a_name_gives_the_same_number_each_time(twilio: World) -> None:
    first, again = (write(twilio, external_id="lan").json()["external_id"] for _ in range(2))
    assert first == again
    assert first.startswith("+849")


def test_media_stay_with_twilio_and_need_its_credentials(twilio: World) -> None:
    write(twilio, text="", attachments=[{"type": "image", "text": "pixels"}])
    form = form_of(twilio, twilio.stack.wait_for(1)[0])
    assert (form["NumMedia"], form["MediaContentType0"]) == ("1", "image/jpeg")
    path = form["MediaUrl0"].removeprefix("https:/")
    assert twilio.http.get(path).status_code == 401
    moved = twilio.http.get(path, headers=authorized())
    assert moved.status_code == 307
    there = moved.headers["location"].removeprefix("https:/")
    assert twilio.http.get(there).content == b"pixels"
    assert twilio.http.get(f"{there}0").status_code == 404


def test_a_text_message_carries_no_place(twilio: World) -> None:
    place = {"type": "location", "latitude": 21.0, "longitude": 105.8}
    assert write(twilio, attachments=[place]).status_code == 422


def test_a_message_is_taken_and_its_steps_are_told(twilio: World) -> None:
    answer = send(twilio)
    assert answer.status_code == 201
    assert answer.json()["status"] == "accepted"
    sent, delivered = (form_of(twilio, each) for each in twilio.stack.wait_for(2))
    assert [sent["MessageStatus"], delivered["MessageStatus"]] == ["sent", "delivered"]
    assert sent["MessageSid"] == answer.json()["sid"]
    assert sent["To"] == LAN


def test_a_number_tells_its_steps_only_where_it_is_asked_to(world: World) -> None:
    world.write_stack(twilio_sms={**TWILIO, "sender": "+12025550147"})
    silent = {"From": "+12025550147", "MessagingServiceSid": ""}
    assert send(world, **silent).status_code == 201
    send(world, **silent, StatusCallback=f"{world.stack.url}/another/door")
    assert {each.path for each in world.stack.wait_for(2)} == {"/another/door"}
    assert form_of(world, world.stack.received[0])["From"] == "+12025550147"


def test_files_and_texts_are_seen_in_the_chat(twilio: World) -> None:
    send(twilio, MediaUrl=["https://f.example/1", "https://f.example/2"])
    chat = twilio.http.get(f"/chats/twilio_sms/hoa-mai/{LAN}").json()
    (entry,) = chat
    assert entry["text"] == "Dạ còn ạ"
    assert [each["url"] for each in entry["attachments"]] == [
        "https://f.example/1",
        "https://f.example/2",
    ]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"token": "stolen"}, 401, 20003),
        ({"To": ""}, 400, 21604),
        ({"To": "0900123456"}, 400, 21211),
        ({"MessagingServiceSid": ""}, 400, 21603),
        ({"MessagingServiceSid": "MG0"}, 400, 21606),
        ({"Body": " "}, 400, 21602),
        ({"Body": "a" * 1601}, 400, 21617),
    ],
)
def test_refusals(twilio: World, fields: dict[str, str], status: int, code: int) -> None:
    answer = send(twilio, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_who_said_stop_is_out_of_reach_until_he_says_start(twilio: World) -> None:
    customer = "+84900999001"
    write(twilio, external_id=customer, text="stop")
    assert send(twilio, To=customer).json()["code"] == 21610
    write(twilio, external_id=customer, text="START")
    assert send(twilio, To=customer).status_code == 201
    forms = [form_of(twilio, each) for each in twilio.stack.wait_for(2)]
    assert {"STOP", "START"} <= {form.get("OptOutType") for form in forms}


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttle", 429, 20429),
        ("server_error", 500, 20500),
        ("blocked", 400, 21610),
        ("expired_token", 401, 20003),
    ],
)
def test_faults(twilio: World, kind: str, status: int, code: int) -> None:
    twilio.http.post("/faults", json={"channel": "twilio_sms", "kind": kind})
    answer = send(twilio)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert send(twilio).status_code == 201


def test_the_messaging_service_tells_and_takes_its_address(twilio: World) -> None:
    found = twilio.http.get(SERVICE, headers=authorized()).json()
    assert found["inbound_request_url"] == f"{twilio.stack.url}/webhooks/twilio_sms/hoa-mai"
    moved = {"InboundRequestUrl": "https://a.example/x"}
    told = twilio.http.post(SERVICE, data=moved, headers=authorized()).json()
    assert told["inbound_request_url"] == "https://a.example/x"
    assert twilio.http.get(f"{SERVICE}0", headers=authorized()).status_code == 404


@pytest.mark.parametrize("path", [".json", "/IncomingPhoneNumbers.json?PhoneNumber=x"])
def test_the_account_answers(twilio: World, path: str) -> None:
    url = MESSAGES.removesuffix("/Messages.json") + path
    assert twilio.http.get(url, headers=authorized()).status_code == 200
    assert twilio.http.get(f"{url.partition('.json')[0]}/none", headers=authorized()).is_error
