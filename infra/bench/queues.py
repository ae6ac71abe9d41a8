"""Plays SQS, without any delay but the one that a message asks for."""

import heapq
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from threading import Condition
from typing import Any

LOOK = 0.05
"""Seconds after which whoever waits for a message looks up."""


@dataclass
class Delays:
    """The queue `url`; what is sent to any other is dropped. `sent` counts messages."""

    clock: Callable[[], datetime]
    url: str
    sent: int = 0
    _waiting: list[tuple[datetime, int, Any]] = field(default_factory=list)
    _changed: Condition = field(default_factory=Condition)
    _turn: Any = field(default_factory=count)

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        if QueueUrl != self.url:
            return {}
        now = self.clock()
        with self._changed:
            for entry in Entries:
                due_at = now + timedelta(seconds=entry["DelaySeconds"])
                body = json.loads(entry["MessageBody"])
                heapq.heappush(self._waiting, (due_at, next(self._turn), body))
                self.sent += 1
            self._changed.notify_all()
        return {}

    def take(self) -> Any | None:
        """Return the next message as soon as it is due, None when that is not soon."""
        with self._changed:
            early = self._early()
            if early > 0:
                self._changed.wait(min(early, LOOK))
            return heapq.heappop(self._waiting)[2] if self._early() <= 0 else None

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def _early(self) -> float:
        if not self._waiting:
            return LOOK
        return (self._waiting[0][0] - self.clock()).total_seconds()
