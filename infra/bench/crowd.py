"""Very many customers at once: who gets their tickets, what is counted, how often it is retried.

Each worker appends a message to the log and folds it, as the webhook and the stream have it done,
on an emulator's DynamoDB. That never refuses a transaction because of another one, as AWS's does:
such refusals are injected.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from chalicelib.bootstrap import Frontline, utc_now
from chalicelib.desk.model import Desk
from chalicelib.domain.events import MessageReceived
from chalicelib.errors import BusyError, ConflictError
from chalicelib.store import keys
from chalicelib.store.log import folded_mark
from infra.bench.company import TEAM, company, message
from infra.bench.emulator import client
from infra.bench.faults import Chaos, Fault, at_random, hook
from infra.bench.recount import Recount
from infra.bench.report import Row, quantile
from infra.bench.table import create_table
from infra.bench.wiring import LIKE_OURS, wired

TABLE = "crowd"
WORKERS, AGENTS = 64, 50
ROOM = 1.2
"""How much more all agents together may have than there is."""

REFUSED, MORE_REFUSED = 0.1, 0.3
MOST_SPREAD, MOST_RETRIES = 2, 3
FOLLOWING = range(2, 5)
"""The numbers of each customer's further messages.

Of those refused at 30 %, four times in a row are 0.81 %: so near to one in a hundred that chance
must have little part in it.
"""

NEARLY_ALL = 0.99
SEED = 2026

_at: ContextVar[str] = ContextVar("_at")
"""The event that a worker is at."""


def measure(url: str, tickets: int) -> Iterator[Row]:
    """Let so many customers write at once, and go on."""
    title = f"{WORKERS} workers, {tickets:,} tickets, {AGENTS} agents"
    row = partial(Row, unit="", group=f"cùng lúc · at once ({title})")
    each = int(tickets / AGENTS * ROOM)
    desk = company(AGENTS, capacity=each, channel_capacity=each // 2)
    crowd = Crowd.of(url, TABLE, desk)
    yield from _opening(crowd, desk, tickets, row)
    yield from _following(crowd, tickets, row)


def first_messages(customers: int) -> list[MessageReceived]:
    """Return what so many say; two of five ask for somebody who knows the technical side."""
    now = utc_now()
    technical = [number // 2 % 5 < 2 for number in range(customers)]  # noqa: PLR2004
    kinds = ("technical" if each else "complaint" for each in technical)
    return [message(number, now, kind=kind) for number, kind in enumerate(kinds)]


def _opening(crowd: "Crowd", desk: Desk, tickets: int, row: "partial[Row]") -> Iterator[Row]:
    events = first_messages(tickets)
    crowd.write(events, WORKERS, REFUSED)
    found = crowd.recount()
    share = f"{REFUSED:.0%} refused"
    yield row(what=f"opened, {share}: not stored", value=found.unstored(events), limit=0)
    yield row(what="tickets without one owner", value=found.reassigned(), limit=0)
    yield row(what="agents beyond a capacity", value=found.overloaded(desk), limit=0)
    yield row(what="counters unlike a recount", value=found.miscounted(), limit=0)
    spread = found.spread(desk.teams[TEAM])
    yield row(what="loads, most minus fewest", value=spread, limit=MOST_SPREAD)
    yield from _retries(crowd, events, row)


def _following(crowd: "Crowd", tickets: int, row: "partial[Row]") -> Iterator[Row]:
    now = utc_now()
    events = [message(each, now, number) for number in FOLLOWING for each in range(tickets)]
    crowd.write(events, WORKERS, MORE_REFUSED)
    lost = crowd.recount().unstored([*first_messages(tickets), *events])
    yield row(what=f"followed up, {MORE_REFUSED:.0%} refused: not stored", value=lost, limit=0)
    yield from _retries(crowd, events, row, MOST_RETRIES)


def _retries(
    crowd: "Crowd", events: Sequence[MessageReceived], row: "partial[Row]", most: int | None = None
) -> Iterator[Row]:
    retries = [crowd.retries[event.id] for event in events]
    back = sum(crowd.given_back[event.id] for event in events)
    yield row(what="… retries, mean", value=sum(retries) / len(retries))
    yield row(what="… retries, 99 of 100", value=quantile(retries, NEARLY_ALL), limit=most)
    yield row(what="… given back to the stream", value=back)


@dataclass
class Crowd:
    """Workers on a table of their own.

    By event: `retries`, and `given_back`, how often the stream would have brought it again.
    """

    frontline: Frontline
    chaos: Chaos
    retries: Counter[str]
    given_back: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, url: str, table: str, desk: Desk) -> Self:
        dynamodb = client(url, "dynamodb", **LIKE_OURS)
        create_table(dynamodb, table)
        retries, chaos = Counter[str](), Chaos()
        frontline = wired(
            table, {"dynamodb": dynamodb}.__getitem__, utc_now, partial(_pause, retries)
        )
        frontline.desks.put(desk, source="", by="bench", now=utc_now(), expected_version=0)
        hook(dynamodb, chaos)
        return cls(frontline, chaos, retries)

    def write(self, events: Sequence[MessageReceived], workers: int, refused: float) -> None:
        """Have all that is said stored and folded, while DynamoDB refuses a share of it."""
        self.chaos.pick = at_random(SEED, refused, [Fault.CONFLICT])
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(self._fold, events))
        self.chaos.pick = lambda call: None

    def recount(self) -> Recount:
        table = self.frontline.table
        return Recount.of(table.client, table.name)

    def _fold(self, event: MessageReceived) -> None:
        _at.set(event.id)
        frontline = self.frontline
        frontline.log.append(event, "{}", frontline.clock())
        while True:
            mark = folded_mark(keys.log(event), frontline.clock())
            try:
                frontline.folder.fold(event, mark)
            except (ConflictError, BusyError):
                self.given_back[event.id] += 1
            else:
                return


def _pause(retries: Counter[str], seconds: float) -> None:
    """Wait before a retry, and count it for the event that this worker is at."""
    retries[_at.get()] += 1
    time.sleep(seconds)
