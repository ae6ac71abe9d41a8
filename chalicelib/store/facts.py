"""What reports count: facts by day, in shards, each set written with the change it tells of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from chalicelib.desk.decision import Fact
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.table import Table


@dataclass(frozen=True, slots=True)
class Facts:
    table: Table

    def of_day(self, day: date) -> Iterator[Fact]:
        """Return all that was noted on a day of UTC: one Query a shard."""
        for shard in keys.fact_shards(day):
            found = self.table.query(
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": items.text(shard)},
            )
            for item in found:
                yield from items.decode(_Facts, item["data"]["S"]).facts


@dataclass(frozen=True, slots=True)
class _Facts:
    facts: tuple[Fact, ...]


def facts_item(facts: Sequence[Fact]) -> Item:
    """Return one item for what one decision brought; the same decision makes the same item."""
    first = facts[0]
    key = keys.fact(first.at, first.ticket_id, "+".join(sorted({fact.kind for fact in facts})))
    return {**items.key(key), "data": items.text(items.encode(_Facts(tuple(facts))))}
