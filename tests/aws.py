"""The table, queues and other resources of a test, in an in-process AWS."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

TABLE = "frontline-test"
KEYS = {"agent": "ALL", "team": "ALL", "moment": "KEYS_ONLY"}

STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


def create_table(client: Any, name: str = TABLE, **more: Any) -> None:
    """Create the one table, shaped as `infra/resources.yaml` says (a test compares them).

    It has a stream only if `more` says so, with `STREAM`: the in-process AWS copies all that ever
    went through it at every write of a transaction.
    """
    attributes = ["pk", "sk", *(f"{index}_{part}" for index in KEYS for part in ("pk", "sk"))]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_schema("pk", "sk"),
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": f"by_{index}",
                "KeySchema": _schema(f"{index}_pk", f"{index}_sk"),
                "Projection": {"ProjectionType": projection},
            }
            for index, projection in KEYS.items()
        ],
        **more,
    )


def waiting_messages(aws: Any, queue: str) -> int:
    """Return how many messages a queue holds, whether delayed or not."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
    found = aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


@contextmanager
def hooked(client: Any, event: str, hook: Callable[..., Any]) -> Iterator[None]:
    """Have botocore call `hook` first at an event, until the block ends.

    All tests use the same clients: a hook that stayed would be there in the next test too.
    """
    client.meta.events.register_first(event, hook)
    try:
        yield
    finally:
        client.meta.events.unregister(event, hook)


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
