"""Owners who don't answer, go home or go away: the ticket is somebody's, or waits for one."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    AgentAcknowledged,
    AgentAssigned,
    AgentPended,
    AgentReplied,
    AgentResolved,
    ContactUpdated,
    DeskChanged,
    RoomMade,
)
from chalicelib.routing.roster import AgentState
from tests.conftest import START
from tests.desk.events import NAM
from tests.desk.factory import FACTORY, factory
from tests.desk.play import Play, minutes

QUIET = [{"name": "x", "targets": {"resolution": "30d"}}]
HOME = 6 * 60  # lan goes home at three
NIGHT = 13 * 60  # the office closes at ten


def team(**changes: Any) -> dict[str, Any]:
    care = {**FACTORY["teams"]["care"], "acknowledge_within": None, **changes}
    return {**FACTORY["teams"], "care": care}


def play_with(teams: dict[str, Any], **changes: Any) -> Play:
    play = Play(factory(teams=teams, policies=QUIET, **changes))
    play.says("khiếu nại")
    return play


def owners(play: Play) -> list[tuple[float, str]]:
    return play.happened("ticket.assigned")


def test_who_does_not_acknowledge_in_time_loses_the_ticket_for_good() -> None:
    """PEERS 13: the next, then the lead, then the queue with a timer; never the same again."""
    play = play_with(team(acknowledge_within="10m"))
    play.until(200)
    assert owners(play) == [(0, "lan"), (10, "hoa")]
    assert play.happened("ticket.dropped") == [(10, "lan"), (20, "hoa")]
    assert (play.ticket.assignee_id, play.ticket.dropped_by) == (None, ("lan", "hoa"))
    # It is looked at when the team is back from lunch, and when Minh comes at two: he is the only
    # one who has not let it drop.
    assert round(minutes(play.ticket.parked_until or START)) == 4 * 60
    play.until(250)
    assert round(minutes(play.ticket.parked_until or START)) == 5 * 60
    assert play.world.told("lan") == ["assigned", "dropped"]


def test_the_queue_offers_a_ticket_again_when_somebody_comes_to_work() -> None:
    play = play_with(team(acknowledge_within="10m"))
    play.until(5 * 60 + 5)
    at, owner = owners(play)[-1]
    assert (round(at), owner) == (300, "minh")
    play.does(AgentAcknowledged, "minh")
    play.until(HOME)
    assert play.ticket.assignee_id == "minh"


def test_an_acknowledgement_keeps_the_ticket() -> None:
    play = play_with(team(acknowledge_within="10m"))
    play.until(9)
    play.does(AgentAcknowledged)
    play.until(HOME - 1)
    assert play.ticket.assignee_id == "lan"


def test_who_lets_one_after_another_go_by_is_taken_for_absent() -> None:
    routing = {"away_after": 2}
    play = Play(factory(teams=team(acknowledge_within="10m"), policies=QUIET, routing=routing))
    for identity in (NAM, Identity("zalo", "hoa-mai", "9002")):
        play.says("khiếu nại", identity=identity)
    play.until(10)
    assert play.world.away == {"lan"}
    dropped = [n for n in play.world.notifications() if n.kind == "dropped" and n.medium == "email"]
    assert [n.detail.get("away", "") for n in dropped] == ["", "yes"]


def test_a_sign_of_life_forgets_what_was_dropped() -> None:
    play = play_with(team(acknowledge_within="10m"))
    play.world.agents["lan"] = AgentState("lan", load=1, by_channel={"telegram": 1}, misses=2)
    play.does(AgentReplied, text="Dạ")
    assert play.world.agents["lan"].misses == 0


@pytest.mark.parametrize(
    ("rule", "is_answered", "owner"),
    [
        ("unanswered", False, "minh"),
        ("unanswered", True, "lan"),
        ("all", True, "minh"),
        ("never", False, "lan"),
    ],
)
def test_at_the_end_of_a_shift_open_work_is_given_back_by_rule(
    rule: str, is_answered: bool, owner: str
) -> None:
    play = play_with(team(give_back=rule))
    if is_answered:
        play.does(AgentReplied, text="Dạ")
    play.until(HOME + 1)
    assert play.ticket.assignee_id == owner
    assert play.happened("ticket.given_back") == ([(HOME, "lan")] if owner == "minh" else [])


def test_lunch_is_no_end_of_a_shift() -> None:
    play = play_with(team())
    play.until(3 * 60 + 30)
    assert play.ticket.assignee_id == "lan"


def test_a_break_is_as_long_as_the_team_says() -> None:
    play = play_with(team(break_up_to="30m"))
    play.until(3 * 60 + 1)
    assert play.ticket.assignee_id != "lan"


def test_a_customer_who_comes_back_to_somebody_who_has_gone_is_served_by_another() -> None:
    play = play_with(team())
    play.does(AgentReplied, text="Dạ")
    play.until(HOME + 30)
    play.says("còn nữa")
    assert (play.ticket.assignee_id, owners(play)[-1]) == ("minh", (HOME + 30, "minh"))
    assert play.world.told("minh") == ["assigned"]


def test_who_goes_away_by_his_own_hand_gives_back_what_waits_for_an_answer() -> None:
    play = play_with(team())
    play.wakes_at(5 * 60 + 1)  # both are there
    play.leaves("lan")
    assert play.ticket.assignee_id == "minh"
    detail = play.lines("ticket.assigned")[-1].detail
    assert (detail["reason"], detail["because"]) == ("backup for lan, who is absent", "away")


def test_everybody_gone_the_ticket_waits_for_the_next_opening_and_the_customer_knows() -> None:
    play = play_with(team(), agents={**FACTORY["agents"], "hoa": _absent("hoa")})
    play.until(NIGHT + 30)
    assert play.ticket.assignee_id is None
    # Minh gave it back at ten in the evening; Lan comes at eight, on a holiday of the office too.
    assert round(minutes(play.ticket.parked_until or START)) == 23 * 60
    said = play.world.said_to_customer()
    assert len(said) == 2
    assert "gọi lại" in said[1]
    assert play.world.told("hoa")[-1] == "parked"
    play.until(23 * 60 + 1)
    assert play.ticket.assignee_id == "lan"


def test_who_is_told_that_nobody_can_come_is_told_once_and_may_ask_for_a_call() -> None:
    away = {name: {**agent, "away": True} for name, agent in FACTORY["agents"].items()}
    play = play_with(team(), agents=away)
    assert len(play.world.said_to_customer()) == 1
    assert play.ticket.nobody_told
    play.says("goi lai cho minh nhe 0912 345 678")
    assert play.ticket.callback == "0912345678"
    assert play.lines("callback.requested")[0].detail == {"number": "0912345678"}
    play.until(2 * 24 * 60)
    assert len(play.world.said_to_customer()) == 1


def test_a_number_may_follow_the_wish_to_be_called() -> None:
    away = {name: {**agent, "away": True} for name, agent in FACTORY["agents"].items()}
    play = play_with(team(), agents=away)
    play.says("Gọi lại cho tôi", choice="frontline:callback")
    assert play.ticket.callback == "asked"
    play.says("số em 0912.345.678 ạ")
    assert play.ticket.callback == "0912345678"


def test_nobody_is_called_back_who_was_not_offered_it() -> None:
    play = play_with(team())
    play.says("gọi lại cho mình 0912345678")
    assert play.ticket.callback is None


MINH_AWAY = {**FACTORY["agents"], "minh": {**FACTORY["agents"]["minh"], "away": True}}


@pytest.fixture
def crowded() -> Play:
    """Return a ticket that waits for Lan, who has no room."""
    play = Play(factory(teams=team(), policies=QUIET, agents=MINH_AWAY))
    play.world.agents["lan"] = AgentState("lan", load=3)
    play.says("khiếu nại")
    assert play.ticket.assignee_id is None
    return play


def test_a_queue_with_room_later_is_no_reason_to_tell_the_customer(crowded: Play) -> None:
    assert not crowded.ticket.nobody_told


def test_when_who_was_full_goes_home_the_lead_is_asked(crowded: Play) -> None:
    crowded.until(HOME + 1)
    assert [(round(at), owner) for at, owner in owners(crowded)] == [(HOME, "hoa")]
    assert not crowded.ticket.nobody_told


def test_when_the_last_one_goes_home_the_customer_is_told(crowded: Play) -> None:
    crowded.world.away.add("hoa")
    crowded.until(HOME + 1)
    assert owners(crowded) == []
    assert crowded.ticket.nobody_told
    assert len(crowded.world.said_to_customer()) == 2


def test_who_takes_no_tickets_is_not_waited_for() -> None:
    none = {**MINH_AWAY, "lan": {**FACTORY["agents"]["lan"], "capacity": 0}}
    play = play_with(team(), agents=none)
    assert play.ticket.assignee_id == "hoa"


def test_the_customer_gets_who_knows_him_first() -> None:
    play = play_with(team(strategy="least_loaded"))
    play.wakes_at(5 * 60 + 1)
    play.says("khiếu nại", identity=NAM)  # minh is emptier
    second = next(t for t in play.world.tickets.values() if t.identity == NAM)
    assert second.assignee_id == "minh"
    play.does(AgentResolved, "minh", ticket=second.id)
    play.now += timedelta(days=9)
    play.world.agents["minh"] = AgentState("minh", load=1)
    play.says("khiếu nại", identity=NAM)
    third = max(play.world.tickets.values(), key=lambda t: t.opened_at)
    assert third.id != second.id
    assert play.lines("ticket.assigned")[-1].detail["reason"] == "answered last"


def test_room_offers_nothing_to_who_let_it_drop() -> None:
    play = play_with(team(acknowledge_within="10m"))
    play.until(25)
    before = len(play.world.entries)
    play.world.fold(RoomMade(ticket_id=play.ticket.id), play.now)
    assert len(play.world.entries) == before


def test_when_somebody_comes_to_work_who_goes_first_is_offered_first() -> None:
    play = play_with(team(), agents={**FACTORY["agents"], "hoa": _absent("hoa")})
    play.until(NIGHT + 30)
    play.says("khiếu nại", identity=NAM)
    vip = ContactUpdated(id="crm", identity=NAM, occurred_at=play.now, tier="vip")
    play.world.fold(vip, play.now)
    play.says("khiếu nại", identity=Identity("zalo", "hoa-mai", "9003"))
    play.world.agents["lan"] = AgentState("lan", load=2)  # room for one
    play.until(23 * 60 + 1)
    owned = {t.identity.external_id for t in play.world.tickets.values() if t.assignee_id == "lan"}
    assert owned == {NAM.external_id}


def _absent(name: str) -> dict[str, Any]:
    return {**FACTORY["agents"][name], "away": True}


LEAD_TAKES_NONE = {"lead": "sep"}


def test_what_nobody_could_take_is_looked_at_again_whenever_its_team_opens() -> None:
    """Parked in open hours, offered at night in vain: at eight the team opens, and Lan is there."""
    play = Play(factory(teams=team(**LEAD_TAKES_NONE), policies=QUIET))
    play.world.away = {"lan", "minh"}
    play.says("khiếu nại")
    play.until(NIGHT + 30)
    play.world.away.discard("lan")
    play.world.fold(RoomMade(ticket_id=play.ticket.id), play.now)
    assert play.ticket.assignee_id is None
    play.until(23 * 60 + 1)
    assert play.ticket.assignee_id == "lan"


def test_the_ticket_of_who_left_the_company_is_parked_and_goes_on() -> None:
    play = play_with(team(**LEAD_TAKES_NONE))
    play.until(210)  # lunch
    without = {name: agent for name, agent in FACTORY["agents"].items() if name != "lan"}
    agents = {**without, "minh": {**FACTORY["agents"]["minh"], "backup": None}}
    teams = team(**LEAD_TAKES_NONE, members=["minh"])
    desk, before = factory(teams=teams, agents=agents, policies=QUIET), play.world.desk
    play.world.desk = desk
    play.world.fold(DeskChanged(ticket_id=play.ticket.id), play.now)
    assert [minutes(line.at) for line in play.lines("ticket.parked")] == [210]
    assert "parked" in play.world.told("sep")
    play.until(301)
    assert (round(owners(play)[-1][0]), owners(play)[-1][1]) == (300, "minh")
    # When she is back, she holds no more than she does.
    play.world.desk = before
    play.does(AgentResolved, "minh")
    assert set(play.world.loads.values()) == {0}


def test_what_an_agent_holds_whom_a_new_desk_sends_away_is_given_back() -> None:
    play = play_with(team())
    lan = {**FACTORY["agents"]["lan"], "away": True, "backup": None}
    agents = {**FACTORY["agents"], "lan": lan}
    play.world.desk = factory(teams=team(), agents=agents, policies=QUIET)
    play.world.fold(DeskChanged(ticket_id=play.ticket.id), play.now)
    assert play.ticket.assignee_id == "hoa"


def test_a_ticket_that_wakes_while_its_owner_is_away_goes_on_to_who_is_there() -> None:
    play = play_with(team())
    play.does(AgentPended, wake_at=START + timedelta(hours=2))
    play.world.away.add("lan")
    play.until(121)
    assert play.ticket.assignee_id == "hoa"
    assert play.world.told("lan") == ["assigned"]


def test_who_claims_what_he_let_drop_has_it_again() -> None:
    lan = {**FACTORY["agents"]["lan"], "backup": None}
    teams = team(acknowledge_within="10m", members=["lan"], lead="sep")
    play = play_with(teams, agents={**FACTORY["agents"], "lan": lan})
    play.until(15)
    assert play.ticket.dropped_by == ("lan",)
    play.does(AgentAcknowledged)
    play.does(AgentResolved)
    play.until(60)
    play.says("còn nữa")
    assert play.ticket.assignee_id == "lan"


def test_the_customer_hears_that_nobody_can_come_when_the_last_full_one_goes() -> None:
    lan = {**FACTORY["agents"]["lan"], "capacity": 1, "backup": None}
    teams = team(members=["lan"], lead="sep")
    play = Play(factory(teams=teams, policies=QUIET, agents={**FACTORY["agents"], "lan": lan}))
    play.says("khiếu nại")
    play.says("khiếu nại", identity=NAM)
    waiting = list(play.world.tickets)[1]
    assert not play.world.tickets[waiting].nobody_told
    play.world.away.add("lan")
    play.world.fold(RoomMade(ticket_id=waiting), play.now)
    assert play.world.tickets[waiting].nobody_told


def test_a_new_desk_at_night_takes_nothing_from_who_was_given_it_by_hand() -> None:
    play = play_with(team())
    play.until(NIGHT)
    play.does(AgentAssigned, "hoa", to_agent_id="lan")
    play.world.fold(DeskChanged(ticket_id=play.ticket.id), play.now)
    assert play.ticket.assignee_id == "lan"


def test_who_waits_for_nothing_hears_nothing_when_nobody_is_left() -> None:
    play = play_with(team(**LEAD_TAKES_NONE, give_back="all"))
    play.does(AgentReplied, text="Dạ, mai bên em giao ạ.")
    heard = len(play.world.said_to_customer())
    play.until(NIGHT + 1)
    assert play.ticket.assignee_id is None
    assert (len(play.world.said_to_customer()), play.ticket.nobody_told) == (heard, False)


def test_a_rung_that_puts_a_ticket_first_at_its_very_opening_offers_it_too() -> None:
    """Both fall on one o'clock; who is away must be seen to be away."""
    agents = {
        **FACTORY["agents"],
        "lan": {**FACTORY["agents"]["lan"], "backup": None},
        "minh": {**FACTORY["agents"]["minh"], "away": True, "backup": None},
        "hoa": {**FACTORY["agents"]["hoa"], "capacity": 0},
    }
    policy = {
        "name": "P",
        "targets": {"resolution": {"within": "4h", "time": "wall"}},
        "escalation": [{"after": "0s", "to": ["lead"]}],
    }
    first = {"first": {"escalated": 1}}
    desk = factory(agents=agents, teams=team(), policies=[policy], routing=first)
    play = Play(desk)
    play.world.away.add("lan")
    play.says("khiếu nại")
    play.until(241)
    assert play.happened("sla.escalated") == [(240, "escalation:1")]
    assert (play.ticket.assignee_id, play.ticket.rank) == (None, 0)
    assert round(minutes(play.ticket.parked_until or START)) > 241


def test_what_somebody_took_off_shift_and_let_wait_is_his_when_it_wakes() -> None:
    play = Play(factory(teams=team(), policies=QUIET))
    play.wakes_at(HOME + 12)
    play.says("khiếu nại")
    play.until(HOME + 30)
    play.does(AgentAcknowledged)
    play.does(AgentPended, wake_at=play.now + timedelta(minutes=20))
    play.until(HOME + 60)
    assert (play.ticket.assignee_id, play.world.told("lan")[-1]) == ("lan", "woken")
