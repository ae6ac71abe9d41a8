"""X, as its API v2 and its Activity API document it."""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from chalicelib.channels.base import HttpRequest, HttpResponse, OutboundMessage, WebhookRequest
from chalicelib.channels.x.adapter import XAdapter
from chalicelib.domain.events import ChannelEvent, MessageEchoed, MessageReceived, ReceiptReceived
from chalicelib.domain.messages import Surface
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError
from tests.channels.contract import NOON

from .conftest import World
from .world import Received

SECRETS: dict[str, str] = {
    "user_id": "1604118823350444032",
    "consumer_secret": "x-consumer-secret",
    "client_id": "x-client-id",
    "client_secret": "x-client-secret",
    "access_token": "x-access-token-0",
    "refresh_token": "x-refresh-token-0",
    "bearer_token": "x-app-token",
    "webhook_id": "1976325569252868099",
}
CUSTOMER = "1729930014475206657"
ADAPTER = XAdapter("hoa-mai", dict(SECRETS))


@pytest.fixture
def x(world: World) -> World:
    world.write_stack(x=SECRETS)
    return world


def carry(world: World, request: HttpRequest | None) -> HttpResponse:
    """Make a call of the adapter's at the simulator."""
    assert request is not None
    parts = urlsplit(request.url)
    query = f"?{parts.query}" if parts.query else ""
    answer = world.http.request(
        request.method,
        f"/{parts.netloc}{parts.path}{query}",
        headers=dict(request.headers),
        content=request.body,
    )
    return HttpResponse(
        status=answer.status_code, headers=dict(answer.headers), body=answer.content
    )


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Trần Thị Mẫu", "text": "Chào shop", **words}
    return world.http.post("/customers/x/hoa-mai", json=words)


def read(received: Received) -> ChannelEvent:
    """Return the one event in a webhook, proven."""
    request = WebhookRequest(received.headers, {}, received.body)
    ADAPTER.verify(request)
    parsed = ADAPTER.parse(request)
    assert parsed.unrecognised == ()
    return parsed.received[0].event


def outbound(text: str, thread: str | None = None) -> OutboundMessage:
    surface = Surface.PUBLIC if thread else Surface.DIRECT
    to = ADAPTER.identity(CUSTOMER)
    return OutboundMessage(id="m-1", to=to, text=text, sent_at=NOON, surface=surface, thread=thread)


def test_a_webhook_is_signed_in_base64(x: World) -> None:
    write(x, text="Chào shop 😢")
    (received,) = x.stack.received
    digest = hmac.new(b"x-consumer-secret", received.body, hashlib.sha256).digest()
    signature = f"sha256={base64.b64encode(digest).decode()}"
    assert received.headers["x-twitter-webhooks-signature"] == signature


def test_a_direct_message_is_answered_and_echoed(x: World) -> None:
    write(x, text="Bình <30cm> & chén?")
    event = read(x.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert (event.text, event.name) == ("Bình <30cm> & chén?", "Trần Thị Mẫu")

    sent_id = ADAPTER.read_reply(carry(x, ADAPTER.reply(outbound("Dạ còn ạ"))))
    echo = read(x.stack.wait_for(2)[1])
    assert isinstance(echo, MessageEchoed)
    assert (echo.message_id, echo.text, echo.identity) == (sent_id, "Dạ còn ạ", event.identity)


def test_a_mention_is_answered_in_public_and_echoed(x: World) -> None:
    write(x, text="@gomhoamai đơn 1024 đâu ạ")
    event = read(x.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert event.surface is Surface.PUBLIC

    answer = outbound("Dạ mai giao ạ", event.thread)
    sent_id = ADAPTER.read_reply(carry(x, ADAPTER.reply(answer)))
    echo = read(x.stack.wait_for(2)[1])
    assert isinstance(echo, MessageEchoed)
    assert (echo.message_id, echo.thread_refs) == (sent_id, (event.message_id,))
    (_, said) = x.http.get(f"/chats/x/hoa-mai/{CUSTOMER}").json()
    assert (said["by"], said["text"]) == ("company", "Dạ mai giao ạ")

    with pytest.raises(PermanentSendError):
        ADAPTER.read_reply(carry(x, ADAPTER.reply(answer)))


@pytest.mark.parametrize(
    ("text", "thread", "reason"),
    [
        ("Dạ", "1", SendFailure.UNKNOWN_RECIPIENT),
        (" ", None, SendFailure.REJECTED),
        ("a" * 10_001, None, SendFailure.REJECTED),
        ("ế" * 141, "seen", SendFailure.REJECTED),
    ],
)
def test_refusals(x: World, text: str, thread: str | None, reason: SendFailure) -> None:
    if thread == "seen":
        thread = write(x, text="@gomhoamai alo").json()["message_ids"][0]
    with pytest.raises(PermanentSendError) as failed:
        ADAPTER.read_reply(carry(x, ADAPTER.reply(outbound(text, thread))))
    assert failed.value.reason is reason


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("blocked", SendFailure.BLOCKED), ("expired_token", SendFailure.ACCOUNT)],
)
def test_ordered_refusals(x: World, fault: str, reason: SendFailure) -> None:
    x.http.post("/faults", json={"channel": "x", "kind": fault})
    with pytest.raises(PermanentSendError) as failed:
        ADAPTER.read_reply(carry(x, ADAPTER.reply(outbound("Dạ"))))
    assert failed.value.reason is reason


@pytest.mark.parametrize("fault", ["throttle", "server_error"])
def test_ordered_waits(x: World, fault: str) -> None:
    x.http.post("/faults", json={"channel": "x", "kind": fault})
    with pytest.raises(TransientSendError) as slow:
        ADAPTER.read_reply(carry(x, ADAPTER.reply(outbound("Dạ"))))
    if fault == "throttle":
        assert slow.value.retry_after is not None
        assert slow.value.retry_after.total_seconds() <= 4


def test_a_file_of_a_message_opens_to_the_account_only(x: World) -> None:
    write(x, attachments=[{"type": "image", "text": "pixels"}])
    event = read(x.stack.received[0])
    assert isinstance(event, MessageReceived)
    assert event.text == "Chào shop"
    (attachment,) = event.attachments
    request = ADAPTER.file_request(attachment)
    assert carry(x, request).body == b"pixels"
    stranger = ADAPTER.with_secrets({"access_token": "stolen"})
    assert carry(x, stranger.file_request(attachment)).status == 401


def test_every_file_travels_with_a_message_of_its_own(x: World) -> None:
    video = {"type": "video", "url": "https://video.example/a.mp4"}
    place = {"type": "location", "latitude": 21.03, "longitude": 105.85}
    write(x, attachments=[video, place])
    first, second = (read(received) for received in x.stack.wait_for(2))
    assert isinstance(first, MessageReceived)
    assert isinstance(second, MessageReceived)
    assert (first.text, first.attachments[0].url) == ("Chào shop", "https://video.example/a.mp4")
    assert (second.attachments[0].latitude, second.attachments[0].longitude) == ("21.03", "105.85")


def test_reading_is_told(x: World) -> None:
    sent_id = ADAPTER.read_reply(carry(x, ADAPTER.reply(outbound("Dạ"))))
    x.stack.wait_for(1)
    write(x, action="see")
    receipt = read(x.stack.wait_for(2)[1])
    assert isinstance(receipt, ReceiptReceived)
    assert receipt.message_ids == (sent_id,)


def test_an_agent_in_the_app_is_echoed(x: World) -> None:
    mention = write(x, text="@gomhoamai alo").json()["message_ids"][0]
    words = {"external_id": CUSTOMER, "text": "Dạ shop nghe"}
    x.http.post("/agents/x/hoa-mai", json=words)
    x.http.post("/agents/x/hoa-mai", json={**words, "reply_to_id": mention})
    echoes = [read(received) for received in x.stack.wait_for(3)[1:]]
    assert all(isinstance(echo, MessageEchoed) for echo in echoes)


def test_a_refresh_token_works_once(x: World) -> None:
    granted = ADAPTER.read_exchange(carry(x, ADAPTER.exchange_request(NOON)), NOON)
    renewed = ADAPTER.with_secrets(granted.secrets)
    request = renewed.reply(outbound("Dạ"))
    assert isinstance(request, HttpRequest)
    assert renewed.read_reply(carry(x, request))
    with pytest.raises(PermanentSendError):
        ADAPTER.read_exchange(carry(x, ADAPTER.exchange_request(NOON)), NOON)


def test_the_webhook_is_well_and_can_be_subscribed(x: World) -> None:
    url = f"{x.stack.url}/webhooks/x/hoa-mai"
    for request in ADAPTER.subscribe_requests(url):
        assert carry(x, request).status == 200
    assert ADAPTER.read_check(url, carry(x, ADAPTER.check_request(url))).problem is None
    assert ADAPTER.read_check("https://b.example", carry(x, ADAPTER.check_request(url))).problem
    me = XAdapter("hoa-mai", {k: v for k, v in SECRETS.items() if k != "bearer_token"})
    assert me.read_check(url, carry(x, me.check_request(url))).problem is None


def test_a_name_and_a_hidden_reply(x: World) -> None:
    write(x)
    told = carry(x, ADAPTER.profile_request(CUSTOMER))
    event = ADAPTER.read_profile(CUSTOMER, told, NOON)
    assert event is not None
    assert event.name == "Trần Thị Mẫu"
    assert carry(x, ADAPTER.hide_request("1")).status == 200


def test_a_strangers_token_is_unauthorized(x: World) -> None:
    assert x.http.get("/api.x.com/2/users/me").status_code == 401
