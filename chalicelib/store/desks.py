"""The desk in force, its history, and the small part of it that the webhook function reads."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.channels.registry import adapter_class
from chalicelib.desk.model import Desk
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.table import ConditionFailedError, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDesk:
    """One version of the desk; `source` is the desk.yaml it came from, or its JSON."""

    version: int
    desk: Desk
    source: str
    applied_at: datetime
    applied_by: str


@dataclass(frozen=True, slots=True)
class Desks:
    table: Table

    def current(self) -> StoredDesk:
        """Return the desk in force. Raises `NotFoundError` before the first was applied."""
        item = self.table.get(keys.DESK_CURRENT)
        if item is None:
            raise NotFoundError("chưa có cấu hình nào · no desk yet: deskctl desk apply FILE")
        return _read(item)

    def version(self, version: int) -> StoredDesk:
        """Raises `NotFoundError`, which names the newest: they are counted from 1 on."""
        item = self.table.get(keys.desk_version(version))
        if item is None:
            newest = self.current().version
            raise NotFoundError(
                f"không có phiên bản {version}, mới nhất là {newest} · "
                f"no version {version}, the newest is {newest}: deskctl desk history"
            )
        return _read(item)

    def history(self) -> Iterator[StoredDesk]:
        """Return all versions, newest first."""
        found = self.table.query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :version)",
            ExpressionAttributeValues={
                ":pk": items.text(keys.DESK),
                ":version": items.text("VERSION#"),
            },
            ScanIndexForward=False,
        )
        return map(_read, found)

    def put(
        self, desk: Desk, *, source: str, by: str, now: datetime, expected_version: int
    ) -> StoredDesk:
        """Put a desk in force after `expected_version` (0: the first). Raises `ConflictError`."""
        stored = StoredDesk(
            version=expected_version + 1, desk=desk, source=source, applied_at=now, applied_by=by
        )
        try:
            self.table.transact(self._writes(stored))
        except ConditionFailedError as error:
            words = "vừa có người khác áp dụng cấu hình · somebody else applied a desk meanwhile"
            raise ConflictError(words) from error
        return stored

    def _writes(self, stored: StoredDesk) -> list[Item]:
        item = _item(stored)
        accounts = [
            {**account.model_dump(mode="json"), "door": adapter_class(account.channel).door}
            for account in stored.desk.accounts
        ]
        return [
            {
                "Put": {
                    "TableName": self.table.name,
                    "Item": {**items.key(keys.DESK_CURRENT), **item},
                    "ConditionExpression": "attribute_not_exists(pk) OR version = :expected",
                    "ExpressionAttributeValues": {":expected": items.number(stored.version - 1)},
                }
            },
            {
                "Put": {
                    "TableName": self.table.name,
                    "Item": {**items.key(keys.desk_version(stored.version)), **item},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
            {
                "Put": {
                    "TableName": self.table.name,
                    "Item": {
                        **items.key(keys.DESK_ACCOUNTS),
                        "data": items.text(json.dumps(accounts, ensure_ascii=False)),
                    },
                }
            },
        ]


def _read(item: Item) -> StoredDesk:
    return StoredDesk(
        version=int(item["version"]["N"]),
        desk=Desk.model_validate_json(item["data"]["S"]),
        source=item["source"]["S"],
        applied_at=keys.parse_stamp(item["applied_at"]["S"]),
        applied_by=item["applied_by"]["S"],
    )


def _item(stored: StoredDesk) -> Item:
    return {
        "version": items.number(stored.version),
        "data": items.text(stored.desk.model_dump_json()),
        "source": items.text(stored.source),
        "applied_at": items.text(keys.stamp(stored.applied_at)),
        "applied_by": items.text(stored.applied_by),
    }
