"""A history from a stage's own table: its log, read whole, which no user and no timer waits for."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.desk.history import believed
from chalicelib.domain.events import (
    Act,
    Logged,
    LookupNeeded,
    MessageEchoed,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.errors import MalformedPayloadError
from chalicelib.service.fold import ATTEMPTS
from chalicelib.store import items, keys
from chalicelib.store.context import ticket_number
from chalicelib.store.items import Item
from chalicelib.store.log import read_event
from chalicelib.store.table import Table, translated
from infra.whatif.history import History, Place, of_period
from infra.whatif.period import Period

SEGMENTS = 4
WANTED = {
    "FilterExpression": (
        "begins_with(pk, :log) OR begins_with(pk, :sent)"
        " OR (begins_with(pk, :contact) AND begins_with(sk, :ticket))"
    ),
    "ExpressionAttributeValues": {
        ":log": items.text("LOG#"),
        ":sent": items.text("SENT#"),
        ":contact": items.text("CONTACT#"),
        ":ticket": items.text("TICKET#"),
    },
    "ProjectionExpression": "pk, sk, #type, #data, received_at, ticket_id, entry_sk",
    "ExpressionAttributeNames": {"#type": "type", "#data": "data"},
    "ReturnConsumedCapacity": "TOTAL",
}
FOLDED_WITHIN = timedelta(hours=1)
"""How long after it came a message without a time of its own may have opened its ticket."""

UNSEEN = (ReceiptReceived, LookupNeeded)
"""What no deadline hangs on, and a replay has not got the means for."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`items` looked at, and the read units that it took."""

    items: int = 0
    read_units: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.items + other.items, self.read_units + other.read_units)


def recorded(table: Table, period: Period) -> tuple[History, Cost]:
    """Return what the log tells of a period, and what it cost to read.

    Raises `InvalidRequestError` where nothing happened.
    """
    with ThreadPoolExecutor(SEGMENTS) as pool:
        parts = list(pool.map(lambda segment: _segment(table, segment), range(SEGMENTS)))
    found = _Found()
    for items_found, _ in parts:
        for item in items_found:
            found.take(item)
    cost = sum((cost for _, cost in parts), Cost())
    return found.history(period), cost


def _segment(table: Table, segment: int) -> tuple[list[Item], Cost]:
    found: list[Item] = []
    cost = Cost()
    start: Item = {}
    while True:
        with translated():
            page = table.client.scan(
                TableName=table.name,
                Segment=segment,
                TotalSegments=SEGMENTS,
                **WANTED,
                **start,
            )
        found += page["Items"]
        cost += Cost(page["ScannedCount"], page["ConsumedCapacity"]["CapacityUnits"])
        if "LastEvaluatedKey" not in page:
            return found, cost
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@dataclass(slots=True)
class _Found:
    """Items of the table, sorted by what they tell.

    `tickets` are when each was opened, and its id; `named` is the ticket of each message that has
    one, and `lines` the line on its timeline.
    """

    events: list[tuple[datetime, Logged]] = field(default_factory=list)
    tickets: list[tuple[datetime, str]] = field(default_factory=list)
    named: dict[Place, str] = field(default_factory=dict)
    lines: dict[Place, str] = field(default_factory=dict)

    def take(self, item: Mapping[str, Any]) -> None:
        family, _, rest = item["pk"]["S"].partition("#")
        if family == "LOG":
            self._take_event(item)
        elif family == "SENT":
            channel, account, message_id = rest.split("#", 2)
            self.named[channel, account, message_id] = item["ticket_id"]["S"]
            self.lines[channel, account, message_id] = item["entry_sk"]["S"].split("#", 2)[2]
        else:
            _, opened_at, ticket_id = item["sk"]["S"].split("#")
            self.tickets.append((keys.parse_stamp(opened_at), ticket_id))

    def history(self, period: Period) -> History:
        self.tickets.sort()
        told = sorted(filter(self._is_told, self.events), key=_order)
        opened = {event.id: ticket for at, event in told for ticket in self._opened_by(at, event)}
        return of_period(told, period, opened=opened, named=self.named)

    def _take_event(self, item: Mapping[str, Any]) -> None:
        try:
            event = read_event(item)
        except MalformedPayloadError:
            return  # Of a type that there is no more.
        received_at = keys.parse_stamp(item["received_at"]["S"])
        self.events.append((believed(event.occurred_at, received_at), event))

    def _is_told(self, timed: tuple[datetime, Logged]) -> bool:
        """Tell what happened from what merely came back: an echo of an answer is no second one."""
        event = timed[1]
        if not isinstance(event, MessageEchoed):
            return not isinstance(event, UNSEEN)
        place = (event.identity.channel, event.identity.account, event.message_id)
        return self.lines.get(place, "").startswith(f"{event.id}:")

    def _opened_by(self, at: datetime, event: Logged) -> Iterator[str]:
        """Yield the ticket whose number a message gave, opened when that was sent or folded."""
        if not isinstance(event, MessageReceived):
            return
        numbers = {ticket_number(event.id, attempt) for attempt in range(ATTEMPTS)}
        for place in range(bisect_left(self.tickets, (at, "")), len(self.tickets)):
            opened_at, ticket_id = self.tickets[place]
            if opened_at > at + FOLDED_WITHIN:
                break
            if ticket_id in numbers:
                yield ticket_id


def _order(timed: tuple[datetime, Logged]) -> tuple[datetime, bool, str]:
    """At the same time customers come before agents; the rest decides the same at every run."""
    at, event = timed
    return at, isinstance(event, Act), event.id
