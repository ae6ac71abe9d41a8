"""Moments: tables in shop hours, and a ticket played through its whole life."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.tickets import Metric, Moment, Timer
from chalicelib.sla import timers
from chalicelib.sla.moments import NO_ANSWERS, Answers, steps, steps_ahead
from chalicelib.sla.policy import Policy, Target
from chalicelib.sla.timers import Course

from .calendars import SHOP, local

POLICY = Policy.model_validate(
    {
        "name": "Khiếu nại",
        "targets": {"first_response": "15m", "resolution": "4h"},
        "reminders": ["50%", "15m", "80%"],
        "escalation": {"after": "30m"},
    }
)
SILENT = Policy.model_validate({"name": "Yên lặng", "targets": {"resolution": "4h"}})


def timer(started: str, metric: Metric = Metric.RESOLUTION) -> Timer:
    return timers.timer(metric, POLICY.targets[metric], Course(started_at=local(started)), SHOP)


def next_moment(
    of: Iterable[Timer], policy: Policy, answers: Answers = NO_ANSWERS
) -> Moment | None:
    return min(steps_ahead(of, policy, SHOP, answers), default=None)


def told(moments: list[Moment]) -> list[tuple[str, str]]:
    saigon = timedelta(hours=7)
    return [(f"{moment.at + saigon:%a %H:%M:%S}", moment.step) for moment in moments]


def test_the_steps_of_a_timer_come_in_working_time() -> None:
    assert told(steps(timer("2026-03-06 15:30"), POLICY, SHOP)) == [
        ("Fri 17:30:00", "reminder:50%"),
        ("Sat 09:12:00", "reminder:80%"),
        ("Sat 09:45:00", "reminder:15m"),
        ("Sat 10:00:00", "breach"),
        ("Sat 10:30:00", "escalation:1"),
    ]


def test_a_reminder_as_long_as_the_target_is_left_out() -> None:
    assert told(steps(timer("2026-03-02 09:00", Metric.FIRST_RESPONSE), POLICY, SHOP)) == [
        ("Mon 09:07:30", "reminder:50%"),
        ("Mon 09:12:00", "reminder:80%"),
        ("Mon 09:15:00", "breach"),
        ("Mon 09:45:00", "escalation:1"),
    ]


def test_steps_move_with_a_pause() -> None:
    rest = (local("2026-03-02 09:00"), local("2026-03-02 10:00"))
    stood = still(rests=(rest,))
    assert told(steps(stood, POLICY, SHOP)) == [
        ("Mon 11:00:00", "reminder:50%"),
        ("Mon 13:42:00", "reminder:80%"),
        ("Mon 14:15:00", "reminder:15m"),
        ("Mon 14:30:00", "breach"),
        ("Mon 15:00:00", "escalation:1"),
    ]


def test_without_reminders_and_escalation_only_the_breach_is_left() -> None:
    assert told(steps(timer("2026-03-02 08:00"), SILENT, SHOP)) == [("Mon 12:00:00", "breach")]


def test_an_escalation_at_once_comes_after_its_breach() -> None:
    policy = SILENT.model_validate({**SILENT.model_dump(), "escalation": {}})
    assert told(steps(timer("2026-03-02 08:00"), policy, SHOP)) == [
        ("Mon 12:00:00", "breach"),
        ("Mon 12:00:00", "escalation:1"),
    ]


def test_the_nearest_step_of_all_timers_comes_next() -> None:
    both = (timer("2026-03-02 09:00"), timer("2026-03-02 09:00", Metric.FIRST_RESPONSE))
    assert next_moment(both, POLICY) == Moment(
        local("2026-03-02 09:07:30"), Metric.FIRST_RESPONSE, "reminder:50%"
    )


def test_a_breached_timer_has_only_its_escalation_ahead() -> None:
    late = timers.breach(timer("2026-03-02 08:00"))
    moment = next_moment([late], POLICY)
    assert moment == Moment(local("2026-03-02 14:00"), Metric.RESOLUTION, "escalation:1")
    assert next_moment([timers.fire(late, "escalation:1")], POLICY) is None


def still(**course: Any) -> Timer:
    began = Course(started_at=local("2026-03-02 08:00"), **course)
    return timers.timer(Metric.RESOLUTION, Target(within=timedelta(hours=4)), began, SHOP)


@pytest.mark.parametrize(
    "one",
    [
        still(resting_since=local("2026-03-02 09:00")),
        still(met_at=local("2026-03-02 09:00")),
        still(met_at=local("2026-03-02 16:00")),
    ],
)
def test_a_timer_that_stands_still_brings_nothing(one: Timer) -> None:
    assert next_moment([one], POLICY) is None


def test_a_ticket_without_timers_has_no_moment() -> None:
    assert next_moment([], POLICY) is None


def test_a_changed_policy_brings_its_new_steps_and_no_old_one_twice() -> None:
    changed = SILENT.model_validate({**SILENT.model_dump(), "reminders": ["50%", "75%"]})
    reminded = timers.fire(timer("2026-03-02 08:00"), "reminder:50%")
    moment = next_moment([reminded], changed)
    assert moment == Moment(local("2026-03-02 11:00"), Metric.RESOLUTION, "reminder:75%")


LADDER = Policy.model_validate(
    {
        "name": "Thang",
        "targets": {"resolution": "4h"},
        "reminders": [{"at": "25%", "time": "wall"}, {"at": "1h", "time": "wall"}],
        "escalation": [
            {"after": "0s", "to": ["assignee"], "until": "acknowledged"},
            {"after": "1h", "to": ["lead"], "repeat": {"every": "30m", "times": 2}},
            {"after": "2h", "to": ["manager"], "time": "wall", "until": "resolved"},
        ],
        "tell_customer_before": "30m",
    }
)


def test_a_ladder_has_its_rungs_and_their_repetitions_in_their_own_time() -> None:
    assert told(steps(timer("2026-03-02 09:00"), LADDER, SHOP)) == [
        ("Mon 10:22:30", "reminder:25%"),  # a quarter of the way on the wall
        ("Mon 13:30:00", "reminder:1h"),
        ("Mon 14:30:00", "breach"),
        ("Mon 14:30:00", "escalation:1"),
        ("Mon 15:30:00", "escalation:2"),
        ("Mon 16:00:00", "escalation:2+1"),
        ("Mon 16:30:00", "escalation:2+2"),
        ("Mon 16:30:00", "escalation:3"),
    ]


def test_the_customer_is_told_before_a_response_is_late_and_of_no_other_deadline() -> None:
    response = timers.timer(
        Metric.NEXT_RESPONSE,
        Target(within=timedelta(hours=4)),
        Course(started_at=local("2026-03-02 08:00")),
        SHOP,
    )
    assert ("Mon 11:30:00", "apology") in told(steps(response, LADDER, SHOP))
    assert "apology" not in [step for _, step in told(steps(timer(NINE), LADDER, SHOP))]


NINE = "2026-03-02 09:00"
LATE = timers.breach(timer(NINE))


@pytest.mark.parametrize(
    ("one", "seen", "ahead"),
    [
        (LATE, None, ["1", "2", "2+1", "2+2", "3"]),
        (LATE, "2026-03-02 14:31", ["2", "2+1", "2+2", "3"]),  # acknowledged after the breach
        (LATE, "2026-03-02 10:00", ["1", "2", "2+1", "2+2", "3"]),  # before it: no answer to it
        (timers.fire(LATE, "escalation:2"), None, ["1", "2+1", "2+2", "3"]),
        (still(met_at=local("2026-03-02 16:00")), None, ["3"]),  # answered late, not resolved
        (still(met_at=local("2026-03-02 09:00")), None, []),  # in time
        (still(resting_since=local("2026-03-02 09:00")), None, []),
    ],
)
def test_a_rung_goes_on_until_what_it_waits_for(
    one: Timer, seen: str | None, ahead: list[str]
) -> None:
    answers = Answers(seen_at=local(seen) if seen else None)
    found = sorted(steps_ahead([one], LADDER, SHOP, answers))
    rungs = [moment.step for moment in found if moment.step.startswith("escalation")]
    assert rungs == [f"escalation:{number}" for number in ahead]


def test_a_resolution_stops_every_rung_for_good() -> None:
    answered_late = still(met_at=local("2026-03-02 16:00"))
    closed = Answers(closed_at=local("2026-03-02 17:00"))
    assert next_moment([answered_late], LADDER, closed) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 3_000))
def test_an_untouched_ticket_goes_through_all_its_steps(offset: int, target: int) -> None:
    started = local("2026-02-09 08:00") + timedelta(minutes=offset)
    within = Target(within=timedelta(minutes=target))
    one = timers.timer(Metric.RESOLUTION, within, Course(started_at=started), SHOP)
    planned = steps(one, LADDER, SHOP)
    done = []
    while moment := next_moment([one], LADDER):
        done.append(moment)
        one = timers.breach(one) if moment.step == "breach" else timers.fire(one, moment.step)
    breach_at = [moment.step for moment in done].index("breach")
    assert all(step.step.startswith("escalation") for step in done[breach_at + 1 :])
    assert {step.step for step in planned} == {step.step for step in done}
    assert len(done) == len({step.step for step in done})
