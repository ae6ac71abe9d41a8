"""A morning small enough to count by hand, under two desks."""

from datetime import timedelta

import pytest

from chalicelib.domain.events import AgentReplied, AgentResolved
from infra.whatif import comparison
from infra.whatif.alerts import HOURS
from infra.whatif.comparison import compare
from infra.whatif.loads import Load
from infra.whatif.outcome import Outcome, play
from infra.whatif.promises import Kept
from infra.whatif.week import stretches
from tests.desks import shop
from tests.infra.whatif.past import at, done, history, written, written_again

# Monday from nine on. The first complaint is answered within its half hour, the second too late,
# and a question never.
MORNING = history(
    written(1, 0),
    done(AgentReplied, 1, 20, text="dạ"),
    done(AgentResolved, 1, 60),
    written(2, 10),
    done(AgentReplied, 2, 55, text="dạ"),
    done(AgentResolved, 2, 120),
    written(3, 20, "còn hàng không?"),
    until=at(180),
)
PATIENT = shop(policies=[{"name": "Tất cả", "targets": {"first_response": "50m"}}])


@pytest.fixture(scope="module")
def today() -> Outcome:
    return play(shop(), MORNING)[0]


def test_promises_are_met_late_or_open(today: Outcome) -> None:
    assert today.tickets == 3
    assert today.kept == {
        ("Còn lại", "care", "first_response"): Kept(late=1),
        ("Còn lại", "care", "resolution"): Kept(open=1),
        ("Khiếu nại", "care", "first_response"): Kept(met=1, late=1),
        ("Khiếu nại", "care", "resolution"): Kept(met=2),
    }
    assert today.breaches == 2
    assert today.kept_by(lambda promise: (promise[1], promise[2])) == {
        ("care", "first_response"): Kept(met=1, late=2),
        ("care", "resolution"): Kept(met=2, open=1),
    }
    assert [Kept(met=1, late=2).percent, Kept(open=1).percent] == [pytest.approx(33.33, 0.01), None]


def test_alerts_are_counted_by_person_kind_and_hour(today: Outcome) -> None:
    told = {
        (person, kind, hour): hourly[hour]
        for person, kinds in today.alerts.items()
        for kind, hourly in kinds.items()
        for hour in HOURS
        if hourly[hour]
    }
    assert told == {
        ("lan", "reminder", 9): 2,  # At half of the first's time, and of the question's.
        ("lan", "breached", 10): 1,
        ("minh", "reminder", 9): 2,
        ("minh", "breached", 9): 1,
        ("hoa", "escalated", 9): 1,
        ("hoa", "escalated", 10): 1,
    }


def test_in_his_quiet_hours_nobody_is_alerted() -> None:
    agents = {**shop().model_dump(mode="json")["agents"]}
    agents["lan"] = {**agents["lan"], "quiet": "09:00-14:00"}
    reminded = play(shop(agents=agents), MORNING)[0].alerts["lan"]["reminder"]
    assert [hour for hour in HOURS if reminded[hour]] == [14]


def test_what_goes_wrong_in_the_other_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "WORTH_A_PROCESS", 0)
    broken = shop().model_copy(update={"request_types": {}})
    with pytest.raises(KeyError):
        compare(broken, shop(), MORNING)


def test_a_load_is_what_was_given_at_most_and_on_average(today: Outcome) -> None:
    # Lan has the first ticket for 60 minutes and the third for the last 160 of 180.
    assert today.loads["lan"] == Load(assigned=2, peak=2, mean=220 / 180)
    assert today.loads["minh"] == Load(assigned=1, peak=1, mean=110 / 180)
    assert today.loads["tuan"] == Load(assigned=0, peak=0, mean=0)


def test_another_desk_has_another_outcome_of_the_same_morning(today: Outcome) -> None:
    before, after, _ = compare(shop(), PATIENT, MORNING)
    assert before == today
    assert after.kept == {("Tất cả", "care", "first_response"): Kept(met=2, late=1)}
    assert [len(kinds) for kinds in after.alerts.values()] == [3]
    assert after.alerts["lan"]["breached"][10] == 1
    assert (after.parked, after.dropped, after.breaches) == (0, 0, 1)


def test_a_ticket_that_nobody_can_take_is_parked_once() -> None:
    full = shop(
        agents={
            "lan": {"name": "Lan", "email": "lan@hoamai.example", "capacity": 1},
            "hoa": {"name": "Hoa", "email": "hoa@hoamai.example", "capacity": 0},
        },
        teams={
            name: {"name": name, "calendar": "always", "lead": "hoa", "members": ["lan"]}
            for name in ("care", "tech")
        },
    )
    outcome, replay = play(full, MORNING)
    assert outcome.parked == 2
    # When the first is resolved, the question is the more urgent one: the other has an answer.
    given = {ticket.assigned_at for ticket in replay.memory.tickets.values()}
    assert given == {at(0), at(60), None}
    assert outcome.loads["lan"].peak == 1


def test_what_is_reopened_is_one_promise_and_the_last_word_counts() -> None:
    outcome, _ = play(
        shop(),
        history(
            written(1, 0),
            done(AgentReplied, 1, 5, text="dạ"),
            done(AgentResolved, 1, 10),
            written_again(1, 30),
            done(AgentResolved, 1, 60 * 9),
        ),
    )
    assert outcome.kept["Khiếu nại", "care", "resolution"] == Kept(late=1)


def test_a_calendar_that_opens_no_more_has_no_hours() -> None:
    closed = shop().team_calendar("care").model_copy(update={"week": {}})
    assert list(stretches(closed, at(0), at(60))) == []


def test_uncovered_hours_are_open_ones_with_nobody_there() -> None:
    hours = {"time_zone": "Asia/Ho_Chi_Minh", "week": {"mon": ["08:00-12:00", "13:00-17:00"]}}
    desk = shop(
        calendars={
            "always": hours,
            "early": {**hours, "week": {"mon": ["08:00-10:30"]}},
            "late": {**hours, "week": {"mon": ["11:00-16:00"]}},
        },
        agents={
            "lan": {"name": "Lan", "email": "lan@hoamai.example", "calendar": "early"},
            "minh": {"name": "Minh", "email": "minh@hoamai.example", "calendar": "late"},
            "hoa": {"name": "Hoa", "email": "hoa@hoamai.example", "capacity": 0},
        },
        teams={
            name: {"name": name, "calendar": "always", "lead": "hoa", "members": ["lan", "minh"]}
            for name in ("care", "tech")
        },
    )
    outcome, _ = play(desk, history(written(1, 0), until=at(60 * 24)))
    # From 10:30 to 11:00, and from 16:00 to 17:00; the history begins at nine.
    assert outcome.uncovered["care"] == timedelta(hours=1, minutes=30)
