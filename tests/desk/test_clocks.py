"""What a ticket's clocks make of its history: waits, rests, changes, two that become one."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    AgentAcknowledged,
    AgentChanged,
    AgentInvited,
    AgentMerged,
    AgentPended,
    AgentReopened,
    AgentReplied,
    AgentResolved,
    ContactBlocked,
    ContactUpdated,
    DeskChanged,
)
from chalicelib.domain.tickets import Metric, Status
from chalicelib.errors import InvalidRequestError
from tests.conftest import START
from tests.desk.events import MAI, NAM
from tests.desk.factory import FACTORY, factory
from tests.desk.play import Play, minutes
from tests.desks import shop


@pytest.fixture
def play() -> Play:
    play = Play(factory())
    play.says("khiếu nại")
    return play


def due(play: Play) -> dict[str, float]:
    return {str(t.metric): minutes(t.due_at) for t in play.ticket.timers}


def test_every_target_counts_from_the_customers_own_send_time() -> None:
    play = Play(factory())
    play.says("khiếu nại", ago=4)
    # Nine to noon is 180 minutes, then an hour of lunch.
    assert due(play) == {"accept": 1, "first_response": 26, "resolution": 296}


def test_accepting_meets_the_target_at_the_time_of_the_act(play: Play) -> None:
    play.wakes_at(3)
    play.does(AgentAcknowledged)
    assert play.timer(Metric.ACCEPT).met_at == START + timedelta(minutes=3)
    assert play.ticket.accepted_at == START + timedelta(minutes=3)


def test_an_answer_accepts_too(play: Play) -> None:
    play.wakes_at(2)
    play.does(AgentReplied, text="Dạ")
    assert minutes(play.timer(Metric.ACCEPT).met_at or START) == 2


def test_several_messages_before_an_answer_are_one_wait(play: Play) -> None:
    play.wakes_at(5)
    play.does(AgentReplied, text="Dạ")
    for at in (10, 14, 18):
        play.wakes_at(at)
        play.says("còn nữa")
    assert minutes(play.timer(Metric.NEXT_RESPONSE).started_at) == 10
    play.wakes_at(30)
    play.does(AgentReplied, text="Dạ")
    timer = play.timer(Metric.NEXT_RESPONSE)
    assert (minutes(timer.started_at), minutes(timer.met_at or START)) == (10, 30)


def test_the_first_wait_is_for_the_first_response_alone(play: Play) -> None:
    play.wakes_at(5)
    play.says("alo")
    assert Metric.NEXT_RESPONSE not in {t.metric for t in play.ticket.timers}


def test_each_wait_has_its_own_reminders_and_breach(play: Play) -> None:
    play.does(AgentReplied, text="Dạ")
    for begin in (10, 100):
        play.until(begin)
        play.says("còn nữa")
        play.until(begin + 50)
        play.does(AgentReplied, text="Dạ")
    missed = [e for e in play.lines("sla.breached") if e.detail["metric"] == "next_response"]
    assert [minutes(e.at) for e in missed] == [50, 140]
    facts = [f.detail for f in play.world.facts if f.detail["metric"] == "next_response"]
    kept = [detail["kept"] for detail in facts if "kept" in detail]
    assert kept == ["no", "no"]


def test_an_answer_that_arrives_late_meets_the_target_at_its_own_time(play: Play) -> None:
    play.wakes_at(40)
    play.does(AgentReplied, text="Dạ", ago=15)
    timer = play.timer(Metric.FIRST_RESPONSE)
    assert (minutes(timer.met_at or START), timer.breached_at) == (25, None)


def test_an_answer_from_before_the_last_message_leaves_that_one_waiting(play: Play) -> None:
    play.wakes_at(5)
    play.does(AgentReplied, text="Dạ")
    play.wakes_at(10)
    play.says("một")
    play.wakes_at(20)
    play.says("hai")
    play.does(AgentReplied, text="Dạ, về việc thứ nhất", ago=5)
    assert play.ticket.status is Status.OPEN
    assert minutes(play.ticket.waiting_since or START) == 20


@pytest.mark.parametrize(("ago", "since"), [(12, 10), (8, 15), (3, 18), (0, None)])
def test_a_late_answer_leaves_the_first_message_after_it_waiting(
    play: Play, ago: int, since: int | None
) -> None:
    for at in (10, 15, 18):
        play.wakes_at(at)
        play.says("còn đó không?")
    play.wakes_at(20)
    play.does(AgentReplied, text="Dạ", ago=ago)
    waiting = play.ticket.waiting_since
    assert (waiting and minutes(waiting)) == since
    if since:
        assert minutes(play.timer(Metric.NEXT_RESPONSE).started_at) == since


def test_an_answer_older_than_the_wait_ends_none(play: Play) -> None:
    play.wakes_at(5)
    play.does(AgentReplied, text="Dạ")
    play.wakes_at(10)
    play.says("một")
    play.wakes_at(15)
    play.says("hai")
    play.does(AgentReplied, text="Dạ, thư này đi lạc", ago=8)
    assert minutes(play.ticket.waiting_since or START) == 10
    assert play.ticket.last_wait is None


def test_an_answer_told_late_opens_no_wait_that_was_answered_since(play: Play) -> None:
    play.wakes_at(5)
    play.says("hai")
    play.wakes_at(9)
    play.does(AgentReplied, text="Dạ cả hai việc", ago=3)
    play.does(AgentReplied, text="Dạ việc thứ nhất", ago=5)
    assert (play.ticket.status, play.ticket.waiting_since) == (Status.PENDING, None)


def test_of_very_many_messages_the_last_is_remembered(play: Play) -> None:
    for at in range(1, 21):
        play.wakes_at(at)
        play.says("alô")
    play.wakes_at(30)
    play.does(AgentReplied, text="Dạ", ago=11)
    assert minutes(play.ticket.waiting_since or START) == 20


def test_a_first_message_that_was_overtaken_still_begins_the_ticket() -> None:
    play = Play(factory())
    play.wakes_at(3)
    play.says("hai")
    play.says("một: khiếu nại", ago=3)
    assert minutes(play.ticket.opened_at) == 0
    assert due(play)["first_response"] == 60


def test_pending_stops_the_resolution_and_no_wait_for_an_answer(play: Play) -> None:
    play.wakes_at(10)
    play.does(AgentPended)
    assert play.ticket.status is Status.PENDING
    assert play.timer(Metric.RESOLUTION).paused_at is not None
    assert play.timer(Metric.FIRST_RESPONSE).is_running


def test_a_snooze_ends_by_itself_and_the_owner_hears_of_it(play: Play) -> None:
    play.wakes_at(1)
    play.does(AgentReplied, text="Dạ, chờ kho")
    play.does(AgentPended, wake_at=START + timedelta(minutes=61))
    play.until(70)
    assert play.ticket.status is Status.OPEN
    assert due(play)["resolution"] == 300 + 60
    assert play.world.told("lan")[-1] == "woken"


def test_nobody_can_be_woken_in_the_past(play: Play) -> None:
    with pytest.raises(InvalidRequestError, match="in the past"):
        play.does(AgentPended, wake_at=START)


def test_a_reopened_ticket_goes_on_with_the_time_it_had_used(play: Play) -> None:
    play.wakes_at(60)
    play.does(AgentReplied, text="Dạ")
    play.does(AgentResolved)
    play.wakes_at(120)
    play.does(AgentReopened)
    # An hour of four was used: three are left, and lunch lies between.
    assert due(play)["resolution"] == 120 + 180 + 60
    assert play.timer(Metric.RESOLUTION).is_running


def test_the_customers_last_word_after_the_end_begins_a_wait(play: Play) -> None:
    play.wakes_at(10)
    play.does(AgentResolved)
    play.wakes_at(30)
    play.says("vẫn chưa được")
    assert minutes(play.timer(Metric.NEXT_RESPONSE).started_at) == 30
    assert play.timer(Metric.FIRST_RESPONSE).met_at == START + timedelta(minutes=10)


@pytest.mark.parametrize("pauses", [True, False])
def test_a_policy_that_stops_or_not_is_applied_to_the_whole_history(pauses: bool) -> None:
    play = Play(shop())
    play.says("khiếu nại")
    play.wakes_at(60)
    play.does(AgentReplied, text="Dạ")
    play.wakes_at(120)
    play.says("còn nữa")
    policy = {"name": "Khác", "targets": {"resolution": "5h"}, "pause_while_pending": pauses}
    play.world.desk = shop(policies=[policy])
    play.world.fold(DeskChanged(ticket_id=play.ticket.id), play.now)
    assert due(play)["resolution"] == (360 if pauses else 300)


def test_a_changed_priority_moves_the_deadlines_and_says_so() -> None:
    hasty = {
        "name": "Gấp",
        "match": {"priority": ["urgent"]},
        "targets": {"first_response": "10m"},
        "reminders": ["50%"],
    }
    play = Play(factory(policies=[hasty, *FACTORY["policies"]]))
    play.says("khiếu nại")
    play.wakes_at(6)
    play.does(AgentChanged, priority="urgent")
    assert due(play) == {"first_response": 10}
    assert play.lines("ticket.changed")[0].detail == {"priority": "urgent"}
    assert play.lines("sla.recomputed")[0].detail["first_response"]
    # Half of ten minutes was over before anybody could be reminded: that one was never due.
    play.until(9)
    assert play.happened("sla.reminded") == []


def test_a_changed_type_brings_the_ticket_to_the_team_that_answers_it(play: Play) -> None:
    play.does(AgentChanged, request_type="technical")
    assert (play.ticket.team_id, play.ticket.assignee_id) == ("tech", "tuan")
    assert play.world.loads["lan"] == 0


def test_a_type_nobody_knows_is_refused(play: Play) -> None:
    with pytest.raises(InvalidRequestError, match="no request type"):
        play.does(AgentChanged, request_type="gone")
    with pytest.raises(InvalidRequestError, match="no priority"):
        play.does(AgentChanged, priority="huge")


def test_a_customer_who_becomes_a_vip_is_promised_more_at_once() -> None:
    vip = {"name": "VIP", "match": {"tier": ["vip"]}, "targets": {"first_response": "5m"}}
    play = Play(factory(policies=[vip, *FACTORY["policies"]]))
    play.says("khiếu nại")
    told = ContactUpdated(id="crm:1", identity=MAI, occurred_at=START, tier="vip")
    play.world.fold(told, START)
    assert (play.ticket.tier, play.ticket.rank, due(play)) == ("vip", 0, {"first_response": 5})


def test_merged_tickets_keep_the_earlier_start_and_the_later_place() -> None:
    play = Play(factory())
    play.says("khiếu nại", identity=NAM)
    (first,) = play.world.tickets
    play.wakes_at(20)
    play.says("khiếu nại", identity=MAI)
    (second,) = play.world.tickets.keys() - {first}
    play.does(AgentMerged, ticket=second, other_ticket_id=first)
    one, other = play.world.tickets[second], play.world.tickets[first]
    assert (minutes(one.opened_at), minutes(one.waiting_since or START)) == (0, 0)
    assert one.identity == MAI
    assert (other.status, other.merged_into, other.moment) == (Status.RESOLVED, second, None)
    assert play.world.loads["lan"] == 1
    # What the other's customer writes from now on comes here.
    play.says("có ai không", identity=NAM)
    assert play.lines("message.received")[-1].ticket_id == second


def test_who_was_brought_in_on_one_ticket_goes_on_with_the_other() -> None:
    play = Play(factory())
    for identity, guest in ((NAM, "quang"), (MAI, "quy")):
        play.says("khiếu nại", identity=identity)
        ticket = list(play.world.tickets)[-1]
        play.does(AgentInvited, ticket=ticket, address=f"{guest}@hoamai.example")
    first, second = play.world.tickets
    play.does(AgentMerged, ticket=second, other_ticket_id=first)
    guests = ("quy@hoamai.example", "quang@hoamai.example")
    assert play.world.tickets[second].guests == guests


def test_another_channel_promises_otherwise_and_that_is_told() -> None:
    slow = {"name": "Zalo", "match": {"channel": ["zalo"]}, "targets": {"first_response": "4h"}}
    fast = {"name": "Còn lại", "targets": {"first_response": "1h"}}
    play = Play(factory(policies=[slow, fast]))
    play.says("khiếu nại")
    assert due(play) == {"first_response": 60}
    play.world.identities[NAM] = play.ticket.contact_id
    play.says("vẫn đợi", identity=NAM)
    assert due(play) == {"first_response": 240 + 60}  # lunch
    (told,) = play.lines("sla.recomputed")
    assert told.detail == {"first_response": play.timer(Metric.FIRST_RESPONSE).due_at.isoformat()}


def test_a_ticket_is_merged_once_and_not_with_itself(play: Play) -> None:
    with pytest.raises(InvalidRequestError, match="can't be merged"):
        play.does(AgentMerged, other_ticket_id=play.ticket.id)


def test_a_commitment_outside_hours_is_one_of_its_own() -> None:
    play = Play(factory())
    play.wakes_at(13 * 60 + 30)  # half past ten at night
    play.says("khiếu nại", identity=Identity("telegram", "hoa-mai", "88"))
    # Three hours on the wall. Tuesday is Culture Day: eight hours of work begin on Wednesday.
    assert due(play) == {"first_response": 990, "resolution": 2 * 24 * 60 + 8 * 60}


def test_an_answer_in_time_that_is_heard_of_after_the_deadline_keeps_the_promise(
    play: Play,
) -> None:
    """S10: the alert had gone out; the answer counts at its own time all the same."""
    due_at = minutes(play.timer(Metric.FIRST_RESPONSE).due_at)
    play.until(due_at + 3)
    assert play.timer(Metric.FIRST_RESPONSE).breached_at
    play.does(AgentReplied, text="Dạ", ago=8)
    timer = play.timer(Metric.FIRST_RESPONSE)
    assert (minutes(timer.met_at or START), timer.breached_at) == (due_at - 5, None)
    kept = {f.detail["metric"]: f.detail["kept"] for f in play.world.facts if f.kind == "target"}
    assert kept["first_response"] == "yes"


def two_tickets(play: Play, *, apart: float) -> tuple[str, str]:
    """Have the same man write as Nam and, so many minutes later, as Mai."""
    play.says("khiếu nại", identity=NAM)
    (first,) = play.world.tickets
    play.until(apart)
    play.says("khiếu nại", identity=MAI)
    (second,) = play.world.tickets.keys() - {first}
    return first, second


def calm() -> Play:
    teams = {name: {**each, "acknowledge_within": None} for name, each in FACTORY["teams"].items()}
    return Play(factory(teams=teams))


def happened_since(play: Play, ticket: str, since: int) -> list[str]:
    return [e.type for e in play.world.entries[since:] if e.ticket_id == ticket]


def test_a_merge_does_nothing_again_that_was_done_for_either_ticket() -> None:
    play = calm()
    first, second = two_tickets(play, apart=5)
    play.until(60)
    since = len(play.world.entries)
    play.does(AgentMerged, ticket=second, other_ticket_id=first)
    play.until(60.5)
    assert set(happened_since(play, second, since)) == {"sla.recomputed", "ticket.merged"}
    assert [n for n in play.world.notifications() if minutes(n.created_at) > 60] == []


def test_a_merge_with_what_was_done_long_ago_leaves_the_clocks_alone() -> None:
    play = calm()
    days = 3 * 24 * 60
    play.says("khiếu nại", identity=NAM)
    (first,) = play.world.tickets
    play.until(4)
    play.does(AgentReplied, text="Dạ")
    play.does(AgentResolved)
    play.until(days)
    play.says("khiếu nại", identity=MAI)
    (second,) = play.world.tickets.keys() - {first}
    before = play.world.tickets[second].timers
    play.does(AgentMerged, ticket=second, other_ticket_id=first)
    assert play.world.tickets[second].timers == before


def test_what_was_answered_on_one_ticket_is_answered_on_both() -> None:
    play = calm()
    first, second = two_tickets(play, apart=20)
    play.does(AgentReplied, ticket=first, text="Dạ", ago=15)
    play.does(AgentMerged, ticket=second, other_ticket_id=first)
    ticket = play.world.tickets[second]
    met = {timer.metric: timer.met_at for timer in ticket.timers}
    assert minutes(met[Metric.FIRST_RESPONSE] or START) == 5
    # Mai's own question still waits for its answer.
    assert (minutes(ticket.waiting_since or START), met[Metric.NEXT_RESPONSE]) == (20, None)


def test_a_ticket_rests_no_more_once_it_is_one_with_who_waits() -> None:
    play = calm()
    first, second = two_tickets(play, apart=5)
    play.does(AgentReplied, ticket=second, text="Dạ")
    assert play.world.tickets[second].status is Status.PENDING
    play.does(AgentMerged, ticket=second, other_ticket_id=first)
    ticket = play.world.tickets[second]
    assert (ticket.status, ticket.pending_since) == (Status.OPEN, None)


def test_an_identity_that_wants_no_messages_does_not_silence_the_other() -> None:
    play = calm()
    first, second = two_tickets(play, apart=5)
    blocked = ContactBlocked(id="b", identity=NAM, occurred_at=play.now)
    play.world.fold(blocked, play.now)
    play.does(AgentMerged, ticket=first, other_ticket_id=second)
    assert play.world.tickets[first].identity == MAI
    assert not play.world.tickets[first].is_blocked


def test_an_overtaken_first_message_brings_no_alert_a_second_time() -> None:
    play = calm()
    play.wakes_at(5)
    play.says("khiếu nại")
    play.until(50)
    play.says("alo", ago=50)
    play.until(60)
    assert minutes(play.ticket.opened_at) == 0
    alerts = play.lines("sla.reminded", "sla.breached", "sla.escalated", "customer.told")
    steps = Counter((line.type, line.detail["metric"], line.detail["step"]) for line in alerts)
    assert set(steps.values()) == {1}


def test_a_tier_that_an_agent_gave_outlives_what_the_platform_says_of_the_name() -> None:
    play = Play(factory())
    play.says("khiếu nại")
    play.does(AgentChanged, tier="vip")
    told = ContactUpdated(id="p:1", identity=MAI, occurred_at=START, name="Trần Thị Mai")
    play.world.fold(told, START)
    assert play.ticket.tier == "vip"


def test_what_was_to_wake_in_an_outage_rested_no_longer_than_it_was_to() -> None:
    play = calm()
    play.says("khiếu nại")
    play.does(AgentPended, wake_at=START + timedelta(hours=1))
    play.wakes_at(150)
    play.until(151)
    (rest,) = play.ticket.rests
    assert minutes(rest.until_at) == 60


def test_what_was_met_on_both_tickets_is_counted_once_for_each() -> None:
    play = calm()
    first, second = two_tickets(play, apart=1)
    for ticket, at in ((second, 5), (first, 8)):
        play.until(at)
        play.does(AgentReplied, ticket=ticket, text="Dạ")
    before = [fact for fact in play.world.facts if fact.kind == "target"]
    play.does(AgentMerged, ticket=first, other_ticket_id=second)
    assert [fact for fact in play.world.facts if fact.kind == "target"] == before


def test_a_merge_with_a_ticket_of_another_policy_climbs_no_ladder_at_once() -> None:
    play = calm()
    play.says("xin chào")
    (first,) = play.world.tickets
    play.until(60)
    play.says("khiếu nại", identity=NAM)
    (second,) = play.world.tickets.keys() - {first}
    assert play.world.tickets[first].policy != play.world.tickets[second].policy
    play.until(71)
    since = len(play.world.entries)
    play.does(AgentMerged, ticket=second, other_ticket_id=first)
    play.until(71.5)
    assert "sla.escalated" not in happened_since(play, second, since)


def test_a_message_from_before_a_wait_that_was_missed_begins_one_of_its_own() -> None:
    play = calm()
    play.says("khiếu nại")
    play.until(3)
    play.does(AgentReplied, text="Dạ")
    play.until(10)
    play.says("nữa ạ")
    play.until(75)
    assert play.timer(Metric.NEXT_RESPONSE).breached_at
    play.does(AgentReplied, text="Dạ đây")
    play.until(80)
    since = len(play.world.entries)
    play.says("còn một câu", ago=74)
    play.until(81)
    missed = [e for e in play.world.entries[since:] if e.type == "sla.breached"]
    assert [e.detail["metric"] for e in missed] == ["next_response"]
    assert play.world.notifications()[-1].created_at >= START + timedelta(minutes=80)
