"""Webhooks on their way to the stack: each with its platform's patience, order and retries."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from weakref import WeakValueDictionary

import httpx

from infra.simulator.platforms.base import Retries, Webhook
from infra.simulator.stack import Account

MAX_DELIVERIES = 2000
Sleep = Callable[[float], Awaitable[None]]


@dataclass(slots=True)
class Delivery:
    """One webhook, every attempt at it, and how it ended."""

    channel: str
    account: str
    webhook: Webhook
    state: str = "pending"
    attempts: list[dict[str, Any]] = field(default_factory=list)
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    def as_json(self) -> dict[str, Any]:
        return {
            "channel": self.channel,
            "account": self.account,
            "event_id": self.webhook.event_id,
            "message_id": self.webhook.message_id,
            "state": self.state,
            "attempts": self.attempts,
            "body": self.webhook.body.decode("utf-8"),
        }


class Postman:
    """Delivers webhooks in the background; `retry_scale` shortens the platforms' waits."""

    def __init__(
        self, client: httpx.AsyncClient, retry_scale: float, sleep: Sleep = asyncio.sleep
    ) -> None:
        self.deliveries: deque[Delivery] = deque(maxlen=MAX_DELIVERIES)
        self._client = client
        self._retry_scale = retry_scale
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def deliver(
        self, webhooks: Sequence[Webhook], account: Account, retries: Retries, delay: float = 0
    ) -> list[Delivery]:
        """Begin to deliver, in this order, after `delay` seconds; await `tried` of each."""
        deliveries = [Delivery(account.channel, account.account, hook) for hook in webhooks]
        self.deliveries.extend(deliveries)
        locks = [self._lock(delivery.webhook.queue) for delivery in deliveries]
        task = asyncio.create_task(
            self._deliver_all(deliveries, locks, account.webhook_url, retries, delay)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return deliveries

    async def forget(self) -> None:
        """Give up what is still under way, and know of no webhook."""
        under_way = list(self._tasks)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        self.deliveries.clear()

    def _lock(self, queue: str | None) -> asyncio.Lock:
        if queue is None:
            return asyncio.Lock()
        lock = self._queues.get(queue)
        if lock is None:
            self._queues[queue] = lock = asyncio.Lock()
        return lock

    async def _deliver_all(
        self,
        deliveries: Sequence[Delivery],
        locks: Sequence[asyncio.Lock],
        url: str,
        retries: Retries,
        delay: float,
    ) -> None:
        await self._sleep(delay)
        async with asyncio.TaskGroup() as group:
            for delivery, lock in zip(deliveries, locks, strict=True):
                group.create_task(self._deliver(delivery, lock, url, retries))
                # What was said first leaves first; retries may still reorder, as in life.
                await delivery.tried.wait()

    async def _deliver(
        self, delivery: Delivery, lock: asyncio.Lock, url: str, retries: Retries
    ) -> None:
        async with lock:
            for number, wait in enumerate((None, *retries.waits)):
                if wait is not None:
                    await self._sleep(wait.total_seconds() * self._retry_scale)
                if await self._attempt(delivery, url, retries, number):
                    delivery.state = "delivered"
                    return
            delivery.state = "gave_up"

    async def _attempt(self, delivery: Delivery, url: str, retries: Retries, number: int) -> bool:
        webhook = delivery.webhook
        headers = dict(webhook.headers)
        if number and retries.counter_header:
            headers[retries.counter_header] = str(number)
        started, at = time.monotonic(), datetime.now(UTC)
        status, taken, error = None, False, None
        try:
            async with asyncio.timeout(retries.patience.total_seconds()):
                response = await self._client.post(
                    webhook.url or url, content=webhook.body, headers=headers, timeout=None
                )
            status, taken = response.status_code, response.is_success
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as failure:
            error = type(failure).__name__
        seconds = round(time.monotonic() - started, 3)
        attempt = {"status": status, "at": at.isoformat(), "seconds": seconds}
        delivery.attempts.append({**attempt, "error": error} if error else attempt)
        delivery.tried.set()
        return taken
