"""What a sweep costs that finds nothing due, by how many tickets are open."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.service.sweep import Sweeper
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.moments import Moments
from chalicelib.store.queues import Queue
from chalicelib.store.table import Table
from infra.bench.emulator import client
from infra.bench.meter import Meter
from infra.bench.report import Row
from infra.bench.table import load_table

GROUP = "quét · idle sweep"
OPEN = (1_000, 10_000, 100_000, 1_000_000)
LEAST_UNITS = 0.5
"""What DynamoDB charges for a Query that finds nothing (eventually consistent)."""

SPREAD = timedelta(seconds=37)
PATIENCE = 300
"""Seconds: the emulator looks at each entry of a shard, which the real index does not."""


def measure(url: str, most: int) -> Iterator[Row]:
    """Yield calls and read units of one sweep, by how many tickets are open: up to `most`."""
    dynamodb, now = client(url, "dynamodb", read_timeout=PATIENCE), datetime.now(UTC)
    for count in (each for each in OPEN if each <= most):
        table = f"open-{count}"
        load_table(dynamodb, client(url, "s3"), table, open_tickets(range(count), now))
        yield from _rows(count, idle_sweep(dynamodb, table, now))
        dynamodb.delete_table(TableName=table)


def idle_sweep(dynamodb: Any, table: str, now: datetime) -> Meter:
    """Sweep once; return what that asked of DynamoDB. Nothing may be due."""
    meter = Meter()
    meter.watch(dynamodb)
    no_queue = Queue(client=None, url="")
    with meter.running():
        found = Sweeper(Moments(Table(dynamodb, table)), no_queue, no_queue, lambda: now).sweep()
    if found:
        raise ValueError(f"{found} moments were due")
    return meter


def open_tickets(numbers: Iterable[int], now: datetime) -> Iterator[Item]:
    """Yield open tickets, each with a moment from an hour after `now` on.

    They are keys only, which is all that the index of moments holds of a ticket anyway.
    """
    for number in numbers:
        ticket_id = f"{number:08d}"
        moment = keys.moment(now + timedelta(hours=1) + number * SPREAD, ticket_id)
        yield {
            **items.key(keys.ticket(ticket_id)),
            "moment_pk": items.text(moment.pk),
            "moment_sk": items.text(moment.sk),
        }


def _rows(count: int, meter: Meter) -> Iterator[Row]:
    shards = keys.MOMENT_SHARDS
    yield Row(
        group=GROUP,
        what=f"{count:,} open tickets: calls",
        value=meter.attempts,
        unit="",
        floor=shards,
        limit=1,
    )
    yield Row(
        group=GROUP,
        what=f"{count:,} open tickets: RCU",
        value=sum(meter.read_units),
        unit="RCU",
        floor=shards * LEAST_UNITS,
        limit=1,
    )
