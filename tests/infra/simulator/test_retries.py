"""Webhooks that the stack does not take at once."""

import pytest

from .conftest import World
from .world import wait_until

WORDS = {"external_id": "700100200", "name": "Phạm Gia Huy", "text": "Có ai không?"}


@pytest.mark.parametrize("channel", ["zalo", "messenger", "telegram"])
def test_a_failed_webhook_comes_again_byte_for_byte(world: World, channel: str) -> None:
    world.stack.statuses = [500, 503]
    answer = world.http.post(f"/customers/{channel}/hoa-mai", json=WORDS)

    first, second, third = world.stack.wait_for(3)
    assert answer.json()["attempts"][0]["status"] == 500
    assert first.body == second.body == third.body
    wait_until(lambda: world.http.get("/webhooks").json()[0]["state"] == "delivered")
    attempts = world.http.get("/webhooks").json()[0]["attempts"]
    assert [attempt["status"] for attempt in attempts] == [500, 503, 200]


def test_zalo_counts_its_retries_and_gives_up_after_five(world: World) -> None:
    world.stack.statuses = [500] * 6
    world.http.post("/customers/zalo/hoa-mai", json=WORDS)

    wait_until(lambda: world.http.get("/webhooks").json()[0]["state"] == "gave_up")
    counters = [received.headers.get("num_retry") for received in world.stack.received]
    assert counters == [None, "1", "2", "3", "4", "5"]


def test_zalo_waits_two_seconds_for_an_answer(world: World) -> None:
    world.stack.seconds = [2.2]
    answer = world.http.post("/customers/zalo/hoa-mai", json=WORDS).json()
    assert answer["attempts"][0]["status"] is None
    assert answer["attempts"][0]["error"] == "TimeoutError"
    assert len(world.stack.wait_for(2)) == 2


def test_unreachable_stack_is_an_attempt_without_a_status(world: World) -> None:
    world.write_stack("http://127.0.0.1:9", messenger={"page_id": "1", "app_secret": "s"})
    answer = world.http.post("/customers/messenger/hoa-mai", json=WORDS)
    assert (answer.status_code, answer.json()["attempts"][0]["error"]) == (202, "ConnectError")
