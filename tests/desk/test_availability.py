"""What agents say of themselves: noted as it was said last, however it comes."""

from datetime import timedelta

import pytest

from chalicelib.desk.decision import Capacity
from chalicelib.domain.events import AgentAway, AgentBack, AgentTakes
from chalicelib.routing.roster import AgentState
from tests.conftest import START
from tests.desk.events import said_of_himself
from tests.desk.factory import factory
from tests.desk.world import World

LATER = START + timedelta(minutes=5)


@pytest.fixture
def world() -> World:
    return World(factory())


def test_who_is_back_has_let_nothing_drop(world: World) -> None:
    world.agents["lan"] = AgentState("lan", misses=2)
    world.fold(said_of_himself(AgentAway, "lan", START), START)
    assert world.state("lan").away
    world.fold(said_of_himself(AgentBack, "lan", LATER), LATER)
    assert (world.state("lan").away, world.state("lan").misses) == (False, 0)


@pytest.mark.parametrize("capacity", [4, 0, None])
def test_he_takes_as_many_as_he_says(world: World, capacity: int | None) -> None:
    event = said_of_himself(AgentTakes, "lan", START, capacity=capacity)
    (change,) = world.fold(event, START).agents
    assert change.capacity == Capacity(capacity, START)
    assert (change.presence, change.misses) == (None, None)


def test_what_comes_late_does_not_undo_what_was_said_since(world: World) -> None:
    world.fold(said_of_himself(AgentBack, "lan", LATER), LATER)
    assert world.fold(said_of_himself(AgentAway, "lan", START), LATER).agents == ()
    assert not world.state("lan").away


def test_two_things_said_in_one_mail_hold_both(world: World) -> None:
    world.fold(said_of_himself(AgentTakes, "lan", START, capacity=1), START)
    world.fold(said_of_himself(AgentAway, "lan", START), START)
    assert (world.state("lan").away, world.state("lan").capacity) == (True, 1)
