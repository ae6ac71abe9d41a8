"""The queue and the clock that are played."""

import json
from datetime import timedelta
from typing import Any

import pytest

from infra.bench.clock import Clock
from infra.bench.queues import Delays
from tests.conftest import START, FrozenClock


def sent(queue: Delays, body: Any, delay: int, url: str = "timer") -> None:
    entry = {"Id": "0", "MessageBody": json.dumps(body), "DelaySeconds": delay}
    queue.send_message_batch(QueueUrl=url, Entries=[entry])


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def queue(clock: FrozenClock) -> Delays:
    return Delays(clock, "timer")


def test_a_message_comes_when_its_delay_is_over(queue: Delays, clock: FrozenClock) -> None:
    sent(queue, "now", 0)
    sent(queue, "later", 3)
    assert queue.take() == "now"
    assert queue.take() is None
    clock.tick(seconds=3)
    assert queue.take() == "later"
    assert queue.is_empty


def test_what_is_due_sooner_comes_sooner_and_else_in_order(
    queue: Delays, clock: FrozenClock
) -> None:
    for number, delay in enumerate((2, 1, 1)):
        sent(queue, number, delay)
    clock.tick(seconds=2)
    assert [queue.take() for _ in range(3)] == [1, 2, 0]


def test_another_queues_messages_never_come(queue: Delays) -> None:
    sent(queue, "elsewhere", 0, url="outbox")
    assert queue.is_empty


def test_a_clock_put_forward_goes_on_from_there() -> None:
    clock = Clock(START)
    clock.put(START + timedelta(hours=1))
    assert timedelta(hours=1) <= clock() - START < timedelta(hours=1, minutes=1)
