"""LinkedIn, as its REST API and its notifications are documented."""

import hashlib
import hmac
from typing import Any

import httpx
import pytest

from chalicelib.channels.base import HttpRequest, OutboundMessage, WebhookRequest
from chalicelib.channels.linkedin.adapter import LinkedInAdapter
from chalicelib.domain.events import ChannelEvent, LookupNeeded, MessageEchoed, MessageReceived
from chalicelib.domain.messages import Surface
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError
from tests.channels.contract import NOON

from .conftest import World
from .test_x import carry
from .world import Received

SECRETS: dict[str, str] = {
    "organization_id": "90417733",
    "client_id": "li-client-id",
    "client_secret": "li-client-secret",
    "access_token": "AQ-li-access-token",
    "refresh_token": "AQ-li-refresh-token",
    "application_id": "214663",
    "person_id": "aDm1n00000",
}
CUSTOMER = "urn:li:person:hT9xVd20Qa"
ADAPTER = LinkedInAdapter("hoa-mai", dict(SECRETS))


@pytest.fixture
def linkedin(world: World) -> World:
    world.write_stack(linkedin=SECRETS)
    return world


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": CUSTOMER, "name": "Trần Thị Mẫu", "text": "Còn không shop?", **words}
    return world.http.post("/customers/linkedin/hoa-mai", json=words)


def read(received: Received) -> ChannelEvent:
    """Return the one event in a webhook, proven."""
    request = WebhookRequest(received.headers, {}, received.body)
    ADAPTER.verify(request)
    parsed = ADAPTER.parse(request)
    assert parsed.unrecognised == ()
    return parsed.received[0].event


def asked(world: World) -> MessageReceived:
    write(world)
    event = read(world.stack.received[0])
    assert isinstance(event, MessageReceived)
    return event


def answer(thread: str | None, text: str = "Dạ còn ạ") -> HttpRequest:
    message = OutboundMessage(
        id="m-1",
        to=ADAPTER.identity(CUSTOMER),
        text=text,
        sent_at=NOON,
        surface=Surface.PUBLIC,
        thread=thread,
    )
    return ADAPTER.reply(message)


def test_a_webhook_is_signed_with_the_prefix(linkedin: World) -> None:
    write(linkedin, text="Chào shop 😢")
    (received,) = linkedin.stack.received
    signed = b"hmacsha256=" + received.body
    digest = hmac.new(b"li-client-secret", signed, hashlib.sha256).hexdigest()
    assert received.headers["x-li-signature"] == digest


def test_a_comment_is_answered_and_echoed(linkedin: World) -> None:
    event = asked(linkedin)
    assert (event.text, event.identity.external_id) == ("Còn không shop?", CUSTOMER)
    sent_id = ADAPTER.read_reply(carry(linkedin, answer(event.thread)))
    echo = read(linkedin.stack.wait_for(2)[1])
    assert isinstance(echo, MessageEchoed)
    assert (echo.message_id, echo.text) == (sent_id, "Dạ còn ạ")
    assert echo.thread_refs[-1] == event.message_id


def test_an_answer_of_the_customer_stays_under_his_comment(linkedin: World) -> None:
    first = asked(linkedin)
    write(linkedin, text="Vâng", reply_to_id=first.message_id)
    second = read(linkedin.stack.received[1])
    assert isinstance(second, MessageReceived)
    assert second.thread == first.message_id


def test_a_comment_with_a_picture_is_looked_up(linkedin: World) -> None:
    write(linkedin, attachments=[{"type": "image", "url": "https://media.example/a.jpg"}])
    needed = read(linkedin.stack.received[0])
    assert isinstance(needed, LookupNeeded)
    told = carry(linkedin, ADAPTER.lookup_request(needed.reference))
    (received,) = ADAPTER.read_lookup(needed.reference, told).received
    assert isinstance(received.event, MessageReceived)
    assert received.event.text == "Còn không shop?"
    assert received.event.attachments[0].url == "https://media.example/a.jpg"


def test_an_agent_on_the_page_is_echoed(linkedin: World) -> None:
    event = asked(linkedin)
    words = {"external_id": CUSTOMER, "text": "Dạ", "reply_to_id": event.message_id}
    linkedin.http.post("/agents/linkedin/hoa-mai", json=words)
    echo = read(linkedin.stack.wait_for(2)[1])
    assert isinstance(echo, MessageEchoed)
    assert echo.thread_refs[-1] == event.message_id


def test_refusals(linkedin: World) -> None:
    event = asked(linkedin)
    unknown = event.thread and event.thread.replace(",", ",9")
    for request, reason in (
        (answer(unknown), SendFailure.UNKNOWN_RECIPIENT),
        (answer(event.thread, "a" * 1251), SendFailure.REJECTED),
        (answer(event.thread, " "), SendFailure.REJECTED),
    ):
        with pytest.raises(PermanentSendError) as failed:
            ADAPTER.read_reply(carry(linkedin, request))
        assert failed.value.reason is reason


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("blocked", SendFailure.BLOCKED), ("expired_token", SendFailure.ACCOUNT)],
)
def test_ordered_refusals(linkedin: World, fault: str, reason: SendFailure) -> None:
    event = asked(linkedin)
    linkedin.http.post("/faults", json={"channel": "linkedin", "kind": fault})
    with pytest.raises(PermanentSendError) as failed:
        ADAPTER.read_reply(carry(linkedin, answer(event.thread)))
    assert failed.value.reason is reason


@pytest.mark.parametrize("fault", ["throttle", "server_error"])
def test_ordered_waits(linkedin: World, fault: str) -> None:
    event = asked(linkedin)
    linkedin.http.post("/faults", json={"channel": "linkedin", "kind": fault})
    with pytest.raises(TransientSendError):
        ADAPTER.read_reply(carry(linkedin, answer(event.thread)))


def test_a_token_is_renewed(linkedin: World) -> None:
    granted = ADAPTER.read_exchange(carry(linkedin, ADAPTER.exchange_request(NOON)), NOON)
    renewed = ADAPTER.with_secrets(granted.secrets)
    url = f"{linkedin.stack.url}/webhooks/linkedin/hoa-mai"
    assert renewed.read_check(url, carry(linkedin, renewed.check_request(url))).problem is None


def test_the_subscription_is_made_and_well(linkedin: World) -> None:
    url = "https://desk.example/webhooks/linkedin/hoa-mai"
    (request,) = ADAPTER.subscribe_requests(url)
    assert carry(linkedin, request).status == 204
    checked = ADAPTER.read_check(url, carry(linkedin, ADAPTER.check_request(url)))
    assert checked.problem is None
    assert checked.expires_at is not None
    assert ADAPTER.read_check(
        "https://b.example", carry(linkedin, ADAPTER.check_request(url))
    ).problem


@pytest.mark.parametrize(("token", "is_well"), [("AQ-li-access-token", True), ("AQ-dead", False)])
def test_a_token_is_looked_into(linkedin: World, token: str, is_well: bool) -> None:
    adapter = LinkedInAdapter(
        "hoa-mai",
        {
            "client_id": SECRETS["client_id"],
            "client_secret": SECRETS["client_secret"],
            "access_token": token,
        },
    )
    checked = adapter.read_check("", carry(linkedin, adapter.check_request("")))
    assert (checked.problem is None) is is_well


def test_a_name(linkedin: World) -> None:
    write(linkedin)
    told = carry(linkedin, ADAPTER.profile_request(CUSTOMER))
    event = ADAPTER.read_profile(CUSTOMER, told, NOON)
    assert event is not None
    assert event.name == "Mẫu Trần Thị"


def test_without_a_version_or_a_token_nothing_is_answered(linkedin: World) -> None:
    bare = {"authorization": "Bearer AQ-li-access-token"}
    url = "/api.linkedin.com/rest/people/(id:a)"
    assert linkedin.http.get(url, headers=bare).status_code == 400
    assert linkedin.http.get(url).status_code == 401
