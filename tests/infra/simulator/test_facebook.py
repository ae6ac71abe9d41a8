"""A Facebook page's comments, as Meta documents them, read by the channel that gets them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import ChannelAdapter, HttpResponse, WebhookRequest
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
)
from chalicelib.domain.messages import AttachmentKind

from .conftest import World
from .test_recorded import PAYLOADS, missing, shape
from .world import MESSENGER, Received

CUSTOMER = "6780462125300001"
PAGE_ID, TOKEN = MESSENGER["page_id"], MESSENGER["page_access_token"]
GRAPH = "/graph.facebook.com/v25.0"


def adapter(channel: str = "facebook") -> ChannelAdapter:
    return adapter_class(channel)("hoa-mai", MESSENGER)


@pytest.fixture(autouse=True)
def page(world: World) -> None:
    """One page, whose Messenger and comments are two accounts with the same secrets."""
    world.write_stack(messenger=MESSENGER, facebook=MESSENGER)


def call(world: World, path: str, body: Any = None, token: str = TOKEN) -> httpx.Response:
    method = "GET" if body is None else "POST"
    headers = {"Authorization": f"Bearer {token}"}
    return world.http.request(method, f"{GRAPH}/{path}", json=body, headers=headers)


def write(world: World, **words: Any) -> str:
    words = {"external_id": CUSTOMER, "name": "Trần Minh Quân", "text": "Giá sao ạ", **words}
    answer = world.http.post("/customers/facebook/hoa-mai", json=words).json()
    return str(answer["message_ids"][0])


def event_of(received: Received, channel: str = "facebook") -> ChannelEvent:
    request = WebhookRequest(received.headers, {}, received.body)
    adapter(channel).verify(request)
    parsed = adapter(channel).parse(request)
    assert parsed.unrecognised == ()
    return parsed.received[0].event


def response_of(answer: httpx.Response) -> HttpResponse:
    return HttpResponse(status=answer.status_code, headers={}, body=answer.content)


def test_a_comment_on_the_pages_post(world: World) -> None:
    comment_id = write(world)
    event = event_of(world.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert (event.text, event.name, event.message_id) == ("Giá sao ạ", "Trần Minh Quân", comment_id)
    assert world.stack.received[0].path == "/webhooks/facebook/hoa-mai"


def test_a_reply_names_the_comment_above(world: World) -> None:
    comment_id = write(world)
    write(world, reply_to_id=comment_id)
    event = event_of(world.stack.received[1])
    assert isinstance(event, MessageReceived)
    assert event.thread_refs[-1] == comment_id


@pytest.mark.parametrize("words", [{"payload": "post"}, {"payload": "review"}])
def test_a_post_and_a_review(world: World, words: dict[str, str]) -> None:
    write(world, **words)
    event = event_of(world.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert event.text.endswith("Giá sao ạ")
    assert event.thread_refs == ()


def test_an_edit_and_a_removal(world: World) -> None:
    comment_id = write(world)
    write(world, payload="edited", reply_to_id=comment_id, text="Giá bao nhiêu ạ")
    write(world, payload="remove", reply_to_id=comment_id)
    _, edited, removed = map(event_of, world.stack.received)
    assert isinstance(edited, MessageEdited)
    assert isinstance(removed, MessageDeleted)
    assert edited.message_id == removed.message_id == comment_id


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ({"name": ""}, []),
        (
            {"text": "", "attachments": [{"type": "sticker", "url": "https://a.example/s.png"}]},
            [AttachmentKind.STICKER],
        ),
    ],
)
def test_what_the_webhook_leaves_out_is_told_to_who_asks(
    world: World, words: dict[str, Any], kinds: list[AttachmentKind]
) -> None:
    write(world, **words)
    needed = event_of(world.stack.received[0])
    assert isinstance(needed, LookupNeeded)
    request = adapter().lookup_request(needed.reference)
    told = call(world, request.url.removeprefix("https://graph.facebook.com/v25.0/"))
    (received,) = adapter().read_lookup(needed.reference, response_of(told)).received
    assert isinstance(received.event, MessageReceived)
    assert received.event.identity.external_id == CUSTOMER
    assert [each.kind for each in received.event.attachments] == kinds


def test_a_public_answer_comes_back_as_the_pages_comment(world: World) -> None:
    comment_id = write(world)
    sent = call(world, f"{comment_id}/comments", {"message": "Dạ 450.000 đồng ạ"}).json()
    echo = event_of(world.stack.wait_for(2)[1])
    assert isinstance(echo, MessageEchoed)
    assert (echo.message_id, echo.text) == (sent["id"], "Dạ 450.000 đồng ạ")
    assert echo.thread_refs[-1] == comment_id
    assert world.http.get("/calls").json()[-1]["channel"] == "facebook"


def test_a_picture_as_an_answer(world: World) -> None:
    comment_id = write(world)
    body = {"attachment_url": "https://a.example/gia.jpg"}
    assert call(world, f"{comment_id}/comments", body).status_code == 200
    echo = event_of(world.stack.wait_for(2)[1])
    assert isinstance(echo, MessageEchoed)
    assert echo.attachments[0].url == "https://a.example/gia.jpg"


def test_an_answer_on_the_platform_itself(world: World) -> None:
    comment_id = write(world)
    words = {"external_id": CUSTOMER, "text": "Dạ còn ạ", "reply_to_id": comment_id}
    world.http.post("/agents/facebook/hoa-mai", json=words)
    echo = event_of(world.stack.received[1])
    assert isinstance(echo, MessageEchoed)
    assert (echo.text, echo.thread_refs[-1]) == ("Dạ còn ạ", comment_id)


def private(world: World, comment_id: str) -> httpx.Response:
    body = {"recipient": {"comment_id": comment_id}, "message": {"text": "Dạ chào chị"}}
    return call(world, f"{PAGE_ID}/messages", body)


def test_a_private_answer_goes_on_in_messenger(world: World) -> None:
    told = private(world, write(world)).json()
    echo = event_of(world.stack.wait_for(2)[1], "messenger")
    assert isinstance(echo, MessageEchoed)
    assert echo.message_id == told["message_id"]
    assert echo.identity.external_id == told["recipient_id"] != CUSTOMER
    chat = world.http.get(f"/chats/messenger/hoa-mai/{told['recipient_id']}").json()
    assert [entry["text"] for entry in chat] == ["Dạ chào chị"]
    body = {"recipient": {"id": told["recipient_id"]}, "message": {"text": "Tiếp ạ"}}
    assert call(world, f"{PAGE_ID}/messages", body).status_code == 200


def test_a_comment_gets_one_private_answer(world: World) -> None:
    comment_id = write(world)
    assert private(world, comment_id).status_code == 200
    assert private(world, comment_id).json()["error"]["code"] == 10900


def test_a_comment_gets_no_private_answer_after_a_week(world: World) -> None:
    old = datetime.now(UTC) - timedelta(days=8)
    answer = private(world, write(world, occurred_at=old.isoformat()))
    assert answer.json()["error"]["error_subcode"] == 2018278


def test_a_comment_is_hidden(world: World) -> None:
    comment_id = write(world)
    assert call(world, comment_id, {"is_hidden": True}).json() == {"success": True}
    (change,) = world.stack.wait_for(2)[1].json()["entry"][0]["changes"]
    assert (change["value"]["verb"], change["value"]["from"]["id"]) == ("hide", PAGE_ID)


@pytest.mark.parametrize(
    ("path", "body", "token", "code"),
    [
        ("1_2/comments", {"message": "x"}, "stolen", 190),
        ("1_2/comments", {}, TOKEN, 100),
        ("1_2/comments", {"message": "a" * 8001}, TOKEN, 100),
        ("1_2", None, TOKEN, 100),
        (f"{PAGE_ID}/messages", {"recipient": {"comment_id": "1_2"}, "message": {}}, TOKEN, 100),
    ],
)
def test_refusals_are_graph_errors(
    world: World, path: str, body: Any, token: str, code: int
) -> None:
    answer = call(world, path, body, token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)


@pytest.mark.parametrize(("kind", "code"), [("throttle", 4), ("server_error", 2), ("blocked", 551)])
def test_a_fault_strikes_the_next_answer(world: World, kind: str, code: int) -> None:
    world.http.post("/faults", json={"channel": "facebook", "kind": kind})
    body = {"message": "x"}
    assert call(world, "1_2/comments", body).json()["error"]["code"] == code
    assert call(world, "1_2/comments", body).status_code == 200


def test_the_account_is_well_once_it_is_subscribed(world: World) -> None:
    world.write_stack(facebook=MESSENGER)
    webhook = "https://desk.example.com/webhooks/messenger/hoa-mai"
    check = adapter().check_request(webhook)
    assert check is not None

    def problem() -> str | None:
        told = world.http.get(check.url.replace("https:/", ""), headers=dict(check.headers))
        return adapter().read_check(webhook, response_of(told)).problem

    assert problem() is not None
    for request in adapter().subscribe_requests(webhook):
        url, headers = request.url.replace("https:/", ""), dict(request.headers)
        answer = world.http.post(url, content=request.body, headers=headers)
        assert answer.json() == {"success": True}
    assert problem() is None


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ("comment_add", {}),
        (
            "comment_add_photo",
            {"text": "", "attachments": [{"type": "image", "url": "https://a.example/a.jpg"}]},
        ),
        ("post_status_add", {"payload": "post"}),
    ],
)
def test_a_change_has_every_field_of_the_recorded_one(
    world: World, recorded: str, words: dict[str, Any]
) -> None:
    path = PAYLOADS / "facebook_feed" / f"{recorded}.json"
    if not path.exists():
        pytest.skip("the recorded payloads are not here")
    write(world, **words)
    played = shape(world.stack.received[0].json())
    assert missing(shape(json.loads(path.read_text("utf-8"))), played) == []
