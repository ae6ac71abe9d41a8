"""Many at once: nobody gets more than he can take, nothing gets two owners, nothing is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.e2e.desk import HOME
from tests.e2e.test_api import listed
from tests.e2e.world import Found, World, until

pytestmark = pytest.mark.e2e

ROOM = {"bao": 3, "chi": 2}
AT_ONCE = 12


@pytest.fixture(scope="module")
def tickets(world: World) -> list[Found]:
    """Twelve first messages at once for a team that has room for five."""
    customers = [world.customer(("zalo", "telegram")[n % 2]) for n in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda one: world.write(one, "Shop còn hàng hiếm không?"), customers))
    return [until(partial(world.ticket_of, one)) for one in customers]


def loads(world: World) -> dict[str, int]:
    return {one["id"]: one["load"] for one in world.get("/api/agents")["agents"]}


def owned(world: World, status: str = "open,pending") -> Counter[str]:
    """Count each agent's tickets by reading them all."""
    tickets = listed(world, status=status, limit=200)
    return Counter(ticket["assignee"] for ticket in tickets if ticket["assignee"])


def test_no_more_are_given_than_there_is_room_and_the_rest_is_parked(
    world: World, tickets: list[Found]
) -> None:
    owners: Counter[str | None] = Counter(ticket["assignee"] for ticket in tickets)
    parked = AT_ONCE - sum(ROOM.values())
    assert dict(owners) == {**dict[str | None, int](ROOM.items()), None: parked}
    for ticket in tickets:
        lines = world.entries(ticket["id"], "ticket.assigned", "ticket.parked")
        assert [line["type"] for line in lines] == [
            "ticket.assigned" if ticket["assignee"] else "ticket.parked"
        ]


def test_counters_are_what_there_is(world: World, tickets: list[Found]) -> None:
    until(lambda: {name: load for name, load in loads(world).items() if load} == owned(world))


def test_the_lead_is_told_of_each_parked_ticket(world: World, tickets: list[Found]) -> None:
    parked = [ticket for ticket in tickets if ticket["assignee"] is None]
    for ticket in parked:
        mail = world.mail(f"ha@{HOME}", ticket, "parked")
        assert "Hàng hiếm" in mail["text"]
    queue = listed(world, team="hang-hiem", assignee="none", status="open")
    assert {ticket["id"] for ticket in queue} == {ticket["id"] for ticket in parked}


def test_one_resolved_makes_room_for_the_next_in_the_queue(
    world: World, tickets: list[Found]
) -> None:
    queue = listed(world, team="hang-hiem", assignee="none", status="open")
    done = next(ticket for ticket in tickets if ticket["assignee"] == "chi")
    world.act(done["id"], "resolve")
    placed = until(lambda: _owned_of(world, queue))
    (ticket,) = placed
    # The nearest deadline waits first.
    assert ticket["id"] == queue[0]["id"]
    assert ticket["assignee"] == "chi"
    world.mail(f"chi@{HOME}", ticket, "assigned")
    assert {name: loads(world)[name] for name in ROOM} == ROOM


def test_nobody_there_parks_a_ticket_and_tells_the_lead(world: World) -> None:
    customer = world.customer("telegram")
    ticket = world.opened(customer, "Em hỏi về kho lạnh")
    assert ticket["assignee"] is None
    (line,) = world.entries(ticket["id"], "ticket.parked")
    assert line["detail"]["team"] == "kho-lanh"
    assert line["detail"]["considered"] == "nam absent"
    world.mail(f"nam@{HOME}", ticket, "parked")
    (said,) = until(lambda: world.heard_by(customer))
    assert "gọi lại" in str(said)


def test_the_lead_takes_what_nobody_else_is_there_for(world: World) -> None:
    ticket = world.opened(world.customer("telegram"), "Em hỏi về bảo hành")
    assert ticket["assignee"] == "ha"
    (line,) = world.entries(ticket["id"], "ticket.assigned")
    assert line["detail"]["reason"] == "lead of the team"


def _owned_of(world: World, queue: list[Found]) -> list[Found]:
    now = [world.ticket(ticket["id"]) for ticket in queue]
    return [ticket for ticket in now if ticket["assignee"]]
