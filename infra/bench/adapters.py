"""What proving and reading one webhook costs, beside the bare signature and JSON of the same bytes.

And beside the platform's own SDK where there is one, doing what it does of the same: proving alone,
or proving and reading.
"""

import gc
import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from chalicelib.channels.base import ChannelAdapter, WebhookRequest
from chalicelib.channels.registry import adapter_class
from infra.bench import sdks, webhooks
from infra.bench.report import Row
from infra.simulator.platforms.base import Webhook

GROUP = "adapter (CPU to prove and read one webhook)"
BESIDE = "adapter beside the platform's SDK (proving, and reading where it reads)"
LIMIT = 3
FASTER = 1
ROUND = 200

Work = Callable[[], object]


def measure(rounds: int) -> Iterator[Row]:
    """Yield the channels beside their floor, then those with an SDK beside it."""
    rows = [row for channel in webhooks.channels() for row in _of(channel, rounds)]
    yield from sorted(rows, key=lambda row: row.group != GROUP)


def _of(channel: str, rounds: int) -> Iterator[Row]:
    account = webhooks.account_of(channel)
    webhook = webhooks.written(account, "7718209365541120")
    adapter = adapter_class(channel)(account.account, account.secrets)
    request = _request(webhook, account.webhook_url)
    ours, floor = _in_turn(rounds, _read(adapter, request), _floor(webhook.body))
    yield Row(group=GROUP, what=channel, value=ours, unit="µs", floor=floor, limit=LIMIT)
    sdk = sdks.of(channel, request, account)
    if sdk:
        ours, theirs = _in_turn(rounds, _read(adapter, request), sdk)
        yield Row(group=BESIDE, what=channel, value=ours, unit="µs", floor=theirs, limit=FASTER)


def _request(webhook: Webhook, url: str) -> WebhookRequest:
    return WebhookRequest(
        headers={name.lower(): value for name, value in webhook.headers.items()},
        query={},
        body=webhook.body,
        urls=(url,),
        received_at=datetime.now(UTC),
    )


def _read(adapter: ChannelAdapter, request: WebhookRequest) -> Work:
    def work() -> object:
        adapter.verify(request)
        return adapter.parse(request)

    return work


def _floor(body: bytes) -> Work:
    """Return the least there is to do: a signature, and the JSON; of a form, the form."""
    read: Callable[[bytes], object] = json.loads if body[:1] in b"{[" else _form

    def work() -> object:
        hmac.compare_digest(hmac.new(b"key", body, hashlib.sha256).hexdigest(), "0" * 64)
        return read(body)

    return work


def _form(body: bytes) -> object:
    return parse_qsl(body.decode())


def _in_turn(rounds: int, first: Work, second: Work) -> tuple[float, float]:
    """Return the median microseconds of both, measured in short turns."""
    times: tuple[list[float], list[float]] = ([], [])
    gc.disable()
    try:
        for _ in range(rounds):
            for work, found in zip((first, second), times, strict=True):
                started = time.process_time_ns()
                for _ in range(ROUND):
                    work()
                found.append((time.process_time_ns() - started) / ROUND / 1000)
    finally:
        gc.enable()
    ours, other = map(statistics.median, times)
    return ours, other
