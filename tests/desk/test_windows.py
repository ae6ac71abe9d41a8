"""Reply windows: how an answer may go, and who is reminded before it may not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.base import Capabilities, Passage
from chalicelib.channels.windows import closes_at, passage
from chalicelib.domain.events import AgentReplied
from tests.conftest import START
from tests.desk.events import NAM, message, moment_of
from tests.desk.world import World
from tests.desks import shop

DAY = timedelta(days=1)
TAGGED = Capabilities(text_limit=1, open_window=DAY, reply_window=7 * DAY)
PAID = Capabilities(
    text_limit=1, open_window=2 * DAY, reply_window=7 * DAY, late_passage=Passage.PAID
)
TEMPLATES = Capabilities(text_limit=1, reply_window=DAY, has_templates=True)
NONE = Capabilities(text_limit=1)


@pytest.mark.parametrize(
    ("can", "waited", "automatic", "expected"),
    [
        (NONE, 400 * DAY, False, Passage.OPEN),
        (TAGGED, DAY - timedelta(seconds=1), False, Passage.OPEN),
        (TAGGED, DAY, False, Passage.TAGGED),
        (TAGGED, DAY, True, Passage.CLOSED),
        (TAGGED, 7 * DAY, False, Passage.CLOSED),
        (PAID, 3 * DAY, False, Passage.PAID),
        (TEMPLATES, DAY, False, Passage.TEMPLATE),
        (TEMPLATES, DAY - timedelta(seconds=1), False, Passage.OPEN),
    ],
)
def test_a_passage(
    can: Capabilities, waited: timedelta, automatic: bool, expected: Passage
) -> None:
    assert passage(can, START, START + waited, automatic=automatic) is expected


@given(
    waited=st.timedeltas(timedelta(), timedelta(days=30)),
    more=st.timedeltas(timedelta(), timedelta(days=30)),
    can=st.sampled_from((TAGGED, PAID, TEMPLATES, NONE)),
)
def test_a_window_only_ever_closes(waited: timedelta, more: timedelta, can: Capabilities) -> None:
    order = (Passage.OPEN, Passage.TAGGED, Passage.PAID, Passage.TEMPLATE, Passage.CLOSED)
    sooner, later = passage(can, START, START + waited), passage(can, START, START + waited + more)
    assert order.index(sooner) <= order.index(later)


def test_the_first_of_two_windows_is_the_one_to_be_told_of() -> None:
    assert closes_at(TAGGED, START) == START + DAY
    assert closes_at(TEMPLATES, START) == START + DAY
    assert closes_at(NONE, START) is None


@pytest.fixture
def world() -> World:
    """Return a desk without deadlines, where only the window brings a moment."""
    world = World(shop(policies=[]))
    world.fold(message("xin chào", START, identity=NAM), START)
    return world


def window(world: World) -> timedelta:
    moment = world.only_ticket().moment
    assert moment is not None
    assert moment.step == "window_closing"
    return moment.at - START + timedelta(hours=2)


def test_the_owner_is_reminded_two_hours_before_the_window_closes(world: World) -> None:
    closing = window(world)
    world.fold(moment_of(world.only_ticket()), START + closing - timedelta(hours=2))
    assert world.told("lan") == ["assigned", "window_closing"]
    assert world.entry("window.closing").detail["closes_at"] == (START + closing).isoformat()
    assert world.only_ticket().moment is None


def test_a_new_message_opens_the_window_anew(world: World) -> None:
    closing = window(world)
    at = START + closing - timedelta(hours=2)
    world.fold(moment_of(world.only_ticket()), at)
    world.fold(message("alo", at, number=2, identity=NAM), at)
    moment = world.only_ticket().moment
    assert moment is not None
    assert moment.at == at + closing - timedelta(hours=2)


def test_a_window_that_closed_while_nobody_looked_hurries_nobody(world: World) -> None:
    closing = window(world)
    world.fold(moment_of(world.only_ticket()), START + closing + DAY)
    assert world.told("lan") == ["assigned"]
    assert world.only_ticket().moment is None


def test_who_has_answered_is_not_reminded(world: World) -> None:
    act = AgentReplied(
        id="r", ticket_id=world.only_ticket().id, occurred_at=START, agent_id="lan", via="api",
        text="Dạ",
    )  # fmt: skip
    world.fold(act, START)
    assert world.only_ticket().moment is None
