"""Reminders, the breach and its ladder: who is told what, by which means, until what."""

import pytest

from chalicelib.desk.decision import Medium
from chalicelib.domain.events import (
    AgentAcknowledged,
    AgentChanged,
    AgentPended,
    AgentReopened,
    AgentReplied,
    AgentResolved,
    DeskChanged,
)
from chalicelib.domain.tickets import Priority
from tests.conftest import START
from tests.desk.events import NAM
from tests.desk.factory import FACTORY, factory
from tests.desk.play import Play, minutes

POLICY = FACTORY["policies"][1]
WEDNESDAY = 2 * 24 * 60
CALM = {name: {**team, "acknowledge_within": None} for name, team in FACTORY["teams"].items()}


def ladder(*rungs: dict[str, object], **more: object) -> Play:
    """Return a ticket under a policy of one hour whose ladder is `rungs`."""
    policy = {"name": "Thang", "targets": {"first_response": "1h"}, "escalation": list(rungs)}
    play = Play(factory(policies=[{**policy, **more}], teams=CALM))
    play.says("khiếu nại")
    return play


def alerted(play: Play, kind: str = "escalated") -> list[tuple[float, str, str]]:
    return [
        (minutes(n.created_at), str(n.agent_id), str(n.medium))
        for n in play.world.notifications()
        if n.kind == kind and n.medium is not Medium.TOPIC
    ]


def test_a_ladder_reaches_each_in_turn_and_repeats() -> None:
    play = ladder(
        {"after": "0s", "to": ["assignee", "backup"]},
        {"after": "10m", "to": ["lead", "vy"]},
        {"after": "20m", "to": ["manager"], "repeat": {"every": "15m", "times": 2}},
    )
    play.until(150)
    assert alerted(play) == [
        (60, "lan", "email"),
        (60, "minh", "email"),
        (70, "hoa", "email"),
        (70, "vy", "email"),
        (80, "sep", "email"),
        (95, "sep", "email"),
        (110, "sep", "email"),
    ]


def test_one_alert_per_person_and_moment() -> None:
    """The owner hears of the breach and of its first rung at the same second: once."""
    play = ladder({"after": "0s", "to": ["assignee"]})
    play.until(61)
    told = [n for n in play.world.notifications() if n.created_at > START]
    assert [(n.agent_id, str(n.kind)) for n in told if n.medium is Medium.EMAIL] == [
        ("lan", "escalated")
    ]


@pytest.mark.parametrize(
    ("until", "act", "goes_on"),
    [
        ("acknowledged", AgentAcknowledged, False),
        ("acknowledged", AgentReplied, False),
        ("answered", AgentAcknowledged, True),
        ("answered", AgentReplied, False),
        ("resolved", AgentReplied, True),
        ("resolved", AgentAcknowledged, True),
        ("resolved", AgentResolved, False),
    ],
)
def test_a_step_goes_on_until_what_it_says(until: str, act: type, goes_on: bool) -> None:
    play = ladder({"after": "10m", "to": ["lead"], "until": until})
    play.until(65)
    play.does(act, **({"text": "Dạ"} if act is AgentReplied else {}))
    play.until(100)
    assert bool(alerted(play)) == goes_on


def test_an_acknowledgement_before_the_breach_is_no_answer_to_it() -> None:
    play = ladder({"after": "10m", "to": ["lead"], "until": "acknowledged"})
    play.does(AgentAcknowledged)
    play.until(100)
    assert [who for _, who, _ in alerted(play)] == ["hoa"]


def test_a_step_raises_the_priority_and_never_lowers_it() -> None:
    play = ladder({"after": "5m", "to": ["lead"], "priority": "low"})
    play.until(70)
    assert play.ticket.priority is Priority.HIGH
    play = ladder({"after": "5m", "to": ["lead"], "priority": "urgent"})
    play.until(70)
    assert play.ticket.priority is Priority.URGENT
    assert play.lines("ticket.changed")[0].actor == "desk"


@pytest.mark.parametrize(
    ("way", "owner", "team"),
    [
        ("next", "hoa", "care"),  # minh is not there yet, so the lead
        ("lead", "hoa", "care"),
        ("backup", "lan", "care"),  # minh is not there: it stays
        (True, "lan", "care"),
        ("next_level", "tuan", "tech"),
        (False, "lan", "care"),
    ],
)
def test_a_step_moves_the_ticket_as_it_says(way: object, owner: str, team: str) -> None:
    play = ladder({"after": "5m", "to": ["manager"], "reassign": way})
    play.until(66)
    assert (play.ticket.assignee_id, play.ticket.team_id) == (owner, team)


def test_the_last_one_keeps_what_nobody_else_can_take() -> None:
    rung = {"after": "5m", "to": ["manager"], "reassign": "next"}
    play = ladder({**rung, "repeat": {"every": "1m", "times": 3}})
    play.until(70)
    assert play.ticket.assignee_id == "hoa"
    assert play.ticket.dropped_by == ("lan",)
    assert play.lines("ticket.parked") == []


@pytest.mark.parametrize(("way", "owner"), [("next_level", "vy"), ("lead", None), ("backup", None)])
def test_a_parked_ticket_goes_up_too(way: str, owner: str | None) -> None:
    play = ladder({"after": "5m", "to": ["manager"], "reassign": way})
    play.world.away.update({"lan", "minh", "hoa"})
    play.says("khiếu nại", identity=NAM)
    second = next(t for t in play.world.tickets.values() if t.identity == NAM)
    assert second.assignee_id is None
    play.until(66)
    assert play.world.tickets[second.id].assignee_id == owner


def test_who_was_escalated_often_goes_first_in_the_queue() -> None:
    play = ladder({"to": ["lead"], "repeat": {"every": "1m", "times": 5}})
    assert play.ticket.rank == 1
    play.until(62)
    assert play.ticket.rank == 0


def test_a_reminder_goes_to_whom_and_by_what_it_says() -> None:
    agents = {**FACTORY["agents"], "lan": {**FACTORY["agents"]["lan"], "phone": "+84900000001"}}
    reminder = {"at": "30m", "by": ["sms"], "to": ["assignee", "manager"]}
    policy = {"name": "x", "targets": {"first_response": "1h"}, "reminders": [reminder, "50%"]}
    play = Play(factory(policies=[policy], teams=CALM, agents=agents))
    play.says("khiếu nại")
    play.until(59)
    assert alerted(play, "reminder") == [
        (30, "lan", "sms"),
        (30, "sep", "email"),  # he has no phone
        (30, "lan", "email"),
    ]


def test_reminders_of_a_working_target_never_come_at_night() -> None:
    play = Play(factory(policies=[{**POLICY, "match": {}}], teams=CALM))
    play.wakes_at(12 * 60 + 50)  # ten minutes before the office closes
    play.says("khiếu nại")
    play.until(48 * 60)
    hours = {entry.at.hour for entry in play.lines("sla.reminded", "sla.breached")}
    assert all(1 <= hour < 15 for hour in hours), hours  # 08:00 to 22:00 in Viet Nam
    assert len(play.lines("sla.reminded")) == len(
        {(e.detail["metric"], e.detail["step"]) for e in play.lines("sla.reminded")}
    )


def test_quiet_hours_hold_an_alert_back_unless_it_is_to_wake() -> None:
    night = [{"after": "0s", "to": ["tuan"]}, {"after": "30m", "to": ["tuan"], "wake": True}]
    policy = {"name": "Đêm", "targets": {"first_response": "3h"}, "escalation": night}
    play = Play(factory(policies=[policy], teams=CALM))
    play.wakes_at(11 * 60)  # eight in the evening
    play.says("máy không bật được")
    play.until(15 * 60)
    told = [n for n in play.world.notifications() if n.kind == "escalated" and n.medium == "email"]
    until = [n.not_before and minutes(n.not_before) for n in told]
    assert until == [22 * 60, None]  # seven in the morning


def test_after_an_outage_each_overdue_moment_comes_once_late_and_oldest_first() -> None:
    play = ladder(
        {"after": "10m", "to": ["lead"]}, {"after": "30m", "to": ["manager"]}, reminders=["50%"]
    )
    play.wakes_at(120)
    play.until(120)
    steps = [e.detail["step"] for e in play.lines("sla.reminded", "sla.breached", "sla.escalated")]
    assert steps == ["reminder:50%", "breach", "escalation:1", "escalation:2"]
    late = [e.detail["late_seconds"] for e in play.lines("sla.reminded", "sla.escalated")]
    assert late == ["5400", "3000", "1800"]
    facts = [f.detail["late_ms"] for f in play.world.facts if f.kind == "alert"]
    assert facts == ["5400000", "3600000", "3000000", "1800000"]


def test_no_escalation_while_the_customer_is_waited_for() -> None:
    policy = {"name": "x", "targets": {"resolution": "1h"}, "escalation": {"after": "10m"}}
    play = Play(factory(policies=[policy], teams=CALM))
    play.says("khiếu nại")
    play.until(65)
    play.does(AgentPended)
    play.until(170)
    assert play.happened("sla.escalated") == []


def test_a_closed_ticket_does_not_bring_its_ladder_back_when_it_is_reopened() -> None:
    play = ladder({"after": "30m", "to": ["lead"], "until": "resolved"})
    play.until(65)
    play.does(AgentReplied, text="Dạ")
    play.does(AgentResolved)
    play.until(170)
    play.does(AgentReopened)
    play.until(400)
    assert alerted(play) == []


def test_slack_is_asked_only_where_the_desk_has_one() -> None:
    policy = {
        "name": "x",
        "targets": {"first_response": "1h"},
        "escalation": {"to": ["lead"], "by": ["slack"]},
    }
    for slack, media in ((None, ["email"]), ("https://hooks.slack.example/x", ["slack"])):
        play = Play(factory(policies=[policy], teams=CALM, slack=slack))
        play.says("khiếu nại")
        play.until(61)
        assert [medium for _, _, medium in alerted(play)] == media


def test_slack_hears_of_a_moment_once_however_many_are_told() -> None:
    policy = {
        "name": "x",
        "targets": {"first_response": "1h"},
        "escalation": {"to": ["lead", "assignee"], "by": ["slack", "email"]},
    }
    play = Play(factory(policies=[policy], teams=CALM, slack="https://hooks.slack.example/x"))
    play.says("khiếu nại")
    play.until(61)
    media = [medium for _, _, medium in alerted(play)]
    assert (media.count("slack"), media.count("email")) == (1, 2)


def test_who_is_woken_is_woken_also_by_what_the_same_step_gives_him() -> None:
    hoa = {**FACTORY["agents"]["hoa"], "calendar": None, "quiet": "22:00-07:00"}
    rung = {"after": "0s", "to": ["lead"], "reassign": "lead", "wake": True}
    policy = {"name": "Đêm", "targets": {"first_response": {"within": "1h", "time": "wall"}}}
    agents = {**FACTORY["agents"], "hoa": hoa}
    play = Play(factory(policies=[{**policy, "escalation": [rung]}], teams=CALM, agents=agents))
    play.wakes_at(13 * 60 + 30)  # half past ten at night
    play.says("máy không bật được")
    play.until(15 * 60)
    mails = [n for n in play.world.notifications() if (n.agent_id, n.medium) == ("hoa", "email")]
    assert [(str(n.kind), minutes(n.created_at), n.not_before) for n in mails] == [
        ("assigned", 14 * 60 + 30, None)
    ]


def test_a_rung_on_the_wall_waits_while_the_ticket_rests() -> None:
    """Resolved after its deadline, opened again two nights later: the rest is still to come."""
    rung = {"after": "1h", "to": ["manager"], "repeat": {"every": "30m", "times": 3}}
    play = ladder({**rung, "time": "wall"}, targets={"resolution": "4h"})
    play.until(305)
    play.does(AgentResolved)
    back = 2 * 24 * 60 + 60
    play.until(back)
    play.says("cảm ơn shop")
    play.until(back + 54)
    assert play.happened("sla.escalated") == []
    play.until(back + 90)
    assert play.happened("sla.escalated") == [
        (back + 55, "escalation:1"),
        (back + 85, "escalation:1+1"),
    ]


def test_another_policys_ladder_holds_from_then_on() -> None:
    """What lies behind is not made up for; what lies ahead is done, whatever its number."""
    first = {"after": "0s", "to": ["lead"], "priority": "urgent"}
    usual = {"name": "Thường", "targets": {"first_response": "1h"}, "escalation": [first]}
    rungs = [{"after": "10m", "to": ["vy"]}, {"after": "1h", "to": ["manager"]}]
    urgent = {"name": "Gấp", "targets": {"first_response": "15m"}, "escalation": rungs}
    policies = [{**urgent, "match": {"priority": ["urgent"]}}, usual]
    play = Play(factory(policies=policies, teams=CALM))
    play.says("alo")
    play.until(150)
    assert [(at, who) for at, who, _ in alerted(play)] == [(60, "hoa"), (75, "sep")]


def test_the_first_rung_of_the_new_policy_is_not_taken_for_the_old_ones() -> None:
    usual = {
        "name": "Thường",
        "targets": {"first_response": "1h"},
        "escalation": [{"after": "0s", "to": ["lead"], "priority": "urgent"}],
    }
    urgent = {
        "name": "Gấp",
        "match": {"priority": ["urgent"]},
        "targets": {"first_response": "45m"},
        "escalation": [{"after": "30m", "to": ["manager"]}],
    }
    play = Play(factory(policies=[urgent, usual], teams=CALM))
    play.says("alo")
    play.until(150)
    assert [(at, who) for at, who, _ in alerted(play)] == [(60, "hoa"), (75, "sep")]


def test_an_apology_never_comes_with_the_message_itself() -> None:
    play = ladder(
        targets={"first_response": "30m", "next_response": "5m"}, tell_customer_before="10m"
    )
    play.does(AgentReplied, text="Dạ")
    play.until(10)
    play.says("mua")
    play.until(14)
    assert play.happened("customer.told") == []
    play.until(16)
    assert play.happened("customer.told") == [(15, "apology")]


def test_what_is_asked_for_in_working_time_comes_at_no_night_of_a_wall_target() -> None:
    """From eleven at night to eleven in the morning: half of it is five, work begins at eight."""
    play = Play(
        factory(
            teams=CALM,
            policies=[
                {
                    "name": "Tường",
                    "targets": {"first_response": {"within": "12h", "time": "wall"}},
                    "reminders": [
                        {"at": "50%", "time": "working"},
                        {"at": "4h before", "time": "working"},
                        {"at": "90%", "time": "working"},
                    ],
                    "escalation": {"after": "0s", "to": ["lead"], "time": "working"},
                }
            ],
        )
    )
    night = WEDNESDAY + 14 * 60
    play.wakes_at(night)
    play.says("khiếu nại")
    play.until(night + 24 * 60)
    # Four working hours before it would be last evening, before he wrote.
    assert play.happened("sla.reminded") == [
        (night + 9 * 60, "reminder:50%"),
        (night + 12 * 60 * 0.9, "reminder:90%"),
    ]
    assert play.happened("sla.escalated") == [(night + 12 * 60, "escalation:1")]


def test_a_miss_at_night_is_escalated_in_the_morning_if_so_asked() -> None:
    rung: dict[str, object] = {"after": "0s", "to": ["lead"], "time": "working"}
    play = ladder(rung, targets={"first_response": {"within": "15h", "time": "wall"}})
    play.until(WEDNESDAY)
    assert play.happened("sla.breached") == [(15 * 60, "breach")]
    # Tuesday is a holiday.
    assert play.happened("sla.escalated") == [(WEDNESDAY - 60, "escalation:1")]


def test_a_deadline_that_moves_later_is_reminded_of_again() -> None:
    marks = ["50%", "5m"]
    rush = {
        "name": "Gấp",
        "match": {"priority": ["urgent"]},
        "targets": {"first_response": "30m"},
        "reminders": marks,
    }
    usual = {"name": "Thường", "targets": {"first_response": "3h"}, "reminders": marks}
    play = Play(factory(policies=[rush, usual], teams=CALM))
    play.says("khiếu nại")
    play.does(AgentChanged, priority="urgent")
    play.until(27)
    play.does(AgentChanged, priority="normal")
    play.until(3 * 60)
    assert play.happened("sla.reminded") == [
        (15, "reminder:50%"),
        (25, "reminder:5m"),
        (90, "reminder:50%"),
        (175, "reminder:5m"),
    ]


def test_a_renamed_policy_climbs_no_ladder_again() -> None:
    """Neither when the ticket is counted anew, nor when a message comes before that."""
    policy = {
        "name": "Cũ",
        "targets": {"first_response": "30m"},
        "escalation": [{"after": "0s", "to": ["lead"]}, {"after": "10m", "to": ["manager"]}],
    }
    for comes_first in (True, False):
        play = Play(factory(policies=[policy], teams=CALM))
        play.says("khiếu nại")
        play.until(60)
        before = len(play.happened("sla.escalated"))
        play.world.desk = factory(policies=[{**policy, "name": "Mới"}], teams=CALM)
        if comes_first:
            play.says("alo")
        play.world.fold(DeskChanged(ticket_id=play.ticket.id), play.now)
        play.until(120)
        assert len(play.happened("sla.escalated")) == before == 2
        assert play.ticket.policy == "Mới"
