"""What is said of an agent: the newest word stands, whoever writes it when."""

from datetime import timedelta

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.desk.decide import decide
from chalicelib.domain.events import AgentAway, AgentBack, AgentTakes, Availability
from chalicelib.errors import ConflictError
from tests.conftest import START
from tests.desk.events import said_of_himself

LATER = START + timedelta(minutes=5)
AWAY = said_of_himself(AgentAway, "lan", START)
BACK = said_of_himself(AgentBack, "lan", LATER)
ONE = said_of_himself(AgentTakes, "lan", START, capacity=1)
FOUR = said_of_himself(AgentTakes, "lan", LATER, capacity=4)


@pytest.mark.parametrize(("older", "newer"), [(AWAY, BACK), (ONE, FOUR)])
def test_a_word_decided_on_before_a_newer_one_was_written_is_refused(
    frontline: Frontline, older: Availability, newer: Availability
) -> None:
    desk = frontline.desk()
    seen = frontline.folder.reader.read(older, desk, 0)
    frontline.folder.fold(newer)
    known = frontline.agents.states(["lan"])
    with pytest.raises(ConflictError):
        frontline.folder.committer.commit(seen, decide(older, seen, desk, LATER), None, LATER)
    frontline.folder.fold(older)
    assert frontline.agents.states(["lan"]) == known


def test_how_many_he_takes_says_nothing_of_where_he_is(frontline: Frontline) -> None:
    frontline.folder.fold(FOUR)
    frontline.folder.fold(AWAY)
    lan = frontline.agents.states(["lan"])["lan"]
    assert (lan.away, lan.capacity) == (True, 4)


def test_he_leaves_it_to_the_desk_again(frontline: Frontline) -> None:
    frontline.folder.fold(ONE)
    frontline.folder.fold(said_of_himself(AgentTakes, "lan", LATER, capacity=None))
    assert frontline.agents.states(["lan"])["lan"].capacity is None
