"""Timers: tables in shop hours, and a law that compares them with a stop-watch."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.durations import parse_duration
from chalicelib.domain.tickets import Metric, Time, Timer
from chalicelib.sla import timers
from chalicelib.sla.policy import Target
from chalicelib.sla.timers import Course

from .calendars import SHOP, local

DAY = "2026-03-02"  # a Monday
NINE = f"{DAY} 09:00"


def at(clock: str) -> datetime:
    return local(f"{DAY} {clock}")


def timer(
    started: str = NINE,
    target: str = "2h",
    *,
    rests: tuple[tuple[datetime, datetime], ...] = (),
    since: datetime | None = None,
    met: datetime | None = None,
    time: Time = "working",
    known: Timer | None = None,
) -> Timer:
    course = Course(started_at=local(started), rests=rests, resting_since=since, met_at=met)
    wanted = Target(within=parse_duration(target), time=time)
    return timers.timer(Metric.RESOLUTION, wanted, course, SHOP, known)


def rests(*spans: tuple[str, str]) -> tuple[tuple[datetime, datetime], ...]:
    return tuple((at(from_clock), at(until_clock)) for from_clock, until_clock in spans)


def test_a_timer_starts_with_its_deadline() -> None:
    assert timer(target="4h").due_at == at("14:30")
    assert timer(target="4h").is_running


def test_a_target_of_wall_time_runs_through_lunch_and_night() -> None:
    assert timer(target="4h", time="wall").due_at == at("13:00")
    assert timer(f"{DAY} 17:00", "8h", time="wall").due_at == local("2026-03-03 01:00")


@pytest.mark.parametrize(
    ("spans", "due"),
    [
        ([], "11:00"),
        ([("09:30", "10:00")], "11:30"),
        ([("09:30", "10:00"), ("10:30", "11:00")], "12:00"),
        ([("12:00", "13:30")], "11:00"),  # after the deadline: it stays missed
        ([("09:30", "10:30"), ("10:30", "11:00")], "14:00"),  # touching, over lunch
        ([("10:00", "12:45")], "14:30"),  # resumed in the lunch break
        ([("11:00", "11:30")], "11:00"),  # paused at the deadline itself
        ([("09:30", "09:30")], "11:00"),  # no time passed
        ([("09:30", "09:10")], "11:00"),  # events in the wrong order
        ([("09:30", "10:00"), ("09:45", "10:30")], "12:00"),  # begins before the last one ended
        ([("09:30", "10:00"), ("09:10", "09:20")], "11:30"),  # told of after a later one
        ([("08:00", "09:30")], "11:30"),  # begins before the timer
    ],
)
def test_a_pause_moves_the_deadline(spans: list[tuple[str, str]], due: str) -> None:
    assert timer(rests=rests(*spans)).due_at == at(due)


def test_a_pause_over_a_weekend_keeps_the_time_that_was_left() -> None:
    weekend = (local("2026-03-06 17:00"), local("2026-03-09 09:00"))
    assert timer("2026-03-06 16:30", rests=(weekend,)).due_at == local("2026-03-09 10:30")


def test_a_paused_timer_does_not_run() -> None:
    paused = timer(since=at("09:30"))
    assert not paused.is_running
    assert paused.paused_at == at("09:30")


def test_a_timer_met_in_time_is_not_breached() -> None:
    met = timer(met=at("11:00"))
    assert met.breached_at is None
    assert not met.is_running


def test_a_timer_met_late_is_breached_at_its_deadline_even_if_nobody_noticed() -> None:
    late = timer(met=at("11:20"))
    assert late.breached_at == at("11:00")
    assert late.fired == ("breach",)


def test_a_timer_met_while_it_stood_still_is_not_late() -> None:
    assert timer(since=at("09:30"), met=local("2026-03-04 09:00")).breached_at is None


def test_time_in_which_a_ticket_was_resolved_does_not_count() -> None:
    reopened = timer(rests=((at("10:00"), local("2026-03-03 09:00")),))
    assert reopened.due_at == local("2026-03-03 10:00")


def test_a_breach_stays_after_reopening() -> None:
    late = timer(met=at("11:20"))
    reopened = timer(rests=((at("11:20"), local("2026-03-03 09:00")),), known=late)
    assert reopened.breached_at == at("11:00")
    assert "breach" in reopened.fired


@pytest.mark.parametrize(
    ("target", "due"), [("1h", "10:00"), ("90m", "11:00"), ("3h", "14:00"), ("2h", "11:30")]
)
def test_a_changed_target_counts_from_the_start_with_its_pauses(target: str, due: str) -> None:
    spans = rests(("10:00", "10:30"))
    known = timers.fire(timer(rests=spans), "reminder:50%")
    changed = timer(target=target, rests=spans, known=known)
    assert changed.due_at == at(due)
    assert changed.fired == ("reminder:50%",)


def test_a_deadline_moved_behind_its_miss_was_not_missed_and_may_still_be() -> None:
    missed = timers.fire(timers.breach(timer()), "escalation:1")
    missed = timers.fire(missed, "reminder:50%")
    later = timer(target="4h", known=missed)
    assert later.breached_at is None
    assert later.fired == ("reminder:50%",)


def test_a_deadline_moved_before_its_miss_stays_missed_at_the_new_one() -> None:
    earlier = timer(target="1h", known=timers.breach(timer()))
    assert earlier.breached_at == at("10:00")
    assert earlier.fired == ("breach",)


def test_what_has_been_met_is_not_judged_anew() -> None:
    met = timer(met=at("10:30"))
    assert timer(target="1h", met=at("10:30"), known=met) == met
    late = timer(met=at("11:30"))
    assert timer(target="4h", met=at("11:30"), known=late) == late


def test_another_wait_knows_nothing_of_the_one_before() -> None:
    before = timers.breach(timer())
    assert timer(f"{DAY} 14:00", known=before).fired == ()


def test_a_step_done_twice_is_done_once() -> None:
    once = timers.fire(timer(), "reminder:50%")
    assert timers.fire(once, "reminder:50%") == once
    assert timers.breach(timers.breach(once)) == timers.breach(once)


SPANS = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 2000)), max_size=5)


@settings(max_examples=80, deadline=None)
@given(SPANS, st.integers(1, 3000), st.sampled_from(["working", "wall"]))
def test_a_timer_is_due_when_a_stop_watch_has_run_for_its_target(
    spans: list[tuple[int, int]], target: int, time: Time
) -> None:
    began = local("2026-02-12 09:00")  # Thursday before Tết
    ends = [(began + timedelta(minutes=a), began + timedelta(minutes=a + b)) for a, b in spans]
    one = timer("2026-02-12 09:00", f"{target}m", rests=tuple(ends), time=time)
    assert timers.spent(one, one.due_at, SHOP) == timedelta(minutes=target)
    assert timers.spent(one, one.due_at - timedelta(microseconds=1), SHOP) < timedelta(
        minutes=target
    )
    assert one.pauses == tuple(sorted(one.pauses))
    assert all(a < b for a, b in one.pauses)
