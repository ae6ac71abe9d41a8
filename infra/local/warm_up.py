"""Starts each function once, so that the first message doesn't wait for it."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from infra.local.processes import answers

HEALTH_TRIES = 3

NO_RECORDS: dict[str, Any] = {"Records": []}
HAPPENED = {
    "version": "0",
    "id": "warm-up",
    "account": "000000000000",
    "time": "2026-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": [],
}
# A step of a message that nobody here has sent.
NOBODYS_TEXT: dict[str, Any] = {
    "Timestamp": HAPPENED["time"],
    "Subject": None,
    "MessageAttributes": {},
    "Message": json.dumps({"eventType": "TEXT_QUEUED", "originationPhoneNumber": "warm-up"}),
}
NOT_INBOUND = {"bucket": {"name": "none"}, "object": {"key": "warm-up"}}

# Each in the shape its function is called with, and nothing to do in it.
EVENTS: Mapping[str, dict[str, Any]] = {
    "DeskFunction": NO_RECORDS,
    "OutboxFunction": NO_RECORDS,
    "RedeliverFunction": NO_RECORDS,
    "TimerFunction": NO_RECORDS,
    "RecomputeFunction": NO_RECORDS,
    "SweepFunction": {
        **HAPPENED,
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "detail": {},
    },
    "WatchFunction": {
        **HAPPENED,
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "detail": {},
    },
    "MailFunction": {
        **HAPPENED,
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": NOT_INBOUND,
    },
    "SmsFunction": {"Records": [{"EventSource": "aws:sns", "Sns": NOBODYS_TEXT}]},
}


def warm_up(functions: Any, outputs: Mapping[str, str], health_url: str) -> list[str]:
    """Call every function once; return those that failed, with their words.

    `functions` is a `lambda` client; `health_url` is answered by the one behind the API.
    """
    with ThreadPoolExecutor(max_workers=4) as pool:
        healthy = pool.submit(_is_healthy, health_url)
        words = pool.map(lambda output: _failure(functions, outputs[output], output), EVENTS)
        failed = [one for one in words if one]
        return failed if healthy.result() else [*failed, f"{health_url}: no answer"]


def _is_healthy(url: str) -> bool:
    """A first start on a busy machine may take longer than a gateway waits."""
    return any(answers(url) for _ in range(HEALTH_TRIES))


def _failure(functions: Any, name: str, output: str) -> str:
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(EVENTS[output]))
    if "FunctionError" not in answer:
        return ""
    return f"{output}: {json.loads(answer['Payload'].read()).get('errorMessage', '')}"
