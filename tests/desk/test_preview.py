"""An answer before it is sent: its parts, what they cost, and whether it may go."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.channels.base import Passage
from chalicelib.desk.preview import preview
from chalicelib.domain.contacts import Identity
from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Ticket
from tests.conftest import START
from tests.desk.events import message
from tests.desk.world import World
from tests.desks import shop

DAY = timedelta(days=1)


@pytest.fixture
def ticket() -> Ticket:
    world = World(shop())
    world.fold(message("xin chào", START), START)
    return world.only_ticket()


def on(ticket: Ticket, channel: str, **more: object) -> Ticket:
    return replace(ticket, identity=Identity(channel, "hoa-mai", "1"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "segments"), [("Da con hang a", 1), ("Dạ còn hàng ạ", 1), ("Dạ còn hàng ạ " * 10, 3)]
)
def test_text_messages_are_counted_as_they_are_billed(
    ticket: Ticket, text: str, segments: int
) -> None:
    found = preview(on(ticket, "twilio_sms"), text, None, START)
    assert (found.segments, len(found.parts)) == (segments, 1)


def test_others_cost_nothing_to_count(ticket: Ticket) -> None:
    assert preview(ticket, "Dạ", None, START).segments is None


@pytest.mark.parametrize(
    ("channel", "waited", "expected"),
    [
        ("telegram", 400 * DAY, Passage.OPEN),
        ("messenger", 2 * DAY, Passage.TAGGED),
        ("zalo", 3 * DAY, Passage.PAID),
        ("whatsapp", 2 * DAY, Passage.TEMPLATE),
        ("zalo", 8 * DAY, Passage.CLOSED),
        ("tripadvisor", timedelta(), Passage.CLOSED),
    ],
)
def test_whether_it_may_go_is_told_before(
    ticket: Ticket, channel: str, waited: timedelta, expected: Passage
) -> None:
    found = preview(on(ticket, channel), "Dạ", None, START + waited)
    assert found.passage is expected


def test_to_who_wants_no_messages_nothing_goes(ticket: Ticket) -> None:
    assert preview(replace(ticket, is_blocked=True), "Dạ", None, START).passage is Passage.CLOSED


def test_a_private_answer_has_limits_of_its_own(ticket: Ticket) -> None:
    public = on(ticket, "facebook", surface=Surface.PUBLIC)
    long = "Dạ. " * 1000
    assert len(preview(public, long, None, START).parts) == 1
    assert len(preview(public, long, Surface.DIRECT, START).parts) > 1
