"""Counts what is asked of AWS by hooks in botocore, which nothing of ours can go around."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

READS = {"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of an operation, with its parameters as they were given."""

    service: str
    operation: str
    params: dict[str, Any]


@dataclass
class Meter:
    """`attempts` counts requests on the wire, so that a retry inside botocore is counted too.

    `read_units` is what each Query says it consumed, and `looked_at` how many entries it read.
    """

    calls: list[Call] = field(default_factory=list)
    attempts: int = 0
    read_units: list[float] = field(default_factory=list)
    looked_at: list[int] = field(default_factory=list)
    _is_on: bool = False
    _lock: Lock = field(default_factory=Lock)

    def watch(self, client: Any) -> None:
        """Hear of everything that a client does while the meter runs."""
        service = client.meta.service_model.service_name
        events = client.meta.events
        events.register_first(f"provide-client-params.{service}", self._called)
        events.register_first(f"request-created.{service}", self._attempted)
        events.register_first(f"after-call.{service}.Query", self._answered)

    @contextmanager
    def running(self) -> Iterator["Meter"]:
        """Count from zero until the block ends."""
        for counted in (self.calls, self.read_units, self.looked_at):
            counted.clear()
        self.attempts, self._is_on = 0, True
        try:
            yield self
        finally:
            self._is_on = False

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    @property
    def reads(self) -> int:
        return sum(operation in READS for operation in self.operations)

    def _called(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if not self._is_on:
            return
        self.calls.append(Call(model.service_model.service_name, model.name, dict(params)))
        if model.name == "Query":
            params["ReturnConsumedCapacity"] = "TOTAL"

    def _attempted(self, **_: Any) -> None:
        with self._lock:
            self.attempts += self._is_on

    def _answered(self, parsed: dict[str, Any], **_: Any) -> None:
        if self._is_on and "ConsumedCapacity" in parsed:
            self.read_units.append(parsed["ConsumedCapacity"]["CapacityUnits"])
            self.looked_at.append(parsed["ScannedCount"])
