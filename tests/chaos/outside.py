"""The world outside the table: SES, SNS, SQS and a platform, remembering all that reached them."""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.errors import TransientSendError
from infra.bench.faults import Chaos, suffering

THROTTLE = {"Error": {"Code": "TooManyRequestsException", "Message": "injected"}}


def throttled(operation: str) -> ClientError:
    return ClientError(THROTTLE, operation)


@dataclass
class Outside:
    """Every effect there is but the table's."""

    chaos: Chaos
    mails: Counter[str] = field(default_factory=Counter)
    topic: Counter[str] = field(default_factory=Counter)
    platform: Counter[str] = field(default_factory=Counter)
    queues: dict[str, list[Any]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def client(self, service: str) -> Any:
        return {"sesv2": Ses, "sns": Sns, "sqs": Sqs}[service](self)

    def record(self, seen: Counter[str], name: str) -> str:
        with self.lock:
            seen[name] += 1
            return f"{name}.{seen[name]}"

    def take_all(self, queue: str, dice: random.Random) -> list[Any]:
        """Return what waits in a queue as SQS may deliver it: some twice, in any order."""
        with self.lock:
            waiting, self.queues[queue] = self.queues.get(queue, []), []
        doubled = [body for body in waiting for _ in range(dice.choice((1, 1, 2)))]
        dice.shuffle(doubled)
        return doubled


@dataclass
class Ses:
    outside: Outside

    def send_email(self, **request: Any) -> dict[str, str]:
        with suffering(self.outside.chaos, "sesv2.SendEmail", throttled("SendEmail")):
            raw = request["Content"]["Raw"]["Data"]
            answer = {"MessageId": self.outside.record(self.outside.mails, fingerprint(raw))}
        return answer


@dataclass
class Sns:
    outside: Outside

    def publish(self, **request: Any) -> dict[str, str]:
        with suffering(self.outside.chaos, "sns.Publish", throttled("Publish")):
            body = json.loads(request["Message"])
            name = f"{body['kind']}:{body['ticket']['id']}:{body['agent']}"
            answer = {"MessageId": self.outside.record(self.outside.topic, name)}
        return answer


@dataclass
class Sqs:
    outside: Outside

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
        busy = throttled("SendMessageBatch")
        with suffering(self.outside.chaos, "sqs.SendMessageBatch", busy), self.outside.lock:
            waiting = self.outside.queues.setdefault(QueueUrl, [])
            waiting += [json.loads(entry["MessageBody"]) for entry in Entries]
        return {}


@dataclass
class Platform:
    """Plays a send API."""

    outside: Outside
    refuse: Callable[[], None] = lambda: None

    def send(self, request: HttpRequest) -> HttpResponse:
        busy = TransientSendError("injected")
        with suffering(self.outside.chaos, "platform.send", busy):
            body = json.loads(request.body)
            name = f"{body['chat_id']}:{body['text']}"
            message_id = self.outside.record(self.outside.platform, name)
        answer = {"ok": True, "result": {"message_id": message_id}}
        return HttpResponse(status=200, headers={}, body=json.dumps(answer).encode())


def fingerprint(mime: bytes) -> str:
    """Return what makes a notification mail this one: its ticket, kind and reader."""
    head = mime.partition(b"\r\n\r\n")[0].decode()
    lines = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    wanted = ("X-Frontline-Notification", "X-Frontline-Ticket", "To")
    return ":".join(lines[name] for name in wanted)
