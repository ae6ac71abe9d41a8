"""Firing what a message holds: one read of its tickets, and one transaction for each moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import MessageReceived
from infra.bench.meter import Meter
from tests.conftest import FrozenClock
from tests.desk.events import message
from tests.desks import DOCUMENT, shop

TICKETS = 5
READ, WRITE = "BatchGetItem", "TransactWriteItems"

Due = list[tuple[str, datetime]]
Fire = Callable[[Due], list[str]]


@pytest.fixture
def due(frontline: Frontline, clock: FrozenClock) -> Due:
    """Tickets of as many customers, in the second in which their first moment comes."""
    agents = {**DOCUMENT["agents"], "lan": {**DOCUMENT["agents"]["lan"], "capacity": 20}}
    frontline.desks.put(shop(agents=agents), source="", by="test", now=clock(), expected_version=1)
    opened = [said(frontline, clock, number) for number in range(TICKETS)]
    found = [(one, frontline.tickets.get(one).moment) for one in opened]
    moments = [(ticket_id, moment.at) for ticket_id, moment in found if moment]
    clock.now = moments[-1][1]
    frontline.desk()
    return moments


@pytest.fixture
def fire(frontline: Frontline, meter: Meter) -> Fire:
    def count(due: Due) -> list[str]:
        with meter.running():
            frontline.firing.fire(due)
        assert meter.attempts == len(meter.calls)
        return meter.operations

    return count


def said(frontline: Frontline, clock: FrozenClock, number: int) -> str:
    event: MessageReceived = message(
        "khiếu nại",
        clock.tick(milliseconds=100),
        identity=Identity("telegram", "hoa-mai", f"5{number}"),
    )
    ticket = frontline.folder.fold(event)
    assert ticket
    return ticket.id


def reminded(frontline: Frontline, ticket_id: str) -> int:
    _, entries = frontline.tickets.with_timeline(ticket_id)
    return [entry.type for entry in entries].count("sla.reminded")


def test_a_message_costs_one_read_and_a_transaction_for_each_moment(due: Due, fire: Fire) -> None:
    assert fire(due) == [READ, *[WRITE] * TICKETS]


def test_a_message_that_comes_once_more_costs_one_read(due: Due, fire: Fire) -> None:
    fire(due)
    assert fire(due) == [READ]


def test_agents_are_read_only_where_the_moment_may_move_the_ticket(
    frontline: Frontline, clock: FrozenClock, fire: Fire
) -> None:
    team = {**DOCUMENT["teams"]["care"], "acknowledge_within": "2m"}
    teams = {**DOCUMENT["teams"], "care": team}
    frontline.desks.put(shop(teams=teams), source="", by="test", now=clock(), expected_version=1)
    ticket_id = said(frontline, clock, 1)
    owner = frontline.tickets.get(ticket_id).assignee_id
    clock.tick(minutes=2)
    frontline.desk()
    assert fire([(ticket_id, clock())]) == [READ, READ, WRITE]
    assert frontline.tickets.get(ticket_id).assignee_id != owner


def test_a_ticket_that_changed_meanwhile_is_read_again_with_those_that_are_left(
    frontline: Frontline, due: Due, fire: Fire, aws: Any
) -> None:
    first, second, *rest = due

    def meanwhile(**_: Any) -> None:
        """Somebody fires the second ticket while the first is being written."""
        aws("dynamodb").meta.events.unregister(EVENT, meanwhile)
        frontline.firing.fire([second])

    aws("dynamodb").meta.events.register(EVENT, meanwhile)
    operations = fire(due)
    by_others, refused = [READ, WRITE], [WRITE, READ]
    assert sorted(operations) == sorted([READ, *[WRITE] * (TICKETS - 1), *by_others, *refused])
    assert [reminded(frontline, ticket_id) for ticket_id, _ in due] == [1] * TICKETS
    assert first
    assert rest


EVENT = "before-send.dynamodb.TransactWriteItems"


def test_a_ticket_that_cannot_be_read_holds_up_no_other(
    frontline: Frontline, due: Due, aws: Any, meter: Meter
) -> None:
    broken = {"pk": {"S": f"TICKET#{due[0][0]}"}, "sk": {"S": "TICKET"}, "data": {"S": "{}"}}
    aws("dynamodb").put_item(TableName=frontline.table.name, Item=broken)
    with pytest.raises(ExceptionGroup):
        frontline.firing.fire([("99999999", due[0][1]), *due])
    assert [reminded(frontline, ticket_id) for ticket_id, _ in due[1:]] == [1] * (TICKETS - 1)
