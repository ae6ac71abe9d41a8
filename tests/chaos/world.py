"""Frontline on the emulator's DynamoDB, with a platform that retries and faults everywhere."""

import json
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from chalicelib.bootstrap import Frontline
from chalicelib.domain.events import Act, MessageReceived
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.errors import ConflictError, InvalidRequestError
from chalicelib.service.sweep import read_timer_message
from chalicelib.store.items import Item, decode
from chalicelib.store.keys import Key
from infra.bench import emulator
from infra.bench.faults import Chaos, ProcessDeath, hook
from infra.bench.wiring import wired
from tests.aws import STREAM, create_table
from tests.chaos.outside import Outside, Platform
from tests.chaos.stream import Stream, again_until_done, succeeds
from tests.conftest import FrozenClock
from tests.desks import shop

WORKERS = 6
QUEUE_TRIES = 3
KEYS = [("k1", "a-test-signing-key-of-some-length")]


class ChaosWorld:
    def __init__(self, url: str, table: str, seed: int, agents: dict[str, Any]) -> None:
        self.chaos = Chaos()
        self.dice = random.Random(seed)
        self.clock = FrozenClock()
        self.outside = Outside(self.chaos)
        self.table = table
        self.dynamodb = emulator.client(url, "dynamodb", max_pool_connections=20)
        create_table(self.dynamodb, table, StreamSpecification=STREAM)
        self.frontline = self._wired(url)
        self.frontline.desks.put(
            shop(agents=agents), source="", by="t", now=self.clock(), expected_version=0
        )
        hook(self.frontline.client("dynamodb"), self.chaos)
        arn = self.dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
        self.stream = Stream(emulator.client(url, "dynamodbstreams"), arn, self._follow)

    def deliver(self, events: Iterable[MessageReceived]) -> None:
        """Have a platform deliver each event one to three times, in any order, until taken."""
        deliveries = [event for event in events for _ in range(self.dice.randint(1, 3))]
        self.dice.shuffle(deliveries)
        self._together(
            lambda event: self.frontline.log.append(event, "{}", self.clock()), deliveries
        )

    def act(self, acts: Iterable[Act]) -> None:
        """Have agents act, each trying again until told it is done."""
        self._together(self._act, list(acts))

    def settle(self) -> None:
        """Let everything follow that follows, at this moment."""
        self.stream.drain()
        self._drain_queues()

    def until(self, at: datetime) -> None:
        """Let time pass, with the sweep and its queues, up to `at`."""
        while self.clock() < at:
            self.clock.tick(minutes=2)
            self._sweep()
            self._drain_queues()
            self.stream.drain()

    def items(self, family: str) -> list[Item]:
        """Return the items of a family: for checking only."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table)
        found = [item for page in pages for item in page["Items"]]
        return [item for item in found if item["pk"]["S"].startswith(family)]

    def _follow(self, kind: str, change: Any) -> None:
        family = change["Keys"]["pk"]["S"].partition("#")[0]
        old, new = change.get("OldImage"), change.get("NewImage", {})
        if family == "LOG" and kind == "INSERT":
            self.frontline.folder.fold_logged(new)
        elif family == "TICKET" and change["Keys"]["sk"]["S"] == "TICKET":
            self.frontline.follower.ticket_changed(old, new)
        elif family == "AGENT":
            self.frontline.follower.agent_changed(old, new)
        elif family == "OUTBOX" and kind == "INSERT":
            self.frontline.deliverer.deliver(Key(new["pk"]["S"], new["sk"]["S"]))

    def _drain_queues(self) -> None:
        """Deliver what waits, three times at most: the next sweep has again what was not done.

        That is also why a message that isn't due yet may be dropped here.
        """
        outside = self.outside
        while bodies := outside.take_all("timer", self.dice):
            self._a_few_times(self._fire, bodies)
            self.stream.drain()
        while bodies := outside.take_all("outbox", self.dice):
            self._a_few_times(lambda body: self.frontline.deliverer.deliver(Key(*body)), bodies)
            self.stream.drain()

    def _sweep(self) -> None:
        """Run the sweep once, as the rule does: what goes wrong is left to the next minute."""
        with suppress(Exception, ProcessDeath):
            self.frontline.sweeper.sweep()

    def _fire(self, body: Any) -> None:
        due = [(ticket, at) for ticket, at in read_timer_message(body) if at <= self.clock()]
        if due:
            self.frontline.firing.fire(due)

    def _act(self, act: Act) -> None:
        try:
            self.frontline.acts.perform(act)
        except (ConflictError, InvalidRequestError):
            return

    def _a_few_times(self, work: Any, things: list[Any]) -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda thing: succeeds(lambda: work(thing), QUEUE_TRIES), things))

    def _together(self, work: Any, things: list[Any]) -> None:
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda thing: again_until_done(lambda: work(thing)), things))

    def _wired(self, url: str) -> Frontline:
        own = {"dynamodb": emulator.client(url, "dynamodb", max_pool_connections=20)}
        found = wired(
            self.table,
            lambda service: own.get(service) or self.outside.client(service),
            self.clock,
            lambda _: None,
        )
        found.__dict__["transport"] = Platform(self.outside)
        found.__dict__["signing_keys"] = lambda: KEYS
        return found


def document(item: Item) -> Any:
    """Return a ticket, a line of its timeline or an outbox item as plain data."""
    if item["pk"]["S"].startswith("OUTBOX#"):
        return json.loads(item["data"]["S"])
    kind = Ticket if item["sk"]["S"] == "TICKET" else TimelineEntry
    return TypeAdapter(kind).dump_python(decode(kind, item["data"]["S"]), mode="json")
