"""When moments are delivered: in time by the first sweep that sees them, then once more."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.service.sweep import AFTERWARDS, HEAD_START, HORIZON, Sweeper, read_timer_message
from chalicelib.store import keys
from chalicelib.store.moments import DueItem
from chalicelib.store.queues import Queue
from tests.conftest import START, FrozenClock

SECOND = timedelta(seconds=1)


@dataclass
class Index:
    """Stands in for the moments; to look takes `seconds`."""

    clock: FrozenClock
    items: list[DueItem] = field(default_factory=list)
    seconds: float = 0

    def due(self, shard: str, until_at: datetime) -> Iterator[DueItem]:
        self.clock.tick(seconds=self.seconds)
        if shard == keys.moment(until_at, "first").pk:
            yield from (item for item in self.items if item.at < until_at)


@dataclass
class Deliveries:
    """Stands in for SQS: each delivery with its time."""

    clock: FrozenClock
    at: list[tuple[str, datetime]] = field(default_factory=list)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        for entry in Entries:
            at = self.clock() + entry["DelaySeconds"] * SECOND
            for ticket_id, _ in read_timer_message(json.loads(entry["MessageBody"])):
                self.at.append((ticket_id, at))
        return {}


class Minutes:
    """Sweeps of moments that are so many seconds ahead of `START`."""

    def __init__(self, *ahead: float) -> None:
        self.clock = FrozenClock()
        self.moments = {f"{n}": START + timedelta(seconds=each) for n, each in enumerate(ahead)}
        items = [DueItem(keys.ticket(name), at) for name, at in self.moments.items()]
        self.index, self.deliveries = Index(self.clock, items), Deliveries(self.clock)
        queue = Queue(self.deliveries, "timer")
        self.sweeper = Sweeper(self.index, queue, Queue(None, ""), self.clock)  # type: ignore[arg-type]

    def sweep(self, at: float) -> list[float]:
        """Sweep; return how much later than its moment each delivery comes, in seconds."""
        self.clock.now = START + timedelta(seconds=at)
        self.deliveries.at.clear()
        self.sweeper.sweep()
        return [(at - self.moments[name]).total_seconds() for name, at in self.deliveries.at]


@pytest.mark.parametrize("ahead", [86, 100.5, 149.9])
def test_the_first_sweep_that_sees_a_moment_has_it_delivered_in_time(ahead: float) -> None:
    (late,) = Minutes(ahead).sweep(0)
    assert -HEAD_START - SECOND < late * SECOND <= -HEAD_START


@pytest.mark.parametrize("ahead", [0.5, 30, 59.5, 85])
def test_another_sweep_has_it_delivered_once_more_shortly_after(ahead: float) -> None:
    (late,) = Minutes(ahead).sweep(0)
    assert AFTERWARDS - SECOND < late * SECOND <= AFTERWARDS


def test_what_is_overdue_is_delivered_at_once() -> None:
    assert Minutes(-90).sweep(0) == [90]


def test_a_sweep_that_takes_long_delays_nothing() -> None:
    minutes = Minutes(120.5)
    minutes.index.seconds = 1.5
    (late,) = minutes.sweep(0)
    assert -HEAD_START - SECOND < late * SECOND <= -HEAD_START


@given(
    gaps=st.lists(st.floats(1, 119), min_size=8, max_size=8),
    ahead=st.floats(120, 400),
)
def test_however_late_sweeps_run_no_moment_is_delivered_late(
    gaps: list[float], ahead: float
) -> None:
    minutes, at, latest = Minutes(ahead), 0.0, []
    for gap in (0.0, *gaps):
        at += gap
        if at <= ahead:
            latest += minutes.sweep(at)
    if at > ahead:
        assert min(latest) * SECOND <= AFTERWARDS


@given(jitter=st.lists(st.floats(0, 5), min_size=9, max_size=9), ahead=st.floats(160, 400))
def test_sweeps_of_each_minute_deliver_every_moment_in_time(
    jitter: list[float], ahead: float
) -> None:
    minutes = Minutes(ahead)
    sweeps = [60 * number + late for number, late in enumerate(jitter)]
    assert min(late for at in sweeps if at <= ahead for late in minutes.sweep(at)) < 0


def test_the_horizon_is_longer_than_two_firings_can_be_apart() -> None:
    assert timedelta(seconds=119) + HEAD_START < HORIZON
