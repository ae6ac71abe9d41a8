"""Moments: tables in shop hours, and a ticket played through its whole life."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.tickets import Metric, Moment, Timer
from chalicelib.sla import timers
from chalicelib.sla.moments import next_moment, steps
from chalicelib.sla.policy import Policy

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
    return timers.start(metric, POLICY.targets[metric], local(started), SHOP)


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
    stood = timers.resume(
        timers.pause(timer("2026-03-02 08:00"), local("2026-03-02 09:00")),
        local("2026-03-02 10:00"),
        SHOP,
    )
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
    assert next_moment(both, POLICY, SHOP) == Moment(
        local("2026-03-02 09:07:30"), Metric.FIRST_RESPONSE, "reminder:50%"
    )


def test_a_breached_timer_has_only_its_escalation_ahead() -> None:
    late = timers.breach(timer("2026-03-02 08:00"), local("2026-03-02 12:00"))
    moment = next_moment([late], POLICY, SHOP)
    assert moment == Moment(local("2026-03-02 14:00"), Metric.RESOLUTION, "escalation:1")
    assert next_moment([timers.fire(late, "escalation:1")], POLICY, SHOP) is None


@pytest.mark.parametrize(
    "still",
    [
        timers.pause(timer("2026-03-02 08:00"), local("2026-03-02 09:00")),
        timers.meet(timer("2026-03-02 08:00"), local("2026-03-02 09:00")),
        timers.meet(timer("2026-03-02 08:00"), local("2026-03-02 16:00")),
    ],
)
def test_a_timer_that_stands_still_brings_nothing(still: Timer) -> None:
    assert next_moment([still], POLICY, SHOP) is None


def test_a_ticket_without_timers_has_no_moment() -> None:
    assert next_moment([], POLICY, SHOP) is None


def test_a_changed_policy_brings_its_new_steps_and_no_old_one_twice() -> None:
    changed = SILENT.model_validate({**SILENT.model_dump(), "reminders": ["50%", "75%"]})
    reminded = timers.fire(timer("2026-03-02 08:00"), "reminder:50%")
    moment = next_moment([reminded], changed, SHOP)
    assert moment == Moment(local("2026-03-02 11:00"), Metric.RESOLUTION, "reminder:75%")


# Minutes to wait, and what then happens to the ticket.
lives = st.lists(
    st.tuples(st.integers(0, 600), st.sampled_from(["pause", "resume", "resolve", "reopen"])),
    max_size=8,
)


@settings(max_examples=80, deadline=None)
@given(lives, st.integers(0, 10_000), st.booleans())
def test_each_step_fires_once_and_in_order_whatever_happens(
    life: list[tuple[int, str]], offset: int, sweep_is_down: bool
) -> None:
    now = local("2026-02-09 08:00") + timedelta(minutes=offset)
    one = timers.start(Metric.RESOLUTION, timedelta(hours=4), now, SHOP)
    for minutes, happens in life:
        now += timedelta(minutes=minutes)
        if not sweep_is_down:
            one = fire_until(one, now)
        one = apply(one, happens, now)
    one = apply(apply(one, "reopen", now), "resume", now)
    one = fire_until(one, now + timedelta(days=60))

    assert one.breached_at is not None
    assert len(set(one.fired)) == len(one.fired)
    assert set(one.fired) <= {step.step for step in steps(one, POLICY, SHOP)}
    assert one.fired.index("breach") < one.fired.index("escalation:1") == len(one.fired) - 1
    assert next_moment([one], POLICY, SHOP) is None


def fire_until(one: Timer, now: datetime) -> Timer:
    last = one.started_at
    while (moment := next_moment([one], POLICY, SHOP)) and moment.at <= now:
        assert moment.at >= last or moment.step not in one.fired
        last = moment.at
        one = (
            timers.breach(one, moment.at)
            if moment.step == "breach"
            else timers.fire(one, moment.step)
        )
    return one


def apply(one: Timer, happens: str, now: datetime) -> Timer:
    match happens:
        case "pause":
            return timers.pause(one, now)
        case "resume":
            return timers.resume(one, now, SHOP)
        case "resolve":
            return timers.meet(one, now)
    return timers.reopen(one, one.met_at or now, now, SHOP)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 20_000), st.integers(1, 3_000))
def test_an_untouched_ticket_goes_through_all_its_steps(offset: int, target: int) -> None:
    started = local("2026-02-09 08:00") + timedelta(minutes=offset)
    one = timers.start(Metric.RESOLUTION, timedelta(minutes=target), started, SHOP)
    planned = steps(one, POLICY, SHOP)
    done = []
    while moment := next_moment([one], POLICY, SHOP):
        done.append(moment)
        one = (
            timers.breach(one, moment.at)
            if moment.step == "breach"
            else timers.fire(one, moment.step)
        )
    assert done == planned == sorted(planned)
    assert len(done) == (5 if target > 15 else 4)
