"""An idle sweep is one Query and half a read unit per shard, however many tickets are open."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.service.sweep import HORIZON, Sweeper
from chalicelib.store import keys
from chalicelib.store.moments import Moments
from chalicelib.store.queues import Queue
from chalicelib.store.table import Table
from infra.bench import emulator
from infra.bench.meter import Meter
from infra.bench.sweep import LEAST_UNITS, idle_sweep, open_tickets
from infra.bench.table import load_table
from tests.conftest import START

TABLE = "many-open-tickets"
OPEN = 20_000
"""Enough to show; `make bench` measures up to a million."""


@pytest.fixture(scope="module")
def many_open() -> Iterator[str]:
    """An emulator with a table in which many tickets are open and nothing is due."""
    with emulator.emulator() as url:
        dynamodb, s3 = (emulator.client(url, service) for service in ("dynamodb", "s3"))
        load_table(dynamodb, s3, TABLE, open_tickets(range(OPEN), START))
        yield url


@pytest.fixture
def client(many_open: str) -> Any:
    return emulator.client(many_open, "dynamodb")


def test_an_idle_sweep_is_one_query_of_half_a_unit_per_shard(client: Any) -> None:
    meter = idle_sweep(client, TABLE, START)
    assert meter.operations == ["Query"] * keys.MOMENT_SHARDS
    assert meter.attempts == keys.MOMENT_SHARDS
    assert meter.read_units == [LEAST_UNITS] * keys.MOMENT_SHARDS


def test_an_idle_sweep_looks_at_no_entry(client: Any) -> None:
    """The emulator's units are its own sum; that nothing is looked at is beyond its doubt."""
    assert idle_sweep(client, TABLE, START).looked_at == [0] * keys.MOMENT_SHARDS


def test_the_sweep_reads_keys_only_and_eventually_consistent(client: Any) -> None:
    indexes = client.describe_table(TableName=TABLE)["Table"]["GlobalSecondaryIndexes"]
    projections = {one["IndexName"]: one["Projection"]["ProjectionType"] for one in indexes}
    assert projections["by_moment"] == "KEYS_ONLY"
    calls = idle_sweep(client, TABLE, START).calls
    assert not [call for call in calls if call.params.get("ConsistentRead")]


def test_what_is_due_is_found_among_them_in_as_many_queries(client: Any) -> None:
    meter, handed_over = Meter(), HandedOver()
    meter.watch(client)
    now = START + timedelta(hours=1) - HORIZON + timedelta(seconds=50)
    sweeper = Sweeper(
        Moments(Table(client, TABLE)), Queue(handed_over, ""), Queue(None, ""), lambda: now
    )
    with meter.running():
        found = sweeper.sweep()
    assert found == len(handed_over.entries) == sum(meter.looked_at) == 2
    assert meter.operations == ["Query"] * keys.MOMENT_SHARDS


class HandedOver:
    """Stands in for SQS."""

    def __init__(self) -> None:
        self.entries: list[Any] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        self.entries += Entries
        return {}
