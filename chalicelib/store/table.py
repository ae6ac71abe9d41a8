"""The table: one low-level client, and botocore's errors in our own words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import BusyError, ConflictError
from chalicelib.store import items
from chalicelib.store.items import Item
from chalicelib.store.keys import Key

BATCH_GET_LIMIT = 100
CONFLICTS = {
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
}
THROTTLES = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "ThrottlingError",
    "InternalServerError",
}


class ConditionFailedError(ConflictError):
    """A condition did not hold.

    `at` are the positions of the writes refused; `old` is the item that stood in the way of a
    single write that asked for it.
    """

    def __init__(self, at: tuple[int, ...], old: Item | None = None) -> None:
        super().__init__("a condition did not hold")
        self.at = at
        self.old = old or {}


@dataclass(frozen=True, slots=True)
class Table:
    """A DynamoDB table through its low-level client."""

    client: Any
    name: str

    def get(self, key: Key) -> Item | None:
        with translated():
            answer = self.client.get_item(
                TableName=self.name, Key=items.key(key), ConsistentRead=True
            )
        item: Item | None = answer.get("Item")
        return item

    def batch_get(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Return the items there are, by key, in one round trip per 100."""
        wanted = list(dict.fromkeys(keys))
        found: dict[Key, Item] = {}
        while wanted:
            chunk, wanted = wanted[:BATCH_GET_LIMIT], wanted[BATCH_GET_LIMIT:]
            request = {self.name: {"Keys": [items.key(k) for k in chunk], "ConsistentRead": True}}
            with translated():
                answer = self.client.batch_get_item(RequestItems=request)
            for item in answer["Responses"].get(self.name, ()):
                found[Key(item["pk"]["S"], item["sk"]["S"])] = item
            left = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", ())
            wanted.extend(Key(k["pk"]["S"], k["sk"]["S"]) for k in left)
        return found

    def put(self, item: Item, **options: Any) -> None:
        with translated():
            self.client.put_item(TableName=self.name, Item=item, **options)

    def update(self, key: Key, expression: str, **options: Any) -> Item:
        """Change one item; return what `ReturnValues` asked for."""
        with translated():
            answer = self.client.update_item(
                TableName=self.name,
                Key=items.key(key),
                UpdateExpression=expression,
                **options,
            )
        changed: Item = answer.get("Attributes", {})
        return changed

    def delete(self, key: Key, **options: Any) -> None:
        with translated():
            self.client.delete_item(TableName=self.name, Key=items.key(key), **options)

    def query(self, **request: Any) -> Iterator[Item]:
        """Return all items of a Query, page after page, as they are asked for."""
        start: Mapping[str, Any] = {}
        while True:
            with translated():
                page = self.client.query(TableName=self.name, **request, **start)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def transact(self, writes: Sequence[Item]) -> None:
        """Write all or nothing. Raises `ConditionFailedError` or `BusyError`."""
        with translated():
            self.client.transact_write_items(TransactItems=list(writes))


@contextmanager
def translated() -> Iterator[None]:
    """Turn botocore's client errors into ours; what is neither goes on as it is."""
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        raise _translate(error) from error


def _translate(error: Any) -> Exception:
    code = error.response["Error"]["Code"]
    if code == "ConditionalCheckFailedException":
        return ConditionFailedError((0,), error.response.get("Item"))
    if code in THROTTLES or code in CONFLICTS:
        return BusyError(code)
    if code == "TransactionCanceledException":
        return _cancelled(error.response.get("CancellationReasons", ()))
    result: Exception = error
    return result


def _cancelled(reasons: Sequence[Mapping[str, Any]]) -> Exception:
    codes = [reason.get("Code", "None") for reason in reasons]
    refused = tuple(i for i, code in enumerate(codes) if code == "ConditionalCheckFailed")
    if refused:
        return ConditionFailedError(refused)
    if any(code in CONFLICTS or code in THROTTLES for code in codes):
        return BusyError("transaction conflict")
    return RuntimeError(f"transaction cancelled: {codes}")
