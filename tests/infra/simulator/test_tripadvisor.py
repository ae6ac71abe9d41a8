"""Tripadvisor, asked by our own adapter."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.channels.base import ChannelAdapter, HttpResponse, Parsed
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.events import MessageEchoed, MessageReceived
from chalicelib.errors import PermanentSendError, SendError, TransientSendError

from .conftest import World

SECRETS = {"api_key": "0A1B2C3D", "location_id": "89575", "language": "vi"}


@pytest.fixture
def adapter(world: World, request: pytest.FixtureRequest) -> ChannelAdapter:
    """Give every test a location of its own: reviews stay for good."""
    location = str(abs(hash(request.node.name)) % 10**9)
    secrets = {**SECRETS, "location_id": location}
    world.write_stack(tripadvisor=secrets)
    return adapter_class("tripadvisor")("hoa-mai", secrets)


def polled(world: World, adapter: ChannelAdapter) -> Parsed:
    url = urlsplit(adapter.poll_request().url)
    answer = world.http.get(f"/{url.netloc}{url.path}?{url.query}")
    return adapter.read_poll(
        HttpResponse(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
    )


def write(world: World, external_id: str, **words: Any) -> dict[str, Any]:
    told = {"external_id": external_id, "name": "Lan", "text": "★☆☆☆☆ Lớp bắt đầu trễ", **words}
    answer = world.http.post("/customers/tripadvisor/hoa-mai", json=told)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_reviews_are_asked_for(world: World, adapter: ChannelAdapter) -> None:
    answer = write(world, "900100200")
    assert (answer["event_ids"], answer["external_id"]) == ([], "900100200")
    assert world.stack.received == []
    (received,) = polled(world, adapter).received
    assert isinstance(received.event, MessageReceived)
    assert (received.event.message_id, received.event.rating) == ("900100200", 1)
    assert "Lớp" not in received.raw
    (line,) = world.http.get("/chats/tripadvisor/hoa-mai/900100200").json()
    assert line["id"] == "900100200"


def test_an_answer_on_the_page_is_seen(world: World, adapter: ChannelAdapter) -> None:
    write(world, "900100201", payload="4", text="Vui")
    words = {"external_id": "900100201", "text": "Cảm ơn chị"}
    assert world.http.post("/agents/tripadvisor/hoa-mai", json=words).status_code == 202
    (received,) = polled(world, adapter).received
    assert isinstance(received.event, MessageEchoed)
    nobody = {"external_id": "1", "text": "x"}
    assert world.http.post("/agents/tripadvisor/hoa-mai", json=nobody).status_code == 422


def test_the_newest_five_come(world: World, adapter: ChannelAdapter) -> None:
    for number in range(7):
        write(world, f"90010030{number}", occurred_at=f"2026-03-0{number + 1}T08:00:00+07:00")
    found = [each.event.identity.external_id for each in polled(world, adapter).received]
    assert found == [f"90010030{number}" for number in (6, 5, 4, 3, 2)]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("throttle", TransientSendError),
        ("server_error", TransientSendError),
        ("blocked", PermanentSendError),
        ("expired_token", PermanentSendError),
    ],
)
def test_faults(world: World, adapter: ChannelAdapter, kind: str, error: type[SendError]) -> None:
    world.http.post("/faults", json={"channel": "tripadvisor", "kind": kind})
    with pytest.raises(error):
        polled(world, adapter)


@pytest.mark.parametrize("wrong", ["api_key", "location_id"])
def test_a_wrong_key_or_location_is_the_accounts(
    world: World, adapter: ChannelAdapter, wrong: str
) -> None:
    other = adapter_class("tripadvisor")("hoa-mai", {**adapter.secrets, wrong: "1"})
    with pytest.raises(PermanentSendError):
        polled(world, other)
