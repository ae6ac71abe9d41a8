"""Faults, at any kind of call to the outside: before it takes effect or after, or sudden death."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import cycle
from threading import Lock
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError


class Fault(StrEnum):
    THROTTLED = "throttled"
    ANSWER_LOST = "answer lost"
    CONFLICT = "transaction conflict"
    DIED_BEFORE = "died before"
    DIED_AFTER = "died after"


class ProcessDeath(BaseException):
    """The process is gone: no handler of ours may catch this."""


@dataclass
class Chaos:
    """Decides when what goes wrong. `injected` counts every fault by the call it hit."""

    pick: Callable[[str], Fault | None] = lambda call: None
    injected: Counter[tuple[str, Fault]] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def next_fault(self, call: str) -> Fault | None:
        """Return what goes wrong with this call; only a transaction can conflict."""
        with self.lock:
            self.calls[call] += 1
            fault = self.pick(call)
            if fault is Fault.CONFLICT and not call.startswith("dynamodb.Transact"):
                fault = None
            if fault:
                self.injected[call, fault] += 1
            return fault


def at_random(
    seed: int, share: float, faults: Sequence[Fault] = tuple(Fault)
) -> Callable[[str], Fault | None]:
    """Return a picker that lets `share` of all calls go wrong."""
    dice = random.Random(seed)  # noqa: S311  makes things go wrong, guards nothing
    return lambda call: dice.choice(faults) if dice.random() < share else None


def every(nth: int, call: str, faults: list[Fault]) -> Callable[[str], Fault | None]:
    """Return a picker that hits every `nth` call of one kind with each fault in turn."""
    seen = Counter[str]()
    turn = cycle(faults)

    def pick(name: str) -> Fault | None:
        seen[name] += 1
        return next(turn) if name == call and seen[name] % nth == 0 else None

    return pick


@contextmanager
def suffering(chaos: Chaos, call: str, throttled: Exception) -> Iterator[None]:
    """Wrap a call of a fake: the body is what takes effect."""
    fault = chaos.next_fault(call)
    if fault is Fault.THROTTLED:
        raise throttled
    if fault is Fault.DIED_BEFORE:
        raise ProcessDeath(call)
    yield
    if fault is Fault.ANSWER_LOST:
        raise ReadTimeoutError(endpoint_url=call)
    if fault is Fault.DIED_AFTER:
        raise ProcessDeath(call)


REFUSALS = {
    Fault.THROTTLED: "ThrottlingException",
    Fault.CONFLICT: "TransactionConflictException",
}


def hook(client: Any, chaos: Chaos) -> None:
    """Let a botocore client suffer: refused before sending, or silenced after the effect."""
    service = client.meta.service_model.service_name

    def before(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        call = f"{service}.{event_name.rpartition('.')[2]}"
        fault = chaos.next_fault(call)
        if fault is Fault.DIED_BEFORE:
            raise ProcessDeath(call)
        if fault in REFUSALS:
            return _refusal(request.url, REFUSALS[fault])
        request.context["fault"] = fault
        return None

    def after(context: dict[str, Any], event_name: str, **_: Any) -> None:
        fault = context.pop("fault", None)
        if fault is Fault.ANSWER_LOST:
            raise ReadTimeoutError(endpoint_url=event_name)
        if fault is Fault.DIED_AFTER:
            raise ProcessDeath(event_name)

    client.meta.events.register(f"before-send.{service}", before)
    client.meta.events.register(f"after-call.{service}", after)


def _refusal(url: str, code: str) -> AWSResponse:
    body = f'{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"injected"}}'
    return AWSResponse(url, 400, {"x-amzn-errortype": code}, _Body(body.encode()))


class _Body:
    """A body as urllib3 gives it."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._content

    def read(self, *_: Any) -> bytes:
        return self._content
