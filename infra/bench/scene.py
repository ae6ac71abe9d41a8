"""Very many tickets whose moments come in the same minute, and everything that fires them.

The sweep, the packing into messages, the firing, the decision and its transaction are those that
are deployed, on an emulator's DynamoDB. The queue is played (`queues.py`).
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Self

from chalicelib.desk.decide import decide
from chalicelib.desk.decision import Context
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Ticket
from chalicelib.routing.roster import AgentState
from chalicelib.service.sweep import Sweeper
from chalicelib.store.facts import Facts
from chalicelib.store.tickets import ticket_item
from infra.bench.clock import Clock
from infra.bench.company import company, message
from infra.bench.emulator import client
from infra.bench.faults import Chaos, Fault, ProcessDeath, at_random, hook, suffering
from infra.bench.landings import Landings
from infra.bench.meter import Meter
from infra.bench.queues import Delays
from infra.bench.sweep import open_tickets
from infra.bench.table import load_table
from infra.bench.timers import MINUTE, Timers
from infra.bench.wiring import LIKE_OURS, TIMER_QUEUE, wired

AGENTS = 50
ROOM = 1_000_000
DUE_AT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""When the minute begins in which the first reminders come."""

HALF, REST = timedelta(minutes=15), timedelta(minutes=10)
"""From a ticket's opening to its first reminder, and from there to the second."""

REMINDERS = ("reminder:50%", "reminder:5m")
DEATHS = (Fault.DIED_BEFORE, Fault.DIED_AFTER)


@dataclass
class Scene:
    """`sweeper` never dies, `doomed` does at calls that `chaos` picks.

    `meter` counts what the timers ask of DynamoDB, `landings` when they wrote each ticket.
    """

    tickets: Sequence[Ticket]
    clock: Clock
    queue: Delays
    sweeper: Sweeper
    doomed: Sweeper
    timers: Timers
    facts: Facts
    chaos: Chaos
    meter: Meter
    landings: Landings

    @classmethod
    def of(cls, url: str, table: str, *, due: int, open_in_all: int) -> Self:
        """Return the scene as it is before the minute, on a table of its own."""
        clock, chaos, meter = Clock(DUE_AT), Chaos(), Meter()
        queue, landings = Delays(clock, TIMER_QUEUE), Landings(clock)
        desk = company(AGENTS, capacity=ROOM, channel_capacity=ROOM)
        tickets = [_ticket(number, due, desk) for number in range(due)]
        firing, sweeping, dying = (client(url, "dynamodb", **LIKE_OURS) for _ in range(3))
        rest = open_tickets(range(open_in_all - due), DUE_AT)
        load_table(sweeping, client(url, "s3"), table, chain(map(ticket_item, tickets), rest))
        hook(dying, chaos)
        meter.watch(firing)
        landings.watch(firing)
        _as_if_sent(firing)
        timers = wired(table, {"dynamodb": firing}.__getitem__, clock)
        timers.desks.put(desk, source="", by="bench", now=clock(), expected_version=0)
        sweeps = wired(table, {"dynamodb": sweeping, "sqs": queue}.__getitem__, clock)
        return cls(
            tickets=tickets,
            clock=clock,
            queue=queue,
            sweeper=sweeps.sweeper,
            doomed=wired(
                table, {"dynamodb": dying, "sqs": Mortal(queue, chaos)}.__getitem__, clock
            ).sweeper,
            timers=Timers(queue, timers.firing),
            facts=Facts(sweeps.table),
            chaos=chaos,
            meter=meter,
            landings=landings,
        )

    def sweep(self) -> None:
        self.sweeper.sweep()

    def kill_sweeps(self, times: int, share: float, seed: int) -> None:
        """Sweep until so many sweeps died, at `share` of their calls."""
        self.chaos.pick = at_random(seed, share, DEATHS)
        while self.chaos.injected.total() < times:
            with suppress(ProcessDeath):
                self.doomed.sweep()

    def fire(self, times: int) -> None:
        """Let the timers take messages until each ticket was written so often."""
        self.timers.run(lambda: self.landings.total >= times * len(self.tickets))

    def wrong(self, step: str) -> int:
        """Return how many of the tickets had a step another number of times than once."""
        told = Counter(
            fact.ticket_id
            for fact in self.facts.of_day(DUE_AT.date())
            if fact.detail.get("step") == step
        )
        return sum(told[ticket.id] != 1 for ticket in self.tickets)


@dataclass
class Mortal:
    """A queue whose sender may die at each call."""

    queue: Delays
    chaos: Chaos

    def send_message_batch(self, **request: Any) -> Any:
        with suffering(self.chaos, "sqs.SendMessageBatch", RuntimeError("busy")):
            answer = self.queue.send_message_batch(**request)
        return answer


def _ticket(number: int, of: int, desk: Desk) -> Ticket:
    """Return a ticket whose first reminder comes in the minute, as the desk would open it."""
    opened_at = DUE_AT - HALF + MINUTE * number / of
    owner = f"agent-{number % AGENTS:02d}"
    states = {name: AgentState(name, away=name != owner) for name in desk.agents}
    context = Context(new_ticket_id=f"{10_000_000 + number}", states=states)
    opened = decide(message(number, opened_at), context, desk, opened_at).ticket
    assert opened  # noqa: S101  a first message opens one
    return replace(opened, version=1)


def _as_if_sent(dynamodb: Any) -> None:
    """Let what a decision puts into the outbox be sent at once, as the stream has it done."""

    def sent(params: dict[str, Any], **_: Any) -> None:
        for write in params["TransactItems"]:
            item = write.get("Put", {}).get("Item", {})
            if item and item["pk"]["S"].startswith("OUTBOX#"):
                del item["moment_pk"], item["moment_sk"]

    dynamodb.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", sent)
