"""Who may see a ticket."""

from dataclasses import replace

import pytest

from chalicelib.service.guests import guest_ids, may_see
from tests.desks import shop
from tests.views.samples import TICKET

QUANG = "quang@hoamai.example"
ASKED = replace(TICKET, guests=(QUANG, "ha@kho.example"))


@pytest.mark.parametrize(
    ("agent_id", "domains", "is_let_in"),
    [
        ("lan", [], True),
        ("gone", [], False),
        (f"guest:{QUANG}", [], True),
        (f"guest:{QUANG}", ["KHO.example"], False),
        ("guest:ha@kho.example", [], False),
        ("guest:ha@kho.example", ["KHO.example"], True),
        ("guest:thu@hoamai.example", [], False),
        (QUANG, [], False),
        ("guest:", [], False),
        ("", [], False),
    ],
)
def test_agents_and_the_guests_whom_the_desk_covers(
    agent_id: str, domains: list[str], is_let_in: bool
) -> None:
    desk = shop(routing={"guest_domains": domains})
    assert may_see(agent_id, ASKED, desk) is is_let_in


def test_a_ticket_without_guests_has_none() -> None:
    assert list(guest_ids(TICKET, shop())) == []
