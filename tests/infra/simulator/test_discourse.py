"""A Discourse forum, read and answered by our own adapter."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundMessage, WebhookRequest
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ChannelEvent,
    LookupNeeded,
    MessageDeleted,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    PeerAnswered,
)
from chalicelib.domain.messages import Surface
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

from .conftest import World
from .world import Received

SECRETS = {
    "webhook_secret": "forum-hook-secret",
    "api_key": "forum-api-key",
    "base_url": "https://forum.gomhoamai.example",
    "username": "hoa_mai",
}
ADAPTER = adapter_class("discourse")("hoa-mai", SECRETS)
LAN, BAO = "5001", "5002"


@pytest.fixture(autouse=True)
def forum(world: World) -> None:
    world.write_stack(discourse=SECRETS)


def call(world: World, request: object) -> HttpResponse:
    assert isinstance(request, HttpRequest)
    url = urlsplit(request.url)
    answer = world.http.request(
        request.method,
        f"/{url.netloc}{url.path}?{url.query}",
        headers=dict(request.headers),
        content=request.body,
    )
    return HttpResponse(
        status=answer.status_code, headers=dict(answer.headers), body=answer.content
    )


def told(world: World, received: Received) -> list[ChannelEvent]:
    """Return what our adapter reads in a web hook, with what it looks up."""
    request = WebhookRequest(received.headers, {}, received.body)
    ADAPTER.verify(request)
    parsed = ADAPTER.parse(request)
    assert parsed.unrecognised == ()
    events = []
    for each in parsed.received:
        if isinstance(each.event, LookupNeeded):
            answer = call(world, ADAPTER.lookup_request(each.event.reference))
            found = ADAPTER.read_lookup(each.event.reference, answer)
            events += [every.event for every in found.received]
        else:
            events.append(each.event)
    return events


def write(world: World, external_id: str = LAN, **words: Any) -> httpx.Response:
    told = {"external_id": external_id, "name": "Mẫu Thị Lan", "text": "Men này an toàn không ạ?"}
    answer = world.http.post("/customers/discourse/hoa-mai", json={**told, **words})
    assert answer.status_code == 202, answer.text
    return answer


def begun(world: World, **words: Any) -> str:
    return str(write(world, **words).json()["message_ids"][0])


def last(world: World) -> ChannelEvent:
    (event,) = told(world, world.stack.received[-1])
    return event


def test_a_topic_begins(world: World) -> None:
    post = begun(world)
    event = last(world)
    assert isinstance(event, MessageReceived)
    assert (event.message_id, event.identity.external_id) == (post, LAN)
    assert event.watch_for is not None


def test_later_posts_are_the_customers_a_peers_and_a_moderators(world: World) -> None:
    post = begun(world)
    write(world, reply_to_id=post, text="Em quên: chén men ngọc ạ.")
    own = last(world)
    write(world, BAO, reply_to_id=post, text="Mình dùng hai năm rồi, ổn nhé.", name="Bảo Mẫu")
    peer = last(world)
    world.http.post("/agents/discourse/hoa-mai", json={"external_id": LAN, "text": "Dạ được ạ."})
    staff = last(world)
    assert isinstance(own, MessageReceived)
    assert isinstance(peer, PeerAnswered)
    assert isinstance(staff, MessageEchoed)
    for event in (own, peer, staff):
        assert post in event.thread_refs


def test_a_private_message_and_its_answer(world: World) -> None:
    begun(world, payload="private", text="Đơn 1024 của em bị vỡ ạ")
    event = last(world)
    assert isinstance(event, MessageReceived)
    assert event.surface is Surface.DIRECT
    answered(world, event, "Dạ Hoa Mai gửi lại chén mới ngay ạ.")
    echo = told(world, world.stack.wait_for(2)[-1])[0]
    assert isinstance(echo, MessageEchoed)
    assert echo.identity.external_id == LAN


def test_edits_and_deletions(world: World) -> None:
    post = begun(world)
    write(world, payload="edit", reply_to_id=post, text="Men ngọc an toàn không ạ?")
    edit = last(world)
    write(world, payload="delete", reply_to_id=post)
    deleted = last(world)
    assert isinstance(edit, MessageEdited)
    assert isinstance(deleted, MessageDeleted)
    assert edit.message_id == deleted.message_id == post


def test_a_picture_is_an_upload_of_the_forum(world: World) -> None:
    begun(world, attachments=[{"type": "image", "name": "nut.png", "text": "pixels"}])
    event = last(world)
    assert isinstance(event, MessageReceived)
    assert event.text == "Men này an toàn không ạ?"
    (picture,) = event.attachments
    assert call(world, ADAPTER.file_request(picture)).body == b"pixels"


def answered(world: World, event: MessageReceived, text: str, **changed: Any) -> str:
    message = OutboundMessage(
        id="1",
        to=Identity("discourse", "hoa-mai", LAN),
        text=text,
        sent_at=event.occurred_at,
        surface=changed.get("surface", event.surface),
        thread=event.thread,
    )
    return ADAPTER.read_reply(call(world, ADAPTER.reply(message)))


def test_an_answer_comes_back_as_an_echo_of_the_same_name(world: World) -> None:
    post = begun(world)
    event = last(world)
    assert isinstance(event, MessageReceived)
    sent = answered(world, event, "Dạ men này an toàn cho lò vi sóng ạ.")
    echo = told(world, world.stack.wait_for(2)[-1])[0]
    assert isinstance(echo, MessageEchoed)
    assert (echo.message_id, echo.thread_refs) == (sent, (post,))
    lines = world.http.get(f"/chats/discourse/hoa-mai/{LAN}").json()
    assert [line["by"] for line in lines] == ["customer", "company"]


def test_a_private_answer_to_a_public_question(world: World) -> None:
    begun(world)
    event = last(world)
    assert isinstance(event, MessageReceived)
    text = "Dạ chị gửi giúp shop mã đơn hàng nhé ạ."
    sent = answered(world, event, text, surface=Surface.DIRECT)
    assert not sent.startswith(event.message_id.partition("/")[0])


def test_a_short_answer_is_refused(world: World) -> None:
    begun(world)
    event = last(world)
    assert isinstance(event, MessageReceived)
    with pytest.raises(PermanentSendError, match="shorter"):
        answered(world, event, "Dạ có ạ")


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("throttle", TransientSendError, None),
        ("server_error", TransientSendError, None),
        ("blocked", PermanentSendError, SendFailure.REJECTED),
        ("expired_token", PermanentSendError, SendFailure.ACCOUNT),
    ],
)
def test_faults(
    world: World, kind: str, error: type[SendError], reason: SendFailure | None
) -> None:
    begun(world)
    event = last(world)
    assert isinstance(event, MessageReceived)
    world.http.post("/faults", json={"channel": "discourse", "kind": kind})
    with pytest.raises(error) as failed:
        answered(world, event, "Dạ men này an toàn cho lò vi sóng ạ.")
    assert getattr(failed.value, "reason", None) is reason


def test_the_account_is_checked(world: World) -> None:
    assert ADAPTER.read_check("", call(world, ADAPTER.check_request(""))).problem is None
    other = adapter_class("discourse")("hoa-mai", {**SECRETS, "api_key": "wrong"})
    assert other.read_check("", call(world, other.check_request(""))).problem is not None


@pytest.mark.parametrize("words", [{"reply_to_id": "1/1"}, {"reply_to_id": "", "payload": "edit"}])
def test_what_is_not_there_is_not_played(world: World, words: dict[str, str]) -> None:
    told = {"external_id": LAN, "text": "Alo", **words}
    answer = world.http.post("/customers/discourse/hoa-mai", json=told)
    assert answer.status_code == 422
    agent = {"external_id": "99", "text": "Dạ"}
    assert world.http.post("/agents/discourse/hoa-mai", json=agent).status_code == 422
