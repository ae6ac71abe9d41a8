"""Plays what AWS does for moments: a rule that sweeps, and functions that take what it sent."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import Any

from chalicelib.service.fire import Firing
from chalicelib.service.sweep import read_timer_message
from infra.bench.function import BenchError
from infra.bench.queues import Delays

AT_ONCE = 50
"""The timer function's `MaximumConcurrency` in `infra/resources.yaml`."""

MINUTE = timedelta(minutes=1)
PATIENCE = 3 * MINUTE
"""How long no message may come while something is still to be done."""


@dataclass
class Timers:
    """The timer functions. `failures` are those after which a message would come again."""

    queue: Delays
    firing: Firing
    failures: list[Exception] = field(default_factory=list)

    def run(self, is_done: Callable[[], bool]) -> None:
        """Take messages, so many at a time, until it is done and none is left.

        Raises `BenchError` when there is nothing more to take before.
        """
        heard_at = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while not (is_done() and self.queue.is_empty):
                message = self.queue.take()
                if message is not None:
                    heard_at = time.monotonic()
                    pool.submit(self._fire, message)
                elif time.monotonic() - heard_at > PATIENCE.total_seconds():
                    raise BenchError("not everything due was handed over")

    def _fire(self, message: Any) -> None:
        try:
            self.firing.fire(read_timer_message(message))
        except Exception as error:
            self.failures.append(error)


@contextmanager
def every_minute(sweep: Callable[[], object]) -> Iterator[None]:
    """Sweep at once and each minute, beside what the block does."""
    ended = Event()

    def go_on() -> None:
        while not ended.is_set():
            sweep()
            ended.wait(MINUTE.total_seconds())

    rule = Thread(target=go_on)
    rule.start()
    try:
        yield
    finally:
        ended.set()
        rule.join()
