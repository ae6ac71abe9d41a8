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
from urllib.parse import parse_qsl

WARM_UP = 50
OK = 200


def first(given: dict[str, Any]) -> float:
    """Return the CPU that a fresh process has used once its first webhook is stored."""
    take(given["events"][0])
    return time.process_time()


def first_floor(given: dict[str, Any]) -> float:
    """Return the same for the least that a first webhook can be."""
    floor()(given["events"][0])
    return time.process_time()


def each(given: dict[str, Any]) -> dict[str, list[float]]:
    """Return CPU per event, of our function and of the floor, block by block in turn."""
    events = given["events"]
    programs: dict[str, Callable[[Any], None]] = {"function": take, "floor": floor()}
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
    """Have the function take a webhook."""
    from app import app

    answer = app(event, None)
    if answer["statusCode"] != OK:
        raise SystemExit(f"the function answered {answer}")


def floor() -> Callable[[Any], None]:
    """Return the least that taking a webhook can be: prove, read, write one item."""
    import boto3

    client, secret = boto3.client("dynamodb"), b"a-secret-of-an-app-of-some-length"

    def take_plainly(event: dict[str, Any]) -> None:
        body = event["body"].encode()
        hmac.compare_digest(hmac.new(secret, body, hashlib.sha256).hexdigest(), "0" * 64)
        json.loads(body) if body[:1] in b"{[" else parse_qsl(event["body"])
        client.put_item(
            TableName="bench",
            Item={"pk": {"S": "LOG#1"}, "sk": {"S": "1"}, "raw": {"S": event["body"]}},
            ConditionExpression="attribute_not_exists(pk)",
        )

    return take_plainly


def answer_from_here(given: dict[str, Any]) -> None:
    """Let every request of botocore be answered in this process."""
    from botocore.awsrequest import AWSResponse
    from botocore.httpsession import URLLib3Session

    def send(session: Any, request: Any) -> Any:
        target = request.headers["X-Amz-Target"].decode()
        told = _answer(target.rpartition(".")[2], json.loads(request.body), given)
        return AWSResponse(request.url, OK, {}, _Body(json.dumps(told).encode()))

    URLLib3Session.send = send


def _answer(operation: str, asked: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    if operation == "GetItem":
        return {"Item": {"data": {"S": given["accounts"]}}}
    if operation == "GetParameters":
        known = given["parameters"]
        return {"Parameters": [{"Name": name, "Value": known[name]} for name in asked["Names"]]}
    return {}


class _Body(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, *_: Any, **__: Any) -> Any:
        yield self.read()


def main(name: str) -> None:
    """Measure; what the function logs meanwhile goes nowhere, since nobody reads it here."""
    given = json.load(sys.stdin)
    measures: dict[str, Callable[[dict[str, Any]], Any]] = {
        "first": first,
        "first_floor": first_floor,
        "each": each,
    }
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        answer_from_here(given)
        found = measures[name](given)
    print(json.dumps(found))
