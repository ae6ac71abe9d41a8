"""Many workers at once: one owner each, no limit passed, every counter right, nothing lost."""

import pytest

from infra.bench.company import TEAM, company
from infra.bench.crowd import Crowd, first_messages

pytestmark = pytest.mark.chaos

WORKERS, TICKETS, AGENTS = 16, 300, 10
REFUSED = 0.3


@pytest.fixture(params=[(45, 22), (25, 9)], ids=["room for all", "too little room"])
def limits(request: pytest.FixtureRequest) -> tuple[int, int]:
    """What an agent may have, in all and of the one channel."""
    found: tuple[int, int] = request.param
    return found


def test_no_ticket_has_two_owners_and_no_agent_too_many(
    emulator: str, limits: tuple[int, int]
) -> None:
    desk = company(AGENTS, *limits)
    crowd = Crowd.of(emulator, f"crowd-{limits[0]}", desk)
    events = first_messages(TICKETS)
    crowd.write(events, WORKERS, REFUSED)
    found = crowd.recount()
    assert len(found.tickets) == TICKETS
    assert found.unstored(events) == 0
    assert found.overloaded(desk) == 0
    assert found.miscounted() == 0


def test_loads_stay_close_however_many_are_given_at_once(emulator: str) -> None:
    desk = company(AGENTS, 45, 22)
    crowd = Crowd.of(emulator, "close", desk)
    crowd.write(first_messages(TICKETS), WORKERS, refused=0.1)
    # Two; once in very many runs one more, where others were faster at every careful attempt.
    assert crowd.recount().spread(desk.teams[TEAM]) <= 3
