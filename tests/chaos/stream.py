"""Reads a real DynamoDB stream as Lambda does: in order per key, again after any failure."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from infra.bench.faults import ProcessDeath

WORKERS = 6
TRIES = 60

Record = Mapping[str, Any]
Follow = Callable[[str, Record], None]


@dataclass
class Stream:
    """`follow` is given each change until it returns without raising."""

    client: Any
    arn: str
    follow: Follow
    iterator: str = ""
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        shard = self.client.describe_stream(StreamArn=self.arn)["StreamDescription"]["Shards"][0]
        self.iterator = self.client.get_shard_iterator(
            StreamArn=self.arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def drain(self) -> int:
        """Follow all that happened so far, and all that follows from it; return how much."""
        total = 0
        while records := self._read():
            self._in_lanes(records)
            total += len(records)
        return total

    def _read(self) -> list[Record]:
        answer = self.client.get_records(ShardIterator=self.iterator, Limit=1000)
        self.iterator = answer["NextShardIterator"]
        return list(answer["Records"])

    def _in_lanes(self, records: list[Record]) -> None:
        """Deliver one key's changes in order, different keys' side by side."""
        lanes: list[list[Record]] = [[] for _ in range(WORKERS)]
        for record in records:
            lanes[crc32(record["dynamodb"]["Keys"]["pk"]["S"].encode()) % WORKERS].append(record)
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(self._deliver, lanes))

    def _deliver(self, lane: list[Record]) -> None:
        for record in lane:
            again_until_done(
                lambda record=record: self.follow(  # type: ignore[misc]
                    record["eventName"], record["dynamodb"]
                )
            )


def again_until_done(work: Callable[[], object]) -> None:
    """Do work as a stream or a platform has it done: a failure or a death means once more."""
    if not succeeds(work, TRIES):
        raise AssertionError(f"never succeeded in {threading.current_thread().name}")


def succeeds(work: Callable[[], object], tries: int) -> bool:
    """Do work up to `tries` times, as a queue does before it gives a message up."""
    for _ in range(tries):
        with suppress(Exception, ProcessDeath):
            work()
            return True
    return False
