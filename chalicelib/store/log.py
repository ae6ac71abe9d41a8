"""The event log: one conditional write per event. This write is the only commit there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from chalicelib.domain.events import LOGGED_TYPES, Logged
from chalicelib.errors import MalformedPayloadError
from chalicelib.store import items, keys
from chalicelib.store.blobs import Blobs
from chalicelib.store.items import Item
from chalicelib.store.keys import Key
from chalicelib.store.table import ConditionFailedError, Table

RAW_LIMIT = 100_000
"""Bytes of a provider's payload kept in the item itself; a larger one goes to S3."""


@dataclass(frozen=True, slots=True)
class Log:
    """Every received event, once."""

    table: Table
    blobs: Blobs

    def append(self, event: Logged, raw: str, received_at: datetime) -> bool:
        """Store `event` and return True, or return False when it was stored before.

        An answer lost after the write took effect is told from a repeat by `append_id`.
        """
        append_id = uuid4().hex
        item = {**self._item(event, raw, received_at), "append_id": items.text(append_id)}
        try:
            self.table.put(
                item,
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ConditionFailedError as refused:
            return refused.old.get("append_id") == items.text(append_id)
        return True

    def known(self, event: Logged) -> Logged | None:
        """Return what is stored in the place of `event`: itself, another of its id, or None."""
        item = self.table.get(keys.log(event))
        return None if item is None else read_event(item)

    def _item(self, event: Logged, raw: str, received_at: datetime) -> Item:
        return {
            **items.key(keys.log(event)),
            "type": items.text(event.type),
            "data": items.text(items.encode(event)),
            "received_at": items.text(keys.stamp(received_at)),
            **self._raw(event, raw),
        }

    def _raw(self, event: Logged, raw: str) -> Item:
        if len(raw) <= RAW_LIMIT // 4 or len(raw.encode()) <= RAW_LIMIT:
            return {"raw": items.text(raw)}
        key = self.blobs.put_raw(event.id, raw)
        return {"raw_key": items.text(key)}


def folded_mark(event_key: Key, now: datetime) -> Item:
    """Return the write that marks an event as folded, refused when it is marked already."""
    return {
        "Key": items.key(event_key),
        "UpdateExpression": "SET folded_at = :now",
        "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(folded_at)",
        "ExpressionAttributeValues": {":now": items.text(keys.stamp(now))},
    }


def read_event(item: Mapping[str, Any]) -> Logged:
    """Return the event of a log item. Raises `MalformedPayloadError` for an unknown type."""
    name = items.attribute(item, "type") or ""
    if name not in LOGGED_TYPES:
        raise MalformedPayloadError(f"no event type {name!r}")
    return items.decode(LOGGED_TYPES[name], item["data"]["S"])
