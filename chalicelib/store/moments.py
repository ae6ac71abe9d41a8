"""What happens by itself next: one sparse index, in shards, read by time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.store import items, keys
from chalicelib.store.keys import Key
from chalicelib.store.table import Table


@dataclass(frozen=True, slots=True)
class DueItem:
    """A ticket or an outbox item whose time is `at`."""

    key: Key
    at: datetime


@dataclass(frozen=True, slots=True)
class Moments:
    table: Table

    def due(self, shard: str, until_at: datetime) -> Iterator[DueItem]:
        """Return everything of one shard that is due up to `until_at`, soonest first."""
        found = self.table.query(
            IndexName="by_moment",
            KeyConditionExpression="moment_pk = :pk AND moment_sk < :until",
            ExpressionAttributeValues={
                ":pk": items.text(shard),
                ":until": items.text(keys.stamp(until_at)),
            },
        )
        for item in found:
            at = keys.parse_stamp(item["moment_sk"]["S"].partition("#")[0])
            yield DueItem(Key(item["pk"]["S"], item["sk"]["S"]), at)
