"""WhatsApp, as Meta documents it, and understood by the channel itself."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import (
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import MessageEchoed, MessageReceived, ReceiptReceived
from chalicelib.domain.messages import AttachmentKind, Button, Delivery, Template
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

from .conftest import World
from .test_recorded import PAYLOADS, missing, shape
from .world import MESSENGER, Received

WHATSAPP = {
    "phone_number_id": "482190377001122",
    "waba_id": "204918273645500",
    "app_secret": "meta-app-secret",
    "verify_token": "meta-verify-token",
    "access_token": "EAAW-access-token",
}
PHONE = "84900000123"
HIDDEN = "VN.30918275566410937725"
# Parent ids are for large businesses; a message that was forwarded says so.
NOT_PLAYED = ("parent_user_id", "context")
NUMBER = f"/graph.facebook.com/v25.0/{WHATSAPP['phone_number_id']}"


@pytest.fixture
def whatsapp(world: World) -> World:
    """Hand out a world in which Messenger and WhatsApp share Meta's host."""
    world.write_stack(messenger=MESSENGER, whatsapp=WHATSAPP)
    return world


def adapter() -> ChannelAdapter:
    return adapter_class("whatsapp")("hoa-mai", WHATSAPP)


def write(world: World, external_id: str = PHONE, **words: Any) -> httpx.Response:
    words = {"external_id": external_id, "name": "Trần Minh Quân", "text": "Còn hàng ạ?", **words}
    return world.http.post("/customers/whatsapp/hoa-mai", json=words)


def understood(received: Received) -> Parsed:
    """Return what the channel makes of a webhook, its signature proven."""
    request = WebhookRequest(headers=received.headers, query={}, body=received.body)
    adapter().verify(request)
    parsed = adapter().parse(request)
    assert parsed.unrecognised == ()
    return parsed


def said(received: Received) -> MessageReceived:
    event = understood(received).received[0].event
    assert isinstance(event, MessageReceived)
    return event


def receipt(received: Received) -> ReceiptReceived:
    event = understood(received).received[0].event
    assert isinstance(event, ReceiptReceived)
    return event


def played(world: World, request: HttpRequest | None) -> HttpResponse:
    """Make a call of the channel's where the simulator plays its host."""
    assert request is not None
    answer = world.http.request(
        request.method,
        f"/{request.url.removeprefix('https://')}",
        headers=dict(request.headers),
        content=request.body,
    )
    return HttpResponse(
        status=answer.status_code, headers=dict(answer.headers), body=answer.content
    )


def send(world: World, to: str = HIDDEN, **fields: Any) -> HttpResponse:
    request = adapter().reply(
        OutboundMessage(
            id="4821937000000001",
            to=Identity("whatsapp", "hoa-mai", to),
            sent_at=datetime(2026, 3, 2, tzinfo=UTC),
            **{"text": "Dạ còn ạ", **fields},
        )
    )
    assert isinstance(request, HttpRequest)
    return played(world, request)


def test_webhook_is_signed_over_the_escaped_bytes(whatsapp: World) -> None:
    write(whatsapp, text="Chào shop 😢 https://a.example/")
    (received,) = whatsapp.stack.received
    digest = hmac.new(b"meta-app-secret", received.body, hashlib.sha256).hexdigest()
    assert received.headers["x-hub-signature-256"] == f"sha256={digest}"
    assert rb"Ch\u00e0o shop \ud83d\ude22 https:\/\/a.example\/" in received.body
    assert said(received).text == "Chào shop 😢 https://a.example/"


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ("message__text", {}),
        ("message__voice", {"text": "", "attachments": [{"type": "audio", "text": "x"}]}),
        ("message__static_sticker", {"text": "", "attachments": [{"type": "sticker"}]}),
        ("message__document", {"attachments": [{"type": "file", "name": "a.pdf"}]}),
    ],
)
def test_webhook_has_every_field_of_the_recorded_one(
    whatsapp: World, recorded: str, words: dict[str, Any]
) -> None:
    path = PAYLOADS / f"whatsapp/{recorded}.json"
    if not path.exists():
        pytest.skip("the recorded payloads are not here")
    write(whatsapp, **words)
    played_shape = shape(whatsapp.stack.received[0].json())
    lacking = missing(shape(json.loads(path.read_text("utf-8"))), played_shape)
    assert [each for each in lacking if not each.partition(":")[0].endswith(NOT_PLAYED)] == []


@pytest.mark.parametrize("external_id", [PHONE, HIDDEN])
def test_a_phone_is_told_unless_a_username_hides_it(whatsapp: World, external_id: str) -> None:
    answer = write(whatsapp, external_id).json()
    (received,) = whatsapp.stack.received
    assert said(received).identity.external_id == answer["external_id"]
    assert said(received).name == "Trần Minh Quân"
    assert bool(said(received).phone) is (external_id == PHONE)
    assert (PHONE in received.body.decode()) is (external_id == PHONE)


def test_somebody_written_to_by_phone_and_by_user_id_is_one(whatsapp: World) -> None:
    user_id = write(whatsapp).json()["external_id"]
    for to in (PHONE, user_id):
        send(whatsapp, to)
    url = f"/chats/whatsapp/hoa-mai/{user_id}"
    assert [entry["by"] for entry in whatsapp.http.get(url).json()] == [
        "customer",
        "company",
        "company",
    ]


@pytest.mark.parametrize(
    ("attachments", "texts", "kinds"),
    [
        ([{"type": "image", "text": "pixels"}], ["Còn hàng ạ?"], [AttachmentKind.IMAGE]),
        ([{"type": "file", "text": "x"}], ["Còn hàng ạ?"], [AttachmentKind.FILE]),
        ([{"type": "gif", "text": "x"}], ["Còn hàng ạ?"], [AttachmentKind.VIDEO]),
        ([{"type": "audio", "text": "x"}], ["Còn hàng ạ?", ""], [AttachmentKind.AUDIO]),
        ([{"type": "sticker", "text": "x"}], ["Còn hàng ạ?", ""], [AttachmentKind.STICKER]),
        (
            [{"type": "location", "latitude": 10.77, "longitude": 106.7}],
            ["Còn hàng ạ?", ""],
            [AttachmentKind.LOCATION],
        ),
        ([{"type": "link", "url": "https://a.example/"}], ["Còn hàng ạ? https://a.example/"], []),
    ],
)
def test_what_a_customer_sends_along(
    whatsapp: World, attachments: list[Any], texts: list[str], kinds: list[AttachmentKind]
) -> None:
    write(whatsapp, attachments=attachments)
    messages = [said(each) for each in whatsapp.stack.wait_for(len(texts))]
    assert [message.text for message in messages] == texts
    assert [each.kind for message in messages for each in message.attachments] == kinds


def test_a_file_is_found_by_its_id_and_fetched_with_the_token(whatsapp: World) -> None:
    write(whatsapp, attachments=[{"type": "image", "text": "pixels"}])
    (picture,) = said(whatsapp.stack.received[0]).attachments
    told = played(whatsapp, adapter().file_request(picture))
    place = adapter().file_location(picture, told)
    assert played(whatsapp, place).body == b"pixels"
    assert place is not None
    stranger = whatsapp.http.get(f"/{place.url.removeprefix('https://')}")
    assert stranger.status_code == 401


def test_a_file_nobody_has_is_an_unknown_object(whatsapp: World) -> None:
    headers = {"authorization": f"Bearer {WHATSAPP['access_token']}"}
    answer = whatsapp.http.get("/graph.facebook.com/v25.0/17", headers=headers)
    assert answer.json()["error"]["error_subcode"] == 33


def test_an_upload_is_a_file_too(whatsapp: World) -> None:
    headers = {"authorization": f"Bearer {WHATSAPP['access_token']}"}
    upload = whatsapp.http.post(
        f"{NUMBER}/media",
        headers=headers,
        data={"messaging_product": "whatsapp"},
        files={"file": ("a.png", b"\x89PNG", "image/png")},
    )
    media_id = upload.json()["id"]
    told = whatsapp.http.get(f"/graph.facebook.com/v25.0/{media_id}", headers=headers).json()
    assert (told["mime_type"], told["file_size"]) == ("image/png", 4)


def test_an_answer_is_sent_and_delivered(whatsapp: World) -> None:
    wamid = adapter().read_reply(send(whatsapp))
    sent, delivered = (receipt(each) for each in whatsapp.stack.wait_for(2))
    assert (sent.delivery, delivered.delivery) == (Delivery.SENT, Delivery.DELIVERED)
    assert sent.message_ids == delivered.message_ids == (wamid,)
    assert sent.identity.external_id == HIDDEN
    assert b"4821937000000001" in whatsapp.stack.received[0].body


def test_reading_names_what_was_read(whatsapp: World) -> None:
    wamid = adapter().read_reply(send(whatsapp))
    whatsapp.stack.wait_for(2)
    write(whatsapp, HIDDEN, action="see")
    read = receipt(whatsapp.stack.wait_for(3)[2])
    assert (read.delivery, read.message_ids) == (Delivery.READ, (wamid,))


def test_after_a_day_an_answer_is_taken_and_fails(whatsapp: World) -> None:
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    write(whatsapp, HIDDEN, occurred_at=two_days_ago.isoformat())
    wamid = adapter().read_reply(send(whatsapp))
    failed = receipt(whatsapp.stack.wait_for(2)[1])
    assert (failed.delivery, failed.reason) == (Delivery.FAILED, SendFailure.WINDOW_CLOSED)
    assert failed.message_ids == (wamid,)


def test_after_a_day_a_template_arrives(whatsapp: World) -> None:
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    write(whatsapp, HIDDEN, occurred_at=two_days_ago.isoformat())
    template = Template(name="giao_hang", language="vi", parameters=("1024",))
    adapter().read_reply(send(whatsapp, template=template))
    assert receipt(whatsapp.stack.wait_for(2)[1]).delivery is Delivery.SENT
    (*_, entry) = whatsapp.http.get(f"/chats/whatsapp/hoa-mai/{HIDDEN}").json()
    assert entry["text"] == "[giao_hang] 1024"


@pytest.mark.parametrize(("number", "kind"), [(3, "button_reply"), (5, "list_reply")])
def test_a_tap_answers_the_message_with_the_choices(
    whatsapp: World, number: int, kind: str
) -> None:
    buttons = tuple(Button(title=f"{each} sao", payload=f"rate:{each}") for each in range(number))
    wamid = adapter().read_reply(send(whatsapp, buttons=buttons))
    whatsapp.stack.wait_for(2)
    write(whatsapp, HIDDEN, action="tap", payload="rate:2", text="2 sao")
    received = whatsapp.stack.wait_for(3)[2]
    assert kind.encode() in received.body
    assert (said(received).text, said(received).thread_refs) == ("2 sao", (wamid,))


def test_an_answer_in_the_business_app_is_echoed(whatsapp: World) -> None:
    words = {"external_id": PHONE, "text": "Dạ còn ạ"}
    answer = whatsapp.http.post("/agents/whatsapp/hoa-mai", json=words).json()
    event = understood(whatsapp.stack.received[0]).received[0].event
    assert isinstance(event, MessageEchoed)
    assert (event.text, event.ours) == ("Dạ còn ạ", False)
    assert event.identity.external_id == answer["external_id"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("blocked", SendFailure.UNKNOWN_RECIPIENT),
        ("expired_token", SendFailure.ACCOUNT),
    ],
)
def test_a_refusal_for_good(whatsapp: World, kind: str, reason: SendFailure) -> None:
    whatsapp.http.post("/faults", json={"channel": "whatsapp", "kind": kind})
    with pytest.raises(PermanentSendError) as failed:
        adapter().read_reply(send(whatsapp))
    assert failed.value.reason is reason


@pytest.mark.parametrize("kind", ["throttle", "server_error"])
def test_a_refusal_for_now(whatsapp: World, kind: str) -> None:
    whatsapp.http.post("/faults", json={"channel": "whatsapp", "kind": kind})
    with pytest.raises(TransientSendError):
        adapter().read_reply(send(whatsapp))
    assert adapter().read_reply(send(whatsapp))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"to": PHONE, "text": {"body": "a"}}, 100),
        ({"messaging_product": "whatsapp", "text": {"body": "a"}}, 100),
        ({"messaging_product": "whatsapp", "to": PHONE, "text": {"body": "a" * 4097}}, 100),
        ({"messaging_product": "whatsapp", "to": PHONE, "text": {"body": " "}}, 131008),
        ({"messaging_product": "whatsapp", "to": PHONE, "type": "image", "image": {}}, 131008),
        (
            {
                "messaging_product": "whatsapp",
                "to": PHONE,
                "type": "image",
                "image": {"id": "1", "caption": "a" * 1025},
            },
            131009,
        ),
        ({"messaging_product": "whatsapp", "to": PHONE, "type": "template"}, 131008),
        ({"messaging_product": "whatsapp", "to": PHONE, "type": "hologram"}, 131009),
        (
            {
                "messaging_product": "whatsapp",
                "to": PHONE,
                "type": "interactive",
                "interactive": {"type": "button", "body": {"text": "?"}, "action": {}},
            },
            131009,
        ),
    ],
)
def test_a_message_that_is_none_is_a_graph_error(
    whatsapp: World, body: dict[str, Any], code: int
) -> None:
    headers = {"authorization": f"Bearer {WHATSAPP['access_token']}"}
    answer = whatsapp.http.post(f"{NUMBER}/messages", json=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(
    "action",
    [
        {"buttons": [{"reply": {"id": "1", "title": "a" * 21}}]},
        {"buttons": [{"reply": {"id": "1", "title": "a"}}] * 2},
        {"buttons": [{"reply": {"id": str(each), "title": "a"}} for each in range(4)]},
    ],
)
def test_choices_have_limits(whatsapp: World, action: dict[str, Any]) -> None:
    interactive = {"type": "button", "body": {"text": "?"}, "action": action}
    body = {
        "messaging_product": "whatsapp",
        "to": PHONE,
        "type": "interactive",
        "interactive": interactive,
    }
    headers = {"authorization": f"Bearer {WHATSAPP['access_token']}"}
    answer = whatsapp.http.post(f"{NUMBER}/messages", json=body, headers=headers)
    assert answer.json()["error"]["code"] == 131009


def test_a_stolen_token_opens_nothing(whatsapp: World) -> None:
    headers = {"authorization": "Bearer stolen"}
    answer = whatsapp.http.post(f"{NUMBER}/messages", json={}, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, 190)


def test_messenger_on_the_same_host_is_not_disturbed(whatsapp: World) -> None:
    body = {"recipient": {"id": "24959525500300001"}, "message": {"text": "Chào"}}
    answer = whatsapp.http.post(
        f"/graph.facebook.com/v25.0/{MESSENGER['page_id']}/messages",
        json=body,
        headers={"authorization": f"Bearer {MESSENGER['page_access_token']}"},
    )
    assert answer.json()["message_id"].startswith("m_")


def test_reading_marks_are_taken(whatsapp: World) -> None:
    headers = {"authorization": f"Bearer {WHATSAPP['access_token']}"}
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}
    answer = whatsapp.http.post(f"{NUMBER}/messages", json=body, headers=headers)
    assert answer.json() == {"success": True}


def test_a_number_is_checked_and_pointed_elsewhere(whatsapp: World) -> None:
    here = f"{whatsapp.stack.url}/webhooks/whatsapp/hoa-mai"
    elsewhere = "https://desk.example/webhooks/whatsapp/hoa-mai"

    def problem_of(webhook_url: str) -> str | None:
        told = played(whatsapp, adapter().check_request(webhook_url))
        return adapter().read_check(webhook_url, told).problem

    assert problem_of(here) is None
    for request in adapter().subscribe_requests(elsewhere):
        assert json.loads(played(whatsapp, request).body) == {"success": True}
    assert problem_of(elsewhere) is None
    assert problem_of(here) is not None
    for request in adapter().subscribe_requests(here):
        played(whatsapp, request)


def test_an_override_without_a_token_is_refused(whatsapp: World) -> None:
    headers = {"authorization": f"Bearer {WHATSAPP['access_token']}"}
    assert whatsapp.http.post(NUMBER, json={}, headers=headers).status_code == 400
    edge = f"{NUMBER}/hologram"
    assert whatsapp.http.post(edge, json={}, headers=headers).status_code == 400
