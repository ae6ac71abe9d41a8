"""Google Business Profile, read and answered by our own adapter."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.channels.base import (
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.events import ChannelEvent, LookupNeeded, MessageEchoed, MessageReceived
from chalicelib.domain.messages import Surface
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

from .conftest import World
from .world import Received

SECRETS = {
    "audience": "https://desk.gomhoamai.example/google",
    "service_account": "push@hoa-mai.iam.gserviceaccount.com",
    "client_id": "1-mau.apps.googleusercontent.com",
    "client_secret": "GOCSPX-secret",
    "refresh_token": "1//refresh",
    "business": "accounts/111222333444",
    "topic": "projects/hoa-mai/topics/reviews",
}
BARE = adapter_class("google_reviews")("hoa-mai", SECRETS)


@pytest.fixture
def adapter(world: World) -> ChannelAdapter:
    world.write_stack(google_reviews=SECRETS)
    now = datetime.now(UTC)
    granted = BARE.read_exchange(call(world, BARE.exchange_request(now)), now)
    assert granted.expires_at > now
    return BARE.with_secrets(granted.secrets)


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


def told(world: World, adapter: ChannelAdapter, received: Received) -> list[ChannelEvent]:
    keys = read_object(call(world, adapter.keys_request()).body)
    request = WebhookRequest(
        received.headers, {}, received.body, received_at=datetime.now(UTC), keys=keys
    )
    adapter.verify(request)
    (named,) = adapter.parse(request).received
    assert isinstance(named.event, LookupNeeded)
    answer = call(world, adapter.lookup_request(named.event.reference))
    found = adapter.read_lookup(named.event.reference, answer)
    assert found.unrecognised == ()
    return [each.event for each in found.received]


def review(world: World, adapter: ChannelAdapter, **words: Any) -> MessageReceived:
    words = {"external_id": "lan-1", "name": "Lan Mẫu", "text": "★★☆☆☆ Chén bị nứt", **words}
    answer = world.http.post("/customers/google_reviews/hoa-mai", json=words)
    assert answer.status_code == 202, answer.text
    event = told(world, adapter, world.stack.received[-1])[0]
    assert isinstance(event, MessageReceived)
    return event


def answered(world: World, adapter: ChannelAdapter, event: MessageReceived, text: str) -> str:
    message = OutboundMessage(
        id="1",
        to=event.identity,
        text=text,
        sent_at=event.occurred_at,
        surface=Surface.PUBLIC,
        thread=event.thread,
    )
    return adapter.read_reply(call(world, adapter.reply(message)))


def test_a_review_and_its_change(world: World, adapter: ChannelAdapter) -> None:
    first = review(world, adapter, external_id="lan-2")
    changed = review(world, adapter, external_id="lan-2", payload="1", text="Chưa ai gọi")
    assert (first.rating, first.text, first.name) == (2, "Chén bị nứt", "Lan Mẫu")
    assert (changed.rating, changed.text) == (1, "Chưa ai gọi")
    assert changed.thread_refs == (first.message_id,)


def test_stars_alone_by_nobody(world: World, adapter: ChannelAdapter) -> None:
    event = review(world, adapter, external_id="an-danh", name="", text="★★★☆☆")
    assert (event.text, event.rating, event.name) == ("[★★★☆☆]", 3, None)


def test_an_answer_is_found_again_beside_its_review(world: World, adapter: ChannelAdapter) -> None:
    event = review(world, adapter, external_id="lan-3")
    sent = answered(world, adapter, event, "Dạ Hoa Mai xin lỗi chị ạ")
    review(world, adapter, external_id="lan-3", text="★★★★★ Đã được đổi")
    changed, echo = told(world, adapter, world.stack.received[-1])
    assert isinstance(changed, MessageReceived)
    assert isinstance(echo, MessageEchoed)
    assert echo.message_id == sent
    assert echo.thread_refs == (event.message_id, changed.message_id)


def test_an_answer_given_on_google(world: World, adapter: ChannelAdapter) -> None:
    event = review(world, adapter, external_id="lan-4")
    words = {"external_id": "lan-4", "text": "Cảm ơn chị"}
    assert world.http.post("/agents/google_reviews/hoa-mai", json=words).status_code == 202
    same, echo = told(world, adapter, world.stack.received[-1])
    assert same.id == event.id
    assert isinstance(echo, MessageEchoed)
    assert echo.text == "Cảm ơn chị"
    nobody = {"external_id": "nobody", "text": "x"}
    assert world.http.post("/agents/google_reviews/hoa-mai", json=nobody).status_code == 422


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("throttle", TransientSendError, None),
        ("server_error", TransientSendError, None),
        ("blocked", PermanentSendError, SendFailure.UNKNOWN_RECIPIENT),
        ("expired_token", PermanentSendError, SendFailure.ACCOUNT),
    ],
)
def test_faults(
    world: World,
    adapter: ChannelAdapter,
    kind: str,
    error: type[SendError],
    reason: SendFailure | None,
) -> None:
    event = review(world, adapter, external_id="lan-5")
    world.http.post("/faults", json={"channel": "google_reviews", "kind": kind})
    with pytest.raises(error) as failed:
        answered(world, adapter, event, "Dạ")
    assert getattr(failed.value, "reason", None) is reason


def test_an_answer_that_is_too_long_is_refused(world: World, adapter: ChannelAdapter) -> None:
    event = review(world, adapter, external_id="lan-6")
    with pytest.raises(PermanentSendError):
        answered(world, adapter, event, "ổ" * 1366)


@pytest.mark.parametrize("wrong", ["refresh_token", "client_secret"])
def test_a_wrong_secret_gets_no_token(world: World, adapter: ChannelAdapter, wrong: str) -> None:
    other = adapter_class("google_reviews")("hoa-mai", {**SECRETS, wrong: "wrong"})
    now = datetime.now(UTC)
    with pytest.raises(PermanentSendError) as failed:
        other.read_exchange(call(world, other.exchange_request(now)), now)
    assert failed.value.reason is SendFailure.ACCOUNT


def test_notifications_are_subscribed(world: World, adapter: ChannelAdapter) -> None:
    for request in adapter.subscribe_requests(""):
        assert call(world, request).status == 200
    assert adapter.read_check("", call(world, adapter.check_request(""))).problem is None
