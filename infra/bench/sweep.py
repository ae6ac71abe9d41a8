"""What a sweep costs that finds nothing due, by how many tickets are open."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import yaml

from chalicelib.service.sweep import Sweeper
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.moments import Moments
from chalicelib.store.queues import Queue
from chalicelib.store.table import Table
from infra.bench.meter import Meter
from infra.bench.report import Row
from infra.packaging.build import ROOT
from infra.packaging.template import MERGED

TEMPLATE = ROOT / MERGED
GROUP = "quét · idle sweep"
OPEN = (1_000, 10_000, 100_000)
LEAST_UNITS = 0.5
"""What DynamoDB charges for a Query that finds nothing (eventually consistent)."""

WRITTEN_AT_ONCE = 25
WRITERS = 4
SPREAD = timedelta(seconds=37)


def measure(client: Any, table: str, now: datetime) -> Iterator[Row]:
    """Yield calls and read units of one sweep; `table` doesn't exist before, nor afterwards."""
    create_table(client, table)
    try:
        last = 0
        for count in OPEN:
            fill(client, table, range(last, count), now)
            last = count
            yield from _rows(count, idle_sweep(client, table, now))
    finally:
        client.delete_table(TableName=table)


def idle_sweep(client: Any, table: str, now: datetime) -> Meter:
    """Sweep once; return what that asked of DynamoDB. Nothing may be due."""
    meter = Meter()
    meter.watch(client)
    no_queue = Queue(client=None, url="")
    with meter.running():
        found = Sweeper(Moments(Table(client, table)), no_queue, no_queue).sweep(now)
    if found:
        raise ValueError(f"{found} moments were due")
    return meter


def create_table(client: Any, name: str) -> None:
    """Create the table that is deployed."""
    deployed = deployed_table()
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client.create_table(TableName=name, **{part: deployed[part] for part in wanted})


def deployed_table() -> dict[str, Any]:
    """Return the properties of the table, out of what is merged into the template."""
    resources = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)["Resources"]  # noqa: S506
    tables = (one for one in resources.values() if one.get("Type") == "AWS::DynamoDB::Table")
    found: dict[str, Any] = next(tables)["Properties"]
    return found


def fill(client: Any, table: str, numbers: range, now: datetime) -> None:
    """Write open tickets, each with a moment from an hour after `now` on.

    They are keys only, which is all that the index of moments holds of a ticket anyway.
    """
    tickets = (_ticket(number, now) for number in numbers)
    batches = iter(lambda: list(islice(tickets, WRITTEN_AT_ONCE)), [])
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda batch: _write(client, table, batch), batches))


def _write(client: Any, table: str, batch: list[Item]) -> None:
    left = {table: [{"PutRequest": {"Item": item}} for item in batch]}
    while left:
        left = client.batch_write_item(RequestItems=left)["UnprocessedItems"]


def _ticket(number: int, now: datetime) -> Item:
    ticket_id = f"{number:08d}"
    moment = keys.moment(now + timedelta(hours=1) + number * SPREAD, ticket_id)
    return {
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


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML brings no types
    """Reads CloudFormation's YAML; what its own tags stand for is of no interest here."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: {suffix: None})
