"""Reading: a ticket with its timeline, and every list, is one Query; nothing is ever scanned."""

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import AgentAway
from chalicelib.store.moments import Moments
from infra.bench.meter import Meter
from tests.conftest import START, FrozenClock
from tests.desk.events import message, said_of_himself


@pytest.fixture
def tickets(frontline: Frontline, clock: FrozenClock) -> list[str]:
    """Four customers with two messages each; the one agent who is there has room for three."""
    frontline.folder.fold(said_of_himself(AgentAway, "minh", START))
    identities = [Identity("telegram", "hoa-mai", str(100 + n)) for n in range(4)]
    for number in range(2):
        for identity in identities:
            event = message("khiếu nại", clock.tick(minutes=1), number=number, identity=identity)
            frontline.folder.fold(event)
    found = [frontline.contacts.by_identity(identity).ticket_id for identity in identities]
    return [ticket_id for ticket_id in found if ticket_id]


def test_a_ticket_with_its_timeline(frontline: Frontline, tickets: list[str], meter: Meter) -> None:
    with meter.running():
        _, entries = frontline.tickets.with_timeline(tickets[0])
    assert len([entry for entry in entries if entry.type == "message.received"]) == 2
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
    assert len(found) == 1
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
