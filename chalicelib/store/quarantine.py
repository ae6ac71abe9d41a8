"""What was proven but not understood, kept whole until somebody looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.errors import NotFoundError
from chalicelib.store import items, keys
from chalicelib.store.blobs import Blobs
from chalicelib.store.items import Item
from chalicelib.store.keys import Key
from chalicelib.store.log import RAW_LIMIT
from chalicelib.store.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """`id` is deterministic, so the provider's retries are one entry.

    `log_key` is set for an event that was understood but failed to fold: a replay folds it
    again. Without it a replay parses `raw` again as a webhook of that account.
    """

    id: str
    channel: str
    account: str
    reason: str
    received_at: datetime
    raw: str
    log_key: Key | None = None


@dataclass(frozen=True, slots=True)
class Quarantine:
    table: Table
    blobs: Blobs

    def put(self, part: Quarantined) -> None:
        self.table.put(self.item(part))

    def item(self, part: Quarantined) -> Item:
        """Return the item to write, its payload in S3 when it is large."""
        item = {
            **items.key(Key(keys.QUARANTINE, part.id)),
            "channel": items.text(part.channel),
            "account": items.text(part.account),
            "reason": items.text(part.reason),
            "received_at": items.text(keys.stamp(part.received_at)),
        }
        if part.log_key:
            item |= {"log_pk": items.text(part.log_key.pk), "log_sk": items.text(part.log_key.sk)}
        if len(part.raw.encode()) <= RAW_LIMIT:
            return {**item, "raw": items.text(part.raw)}
        return {**item, "raw_key": items.text(self.blobs.put_raw(part.id, part.raw))}

    def get(self, part_id: str) -> Quarantined:
        """Raises `NotFoundError`."""
        item = self.table.get(Key(keys.QUARANTINE, part_id))
        if item is None:
            words = "không có gì bị cách ly dưới mã này · nothing in quarantine under this id"
            raise NotFoundError(f"{words}: {part_id}")
        return self._read(item)

    def list(self, after: str = "") -> Iterator[Quarantined]:
        found = self.table.query(
            KeyConditionExpression="pk = :pk AND sk > :after",
            ExpressionAttributeValues={
                ":pk": items.text(keys.QUARANTINE),
                ":after": items.text(after or " "),
            },
        )
        return map(self._read, found)

    def remove(self, part_id: str) -> None:
        self.table.delete(Key(keys.QUARANTINE, part_id))

    def _read(self, item: Item) -> Quarantined:
        raw = items.attribute(item, "raw")
        if raw is None:
            raw = self.blobs.get(item["raw_key"]["S"]).decode()
        log_pk, log_sk = items.attribute(item, "log_pk"), items.attribute(item, "log_sk")
        return Quarantined(
            id=item["sk"]["S"],
            channel=item["channel"]["S"],
            account=item["account"]["S"],
            reason=item["reason"]["S"],
            received_at=keys.parse_stamp(item["received_at"]["S"]),
            raw=raw,
            log_key=Key(log_pk, log_sk) if log_pk and log_sk else None,
        )
