"""Colleagues on one ticket: hand-over, notes that name somebody, guests; the customer sees none."""

import pytest

from chalicelib.domain.events import (
    AgentAcknowledged,
    AgentAssigned,
    AgentInvited,
    AgentNoted,
    AgentReplied,
    AgentResolved,
)
from chalicelib.errors import InvalidRequestError
from tests.desk.factory import factory
from tests.desk.play import Play

GUEST = "guest:kho@hoamai.example"


@pytest.fixture
def play() -> Play:
    play = Play(factory())
    play.says("khiếu nại")
    return play


def told(play: Play, kind: str) -> list[str]:
    notifications = play.world.notifications()
    return [str(n.agent_id) for n in notifications if n.kind == kind and n.medium == "email"]


def test_a_hand_over_between_levels_says_why_and_tells_the_newcomer_and_not_the_customer(
    play: Play,
) -> None:
    said = len(play.world.said_to_customer())
    play.does(AgentAssigned, to_team_id="tech", reason="cần kỹ thuật", text="Đã thử đổi cầu chì")
    assert (play.ticket.team_id, play.ticket.assignee_id) == ("tech", "tuan")
    assert play.lines("ticket.moved")[0].detail["reason"] == "cần kỹ thuật"
    assert play.lines("note.added")[0].text == "Đã thử đổi cầu chì"
    assert told(play, "assigned") == ["lan", "tuan"]
    assert len(play.world.said_to_customer()) == said


def test_a_new_level_may_give_it_to_who_let_it_drop_below(play: Play) -> None:
    play.until(11)
    assert list(play.ticket.dropped_by) == ["lan"]
    play.does(AgentAssigned, to_team_id="tech")
    assert not play.ticket.dropped_by


def test_a_supervisor_takes_over_by_accepting(play: Play) -> None:
    play.does(AgentAcknowledged, "hoa")
    assert play.ticket.assignee_id == "hoa"
    assert (play.world.loads["lan"], play.world.loads["hoa"]) == (0, 1)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@minh xem giúp nhé", ["minh"]),
        ("nhờ @minh, @tuan và @minh", ["minh", "tuan"]),
        ("@lan tự nhắc mình", []),
        ("gửi kho@minh.example", []),
        ("@nobody và @", []),
        ("(@hoa)", ["hoa"]),
    ],
)
def test_a_note_tells_whom_it_names(play: Play, text: str, named: list[str]) -> None:
    play.does(AgentNoted, text=text)
    assert told(play, "mentioned") == named
    assert play.lines("note.added")[0].text == text


def test_somebody_of_the_company_is_brought_in_and_may_leave_notes_only(play: Play) -> None:
    play.does(AgentInvited, address="Kho@HoaMai.example", text="Còn hàng không?")
    assert play.ticket.guests == ("kho@hoamai.example",)
    assert told(play, "invited") == [GUEST]
    assert play.lines("guest.invited")[0].text == "Còn hàng không?"
    play.does(AgentNoted, GUEST, text="Còn 3 cái")
    assert play.lines("note.added")[0].actor == f"agent:{GUEST}"
    assert told(play, "mentioned") == ["lan"]
    for kind, said in ((AgentReplied, {"text": "Còn"}), (AgentResolved, {})):
        with pytest.raises(InvalidRequestError, match="a guest may leave notes"):
            play.does(kind, GUEST, **said)
    assert len(play.world.said_to_customer()) == 1


def test_who_was_not_invited_is_no_guest(play: Play) -> None:
    with pytest.raises(InvalidRequestError, match="a guest may leave notes"):
        play.does(AgentNoted, GUEST, text="xin chào")


@pytest.mark.parametrize("address", ["a@elsewhere.example", "no-address", "a@b@hoamai.example", ""])
def test_nobody_outside_the_company_is_brought_in(play: Play, address: str) -> None:
    with pytest.raises(InvalidRequestError):
        play.does(AgentInvited, address=address)


def test_the_desk_may_name_more_domains() -> None:
    play = Play(factory(routing={"guest_domains": ["Kho.example"]}))
    play.says("khiếu nại")
    play.does(AgentInvited, address="an@kho.example")
    assert play.ticket.guests == ("an@kho.example",)


def test_inviting_twice_is_inviting_once(play: Play) -> None:
    for _ in range(2):
        play.does(AgentInvited, address="kho@hoamai.example")
    assert len(play.lines("guest.invited")) == 1
