"""The outside of the local cloud: its API, its customers, its mailbox, its table; all over HTTP."""

import io
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, Self, TypeVar

import boto3
import httpx
import pytest

from infra.deskctl import cli as deskctl
from infra.deskctl.stage import STACK_VARIABLE
from infra.local import stack
from infra.local.cloud import REGION

T = TypeVar("T")
Found = dict[str, Any]

PATIENCE = 40.0
"""Seconds to wait for what follows by itself; only promises are measured more strictly."""

LOOK = 0.1

ACCOUNT_OF = {
    "zalo": "hoa-mai",
    "messenger": "hoa-mai",
    "telegram": "hoa-mai-intl",
    "email": "hotro",
}

EXTERNAL_ID = {"email": "khach{}@thu.example", "aws_sms": "+84{}", "twilio_sms": "+84{}"}
"""What a customer is called where a bare number is none."""

_numbers = count(int(time.time() * 10) % 1_000_000_000 * 10)


def until(look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Return what `look` finds as soon as it finds something."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, f"nothing after {patience:.0f} s; last: {found!r}"
        time.sleep(LOOK)
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody who never wrote before."""

    channel: str
    account: str
    external_id: str
    name: str


@dataclass(slots=True)
class World:
    """One running stack, as told by its `stack.json`."""

    file: Path
    stack: Mapping[str, Any]
    http: httpx.Client

    @classmethod
    def told_by(cls, file: Path) -> Iterator[Self]:
        """Yield the stack that a `stack.json` tells of, and let go of it afterwards."""
        with httpx.Client(timeout=60, trust_env=False) as http:
            yield cls(file, stack.read(file), http)

    def customer(self, channel: str, name: str = "Trần Thị Mận") -> Customer:
        number = next(_numbers)
        return Customer(
            channel=channel,
            account=ACCOUNT_OF.get(channel, "hoa-mai"),
            external_id=EXTERNAL_ID.get(channel, "{}").format(7 * 10**9 + number),
            name=name,
        )

    def write(self, customer: Customer, text: str, **more: Any) -> Found:
        """Let the customer write; return the platform's ids and its first attempts."""
        words = {"external_id": customer.external_id, "name": customer.name, "text": text, **more}
        url = f"{self.platforms}/customers/{customer.channel}/{customer.account}"
        answer = self.http.post(url, json=words)
        assert answer.status_code == 202, answer.text
        sent: Found = answer.json()
        return sent

    def colleague_answers(self, customer: Customer, text: str, **more: Any) -> None:
        """Let somebody of the company answer in the platform's own inbox."""
        words = {"external_id": customer.external_id, "name": "Lan", "text": text, **more}
        url = f"{self.platforms}/agents/{customer.channel}/{customer.account}"
        answer = self.http.post(url, json=words)
        assert answer.status_code == 202, answer.text

    def opened(self, customer: Customer, text: str, **more: Any) -> Found:
        """Let the customer write for the first time; return his ticket once it has its place."""
        known = self.named(customer, self.write(customer, text, **more))
        return until(lambda: self.ticket_of(known))

    def named(self, customer: Customer, sent: Found) -> Customer:
        """Return the customer by the id that the platform gave him."""
        return replace(customer, external_id=sent["external_id"])

    def ticket_of(self, customer: Customer) -> Found | None:
        """Return the customer's newest ticket whole, if he has one."""
        tickets = self.tickets_of(customer)
        return self.ticket(tickets[0]["id"]) if tickets else None

    def tickets_of(self, customer: Customer) -> list[Found]:
        query = {
            "channel": customer.channel,
            "account": customer.account,
            "external_id": customer.external_id,
        }
        contacts = self.get("/api/contacts", **query)["contacts"]
        if not contacts:
            return []
        tickets: list[Found] = self.get(f"/api/contacts/{contacts[0]['id']}")["tickets"]
        return tickets

    def heard_by(self, customer: Customer) -> list[str]:
        """Return what reached the customer on his channel, oldest first."""
        path = f"/chats/{customer.channel}/{customer.account}/{customer.external_id}"
        lines = self.http.get(self.platforms + path).json()
        said = (line["text"] for line in lines if line["by"] == "company")
        return [text.replace("\r\n", "\n").strip() for text in said]

    def calls_to(self, customer: Customer) -> list[Found]:
        """Return the send calls that the stack made for this customer."""
        query = {"channel": customer.channel, "account": customer.account}
        calls = self.http.get(f"{self.platforms}/calls", params=query).json()
        return [
            call
            for call in calls
            if call["method"] == "POST" and customer.external_id in str(call["body"])
        ]

    def fault(self, channel: str, kind: str, times: int = 1) -> None:
        order = {"channel": channel, "kind": kind, "times": times}
        assert self.http.post(f"{self.platforms}/faults", json=order).status_code == 202

    def ticket(self, ticket_id: str) -> Found:
        return self.get(f"/api/tickets/{ticket_id}")

    def entries(self, ticket_id: str, *types: str) -> list[Found]:
        """Return the lines of a ticket's timeline of these types, oldest first."""
        return [line for line in self.ticket(ticket_id)["timeline"] if line["type"] in types]

    def get(self, path: str, token: str | None = None, **query: Any) -> Found:
        answer = self.api("GET", path, token=token, params=query)
        assert answer.status_code == 200, answer.text
        found: Found = answer.json()
        return found

    def act(self, ticket_id: str, act: str, **body: Any) -> Found:
        answer = self.api("POST", f"/api/tickets/{ticket_id}/{act}", json=body)
        assert answer.status_code == 200, answer.text
        found: Found = answer.json()
        return found

    def api(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> httpx.Response:
        """Call the API with an admin's token, or another; an empty one is none."""
        token = self.stack["token"] if token is None else token
        proof = {"Authorization": f"Bearer {token}"} if token else {}
        return self.http.request(
            method, self.url + path, headers={**proof, **(headers or {})}, **request
        )

    def mails(self, to: str, about: Mapping[str, Any] | None = None, kind: str = "") -> list[Found]:
        """Return an agent's mails, oldest first: of one ticket, of one kind."""
        found = self.http.get(self.stack["mail_url"], params={"to": to}).json()
        return [
            mail
            for mail in found
            if about is None or about["number"] in mail["subject"]
            if not kind or mail["headers"].get("X-Frontline-Notification") == kind
        ]

    def mail(self, to: str, about: Mapping[str, Any], kind: str) -> Found:
        """Return the one mail of a kind about a ticket, once it is there."""
        (mail,) = until(lambda: self.mails(to, about, kind))
        return mail

    def answer(self, mail: Mapping[str, Any], text: str, **more: Any) -> None:
        """Answer a mail as its addressee, or as `more` says."""
        url = f"{self.platforms}/mails/{mail['id']}/reply"
        answer = self.http.post(url, json={"text": text, **more})
        assert answer.status_code == 202, answer.text

    def items(self) -> Iterator[Found]:
        """Yield every item of the table."""
        pages = self.aws("dynamodb").get_paginator("scan").paginate(TableName=self.stack["table"])
        for page in pages:
            yield from page["Items"]

    def deskctl(self, *arguments: str) -> tuple[int, str]:
        """Run the operator's command against this stack; return its code and its words."""
        words = io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(words), redirect_stderr(words):
            patch.setenv(STACK_VARIABLE, str(self.file))
            code = deskctl.main(["--stage", "local", *arguments])
        return code, words.getvalue().strip()

    def aws(self, service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.stack["emulator_url"],
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    @property
    def url(self) -> str:
        return str(self.stack["api_url"])

    @property
    def platforms(self) -> str:
        return str(self.stack["platforms_url"])

    def account(self, channel: str, account: str = "") -> Found:
        """Return what `stack.json` says of an account: its webhook and its secrets."""
        wanted = (channel, account or ACCOUNT_OF.get(channel, "hoa-mai"))
        named = (
            one for one in self.stack["accounts"] if (one["channel"], one["account"]) == wanted
        )
        found: Found = next(named)
        return found
