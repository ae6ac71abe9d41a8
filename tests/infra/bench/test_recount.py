"""A recount finds what is wrong: of two agents with room for two tickets, one of each channel."""

from dataclasses import replace

import pytest

from chalicelib.desk.model import Desk
from infra.bench.company import TEAM, company, message
from infra.bench.recount import Recount
from tests.conftest import START
from tests.desk.world import World


@pytest.fixture
def desk() -> Desk:
    return company(agents=2, capacity=2, channel_capacity=1)


@pytest.fixture
def world(desk: Desk) -> World:
    """Four customers have written."""
    world = World(desk)
    for customer in range(4):
        world.fold(message(customer, START), START)
    return world


def recount(world: World) -> Recount:
    return Recount(list(world.tickets.values()), world.entries, world.agents)


def test_nothing_is_wrong_where_all_is_right(world: World, desk: Desk) -> None:
    found = recount(world)
    assert found.unstored(message(customer, START) for customer in range(4)) == 0
    assert found.reassigned() == found.overloaded(desk) == found.miscounted() == 0
    assert found.spread(desk.teams[TEAM]) == 0


def test_a_message_that_stands_nowhere_or_twice_is_found(world: World) -> None:
    said = [message(customer, START) for customer in range(4)]
    assert recount(world).unstored([*said, message(4, START)]) == 1
    world.entries.append(world.entries[0])
    assert recount(world).unstored(said) == 1


def test_a_ticket_given_to_nobody_or_twice_is_found(world: World) -> None:
    given = [entry for entry in world.entries if entry.type == "ticket.assigned"]
    world.entries.remove(given[0])
    world.entries.append(given[1])
    assert recount(world).reassigned() == 2


def test_who_has_too_much_is_found_and_that_his_counter_tells_something_else(
    world: World, desk: Desk
) -> None:
    name, ticket = next(iter(world.tickets.items()))
    other = next(one for one in world.agents if one != ticket.assignee_id)
    world.tickets[name] = replace(ticket, assignee_id=other)
    found = recount(world)
    assert (found.overloaded(desk), found.miscounted()) == (1, 2)
    assert found.spread(desk.teams[TEAM]) == 2


def test_who_never_got_one_has_none(desk: Desk) -> None:
    world = World(desk)
    world.fold(message(0, START), START)
    assert recount(world).spread(desk.teams[TEAM]) == 1
