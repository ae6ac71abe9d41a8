"""Reading: a ticket with its timeline, and every list, is one Query; nothing is ever scanned."""

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.contacts import Identity
from chalicelib.store.moments import Moments
from tests.budgets.meter import Meter
from tests.conftest import START, FrozenClock
from tests.desk.events import message
from tests.service.pump import Pump


@pytest.fixture
def tickets(frontline: Frontline, pump: Pump, clock: FrozenClock) -> list[str]:
    """Eight customers with three messages each; the agents have room for six."""
    identities = [Identity("telegram", "hoa-mai", str(100 + n)) for n in range(8)]
    for number in range(3):
        clock.tick(minutes=1)
        for identity in identities:
            event = message("khiếu nại", clock(), number=number, identity=identity)
            assert frontline.log.append(event, "{}", clock())
        pump.settle(deliver=False)
    found = [frontline.contacts.by_identity(identity).ticket_id for identity in identities]
    return [ticket_id for ticket_id in found if ticket_id]


def test_a_ticket_with_its_timeline(
    frontline: Frontline, tickets: list[str], meter: Meter
) -> None:
    with meter.running():
        _, entries = frontline.tickets.with_timeline(tickets[0])
    assert len([entry for entry in entries if entry.type == "message.received"]) == 3
    assert (meter.operations, meter.attempts) == (["Query"], 1)


def test_an_agents_list(frontline: Frontline, tickets: list[str], meter: Meter) -> None:
    with meter.running():
        found = list(frontline.tickets.of_agent("lan", "open"))
    assert len(found) == 3
    assert (meter.operations, meter.attempts) == (["Query"], 1)


def test_a_teams_list(frontline: Frontline, tickets: list[str], meter: Meter) -> None:
    with meter.running():
        found = list(frontline.tickets.of_teams(["care"], ["open"]))
    assert len(found) == len(tickets)
    assert (meter.operations, meter.attempts) == (["Query"], 1)


def test_the_list_of_what_nobody_has(
    frontline: Frontline, tickets: list[str], meter: Meter
) -> None:
    with meter.running():
        found = list(frontline.tickets.of_queue("care", "open"))
    assert len(found) == 2
    assert (meter.operations, meter.attempts) == (["Query"], 1)


def test_lists_are_read_from_sparse_indexes_only(
    frontline: Frontline, tickets: list[str], meter: Meter
) -> None:
    with meter.running():
        list(frontline.tickets.of_agent("lan", "open"))
        list(frontline.tickets.of_teams(["care"], ["open"]))
        list(Moments(frontline.table).due("MOMENT#0", START))
    indexes = [call.params["IndexName"] for call in meter.calls]
    assert indexes == ["by_agent", "by_team", "by_moment"]
    assert not [call for call in meter.calls if "FilterExpression" in call.params]
