"""Messages for later: SQS with a delay."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

BATCH = 10
"""SQS takes ten messages a call."""

LONGEST_DELAY = 900
"""Seconds; SQS delays no longer."""


@dataclass(frozen=True, slots=True)
class Later:
    """A message to be delivered after `delay` whole seconds."""

    body: Any
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    client: Any
    url: str

    def send(self, messages: Iterable[Later]) -> None:
        """Send all that can be sent, whatever happens to the rest.

        Raises `ExceptionGroup` when some of it could not be.
        """
        waiting, errors = list(messages), []
        for start in range(0, len(waiting), BATCH):
            try:
                self._send_batch(waiting[start : start + BATCH])
            except Exception as error:
                errors.append(error)
        if errors:
            raise ExceptionGroup("not everything was sent", errors)

    def _send_batch(self, messages: list[Later]) -> None:
        entries = [
            {
                "Id": str(place),
                "MessageBody": json.dumps(message.body),
                "DelaySeconds": min(max(message.delay, 0), LONGEST_DELAY),
            }
            for place, message in enumerate(messages)
        ]
        answer = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)
        if failed := answer.get("Failed"):
            raise RuntimeError(f"SQS refused {len(failed)} messages: {failed[0].get('Code')}")
