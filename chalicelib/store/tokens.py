"""API tokens: made once, shown once, kept as a hash."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.store import items, keys
from chalicelib.store.keys import Key
from chalicelib.store.table import ConditionFailedError, Table


class Scope(StrEnum):
    """What a token may do; each includes the ones before it."""

    READ = "read"
    ACT = "act"
    ADMIN = "admin"

    def covers(self, needed: "Scope") -> bool:
        order = list(Scope)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True)
class Token:
    name: str
    scope: Scope
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    table: Table

    def create(self, name: str, scope: Scope, now: datetime) -> str:
        """Return a new token; only its hash is kept. Raises `ConflictError` for a taken name."""
        secret = f"fl_{token_urlsafe(32)}"
        digest = _digest(secret)
        about = {
            "name": items.text(name),
            "scope": items.text(scope),
            "created_at": items.text(keys.stamp(now)),
        }
        by_name = {**items.key(Key(keys.TOKENS, name)), **about, "digest": items.text(digest)}
        puts = [{**items.key(keys.token(digest)), **about}, by_name]
        try:
            self.table.transact([self._put_new(item) for item in puts])
        except ConditionFailedError as error:
            words = f"đã có token tên “{name}” · a token named “{name}” exists"
            raise ConflictError(words) from error
        return secret

    def check(self, secret: str) -> Token | None:
        """Return whose token this is, or None for nobody's."""
        item = self.table.get(keys.token(_digest(secret)))
        return _read(item) if item else None

    def list(self) -> Iterator[Token]:
        found = self.table.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": items.text(keys.TOKENS)},
        )
        return map(_read, found)

    def revoke(self, name: str) -> None:
        """Make a token worthless at once. Raises `NotFoundError`."""
        key = Key(keys.TOKENS, name)
        item = self.table.get(key)
        if item is None:
            raise NotFoundError(f"không có token tên “{name}” · no token named “{name}”")
        digest = keys.token(item["digest"]["S"])
        self.table.transact(
            [
                {"Delete": {"TableName": self.table.name, "Key": items.key(each)}}
                for each in (digest, key)
            ]
        )

    def _put_new(self, item: items.Item) -> items.Item:
        return {
            "Put": {
                "TableName": self.table.name,
                "Item": item,
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _read(item: items.Item) -> Token:
    return Token(
        item["name"]["S"], Scope(item["scope"]["S"]), keys.parse_stamp(item["created_at"]["S"])
    )
