"""Runs inside the function's own process, with nothing but its package and the runtime's boto3.

It is given webhooks on standard input and tells seconds of CPU. The network is stubbed where
botocore hands a finished request to HTTP, so all that is ours and botocore's is measured.
"""

import hashlib
import hmac
import io
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

WARM_UP = 50


def first(given: dict[str, Any]) -> float:
    """Return the CPU a fresh process has used once it has taken its first webhook."""
    answer_from_here(given)
    take(given["events"][0])
    return time.process_time()


def each(given: dict[str, Any]) -> dict[str, list[float]]:
    """Return CPU per event, of our function and of the floor, block by block in turn."""
    answer_from_here(given)
    events = given["events"]
    floor = floor_of(given)
    programs: dict[str, Callable[[Any], None]] = {"function": take, "floor": floor}
    found: dict[str, list[float]] = {name: [] for name in programs}
    for program in programs.values():
        per_event(program, events[:WARM_UP])
    for _ in range(given["rounds"]):
        for name, program in programs.items():
            found[name].append(per_event(program, events))
    return found


def per_event(program: Callable[[Any], None], events: list[Any]) -> float:
    started = time.process_time()
    for event in events:
        program(event)
    return (time.process_time() - started) / len(events)


def take(event: dict[str, Any]) -> None:
    """Have the function take a webhook; what it logs goes nowhere, as to CloudWatch."""
    from app import app

    answer = app(event, None)
    if answer["statusCode"] != 200:
        raise SystemExit(f"the function answered {answer}")


def floor_of(given: dict[str, Any]) -> Callable[[Any], None]:
    """Return the least that taking a webhook can be: prove, read, write one item."""
    import boto3

    client, secret = boto3.client("dynamodb"), b"a-secret-of-an-app-of-some-length"

    def floor(event: dict[str, Any]) -> None:
        body = event["body"].encode()
        hmac.compare_digest(hmac.new(secret, body, hashlib.sha256).hexdigest(), "0" * 64)
        json.loads(body)
        client.put_item(
            TableName="bench",
            Item={"pk": {"S": "LOG#1"}, "sk": {"S": "1"}, "raw": {"S": event["body"]}},
            ConditionExpression="attribute_not_exists(pk)",
        )

    return floor


def answer_from_here(given: dict[str, Any]) -> None:
    """Let every request of botocore be answered in this process."""
    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

    bodies = {"GetItem": json.dumps({"Item": given["accounts"]}).encode()}

    def send(self: Any, request: Any) -> Any:
        target = request.headers.get("X-Amz-Target", b"")
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        body = bodies.get(operation, b"{}")
        return AWSResponse(request.url, 200, {}, Body(body))

    URLLib3Session.send = send  # type: ignore[method-assign]


class Body(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.read()


def main(name: str) -> None:
    given = json.load(sys.stdin)
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        found = {"first": first, "each": each}[name](given)
    print(json.dumps(found))
