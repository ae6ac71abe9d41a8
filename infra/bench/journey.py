"""Seconds from a platform's webhook to the mail in an agent's mailbox, on the local cloud."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count, cycle, islice
from typing import Any
from uuid import uuid4

import httpx

from infra.bench import webhooks
from infra.bench.function import BenchError
from infra.bench.report import Row
from infra.local.cloud import REGION
from infra.local.stack import Stack
from infra.simulator.stack import Account

GROUP = "hành trình · journey (seconds, local cloud)"
CHANNELS = ("zalo", "messenger", "telegram")
"""The road behind the webhook is the same for all; these greet at once and look nothing up."""

PATIENCE = timedelta(seconds=30)
LOOK = timedelta(milliseconds=10)
SENDER = "frontline"
KNOWN = ("channel", "account", "webhook_url", "secrets")


def measure(stack: Stack, journeys: int) -> Iterator[Row]:
    """Let new customers write one after another; their tickets are resolved at once.

    One on each account goes before, so that every function is warm. The floor is a mail that is
    handed to SES directly, until it is in the same mailbox.
    """
    with httpx.Client(timeout=60, trust_env=False) as http:
        road = _Road(stack, http)
        accounts = road.accounts()
        for account in accounts:
            road.go(account)
        times = [road.go(account) for account in islice(cycle(accounts), journeys)]
        floor = statistics.median(road.mail_directly() for _ in range(journeys))
    answered, mailed = ([getattr(one, name) for one in times] for name in ("answered", "mailed"))
    figures = {
        "webhook → 200, median": statistics.median(answered),
        "webhook → agent's mail, median": statistics.median(mailed),
        "webhook → agent's mail, slowest": max(mailed),
    }
    for what, found in figures.items():
        yield Row(group=GROUP, what=what, value=found, unit="s", floor=floor)


@dataclass(frozen=True, slots=True)
class Journey:
    """Seconds since the platform began to send."""

    answered: float
    mailed: float


@dataclass
class _Road:
    stack: Stack
    http: httpx.Client

    def accounts(self) -> list[Account]:
        """Return the accounts that the journey begins at."""
        return [
            Account(
                **{name: each[name] for name in ("channel", "account", "webhook_url", "secrets")}
            )
            for each in self.stack["accounts"]
            if each["channel"] in CHANNELS
        ]

    def go(self, account: Account) -> Journey:
        """Let a new customer write, and wait until an agent has a mail about it."""
        customer, words = str(next(_numbers)), f"Bình gốm bị sứt, mã {uuid4().hex}"
        webhook = webhooks.written(account, customer, words)
        headers = {"Content-Type": "application/json", **webhook.headers}
        started = time.perf_counter()
        answer = self.http.post(account.webhook_url, content=webhook.body, headers=headers)
        answered = time.perf_counter() - started
        answer.raise_for_status()
        self._until_mailed(words)
        mailed = time.perf_counter() - started
        self._resolve(account, customer)
        return Journey(answered, mailed)

    def mail_directly(self) -> float:
        """Return the seconds that a mail takes without us."""
        import boto3

        words, address = uuid4().hex, f"{SENDER}@{self._mail_domain()}"
        ses = boto3.client(
            "sesv2",
            endpoint_url=self.stack["platforms_url"],
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106  what the emulator expects
        )
        content: Any = {
            "Simple": {"Subject": {"Data": words}, "Body": {"Text": {"Data": words}}},
        }
        started = time.perf_counter()
        ses.send_email(
            FromEmailAddress=address, Destination={"ToAddresses": [address]}, Content=content
        )
        self._until_mailed(words)
        return time.perf_counter() - started

    def _until_mailed(self, words: str) -> None:
        _until(lambda: words in self.http.get(self.stack["mail_url"]).text)

    def _resolve(self, account: Account, customer: str) -> None:
        """Leave no open ticket behind: agents have room for so many."""
        query = {
            "channel": account.channel,
            "account": account.account,
            "external_id": customer,
        }
        contact = self._call("GET", "/api/contacts", params=query)["contacts"][0]
        for ticket in self._call("GET", f"/api/contacts/{contact['id']}")["tickets"]:
            self._call("POST", f"/api/tickets/{ticket['id']}/resolve")

    def _call(self, method: str, path: str, **request: Any) -> Any:
        proof = {"Authorization": f"Bearer {self.stack['token']}"}
        answer = self.http.request(method, self.stack["api_url"] + path, headers=proof, **request)
        answer.raise_for_status()
        return answer.json()

    def _mail_domain(self) -> str:
        addresses = (str(each["secrets"].get("address", "")) for each in self.stack["accounts"])
        return next(one for one in addresses if one).rpartition("@")[2]


def _until(is_there: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE.total_seconds()
    while not is_there():
        if time.monotonic() > end:
            raise BenchError(f"no mail after {PATIENCE.total_seconds():.0f} s")
        time.sleep(LOOK.total_seconds())


_numbers = count(int(time.time()) * 1000)
