"""Timers: tables in shop hours, and a machine that compares them with a stop-watch."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.domain.durations import parse_duration
from chalicelib.domain.tickets import Metric, Timer
from chalicelib.sla import timers
from chalicelib.sla.calendar import elapsed

from .calendars import SHOP, local

NINE = "2026-03-02 09:00"  # a Monday


def shop_timer(started: str = NINE, target: str = "2h") -> Timer:
    return timers.start(Metric.RESOLUTION, parse_duration(target), local(started), SHOP)


def paused(timer: Timer, *pauses: tuple[str, str]) -> Timer:
    for paused_at, resumed_at in pauses:
        timer = timers.resume(timers.pause(timer, local(paused_at)), local(resumed_at), SHOP)
    return timer


def test_a_timer_starts_with_its_deadline() -> None:
    timer = shop_timer(target="4h")
    assert timer.due_at == local("2026-03-02 14:30")
    assert timer.is_running


@pytest.mark.parametrize(
    ("pauses", "due"),
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
def test_a_pause_moves_the_deadline(pauses: list[tuple[str, str]], due: str) -> None:
    day = "2026-03-02"
    timer = paused(shop_timer(), *((f"{day} {a}", f"{day} {b}") for a, b in pauses))
    assert timer.due_at == local(f"{day} {due}")
    assert timer.is_running


def test_a_pause_over_a_weekend_keeps_the_time_that_was_left() -> None:
    timer = paused(shop_timer("2026-03-06 16:30"), ("2026-03-06 17:00", "2026-03-09 09:00"))
    assert timer.due_at == local("2026-03-09 10:30")


def test_a_paused_timer_does_not_run() -> None:
    timer = timers.pause(shop_timer(), local("2026-03-02 09:30"))
    assert not timer.is_running
    assert timer.paused_at == local("2026-03-02 09:30")


def test_a_timer_met_in_time_is_not_breached() -> None:
    timer = timers.meet(shop_timer(), local("2026-03-02 11:00"))
    assert timer.met_at == local("2026-03-02 11:00")
    assert timer.breached_at is None


def test_a_timer_met_late_is_breached_at_its_deadline_even_if_nobody_noticed() -> None:
    timer = timers.meet(shop_timer(), local("2026-03-02 11:20"))
    assert timer.breached_at == local("2026-03-02 11:00")
    assert timer.fired == ("breach",)


def test_a_timer_met_while_it_stood_still_is_not_late() -> None:
    timer = timers.meet(
        timers.pause(shop_timer(), local("2026-03-02 09:30")), local("2026-03-04 09:00")
    )
    assert timer.breached_at is None
    assert not timer.is_running


def test_time_in_which_a_ticket_was_resolved_does_not_count() -> None:
    resolved, reopened = local("2026-03-02 10:00"), local("2026-03-03 09:00")
    timer = timers.reopen(timers.meet(shop_timer(), resolved), resolved, reopened, SHOP)
    assert timer.met_at is None
    assert timer.due_at == local("2026-03-03 10:00")


def test_a_ticket_resolved_while_pending_stood_still_from_the_pause_on() -> None:
    timer = timers.pause(shop_timer(), local("2026-03-02 09:30"))
    resolved, reopened = local("2026-03-02 10:00"), local("2026-03-03 09:00")
    timer = timers.reopen(timers.meet(timer, resolved), resolved, reopened, SHOP)
    assert timer.pauses == ((local("2026-03-02 09:30"), reopened),)
    assert timer.due_at == local("2026-03-03 10:30")
    assert timer.is_running


def test_a_breach_stays_after_reopening() -> None:
    late = local("2026-03-02 11:20")
    timer = timers.reopen(timers.meet(shop_timer(), late), late, local("2026-03-03 09:00"), SHOP)
    assert timer.breached_at == local("2026-03-02 11:00")
    assert "breach" in timer.fired


@pytest.mark.parametrize(
    ("target", "due"), [("1h", "10:00"), ("90m", "11:00"), ("3h", "14:00"), ("2h", "11:30")]
)
def test_a_changed_target_counts_from_the_start_with_its_pauses(target: str, due: str) -> None:
    timer = paused(shop_timer(), ("2026-03-02 10:00", "2026-03-02 10:30"))
    timer = timers.fire(timer, "reminder:50%")
    changed = timers.retarget(timer, parse_duration(target), SHOP)
    assert changed.due_at == local(f"2026-03-02 {due}")
    assert changed.fired == ("reminder:50%",)


def test_a_changed_target_leaves_what_is_met() -> None:
    timer = timers.meet(shop_timer(), local("2026-03-02 10:00"))
    assert timers.retarget(timer, timedelta(minutes=5), SHOP) == timer


AT = local("2026-03-02 10:00")


@pytest.mark.parametrize(
    "step", ["pause", "resume", "meet", "reopen", "breach", "fire", "retarget"]
)
@pytest.mark.parametrize("state", ["running", "paused", "met", "late"])
def test_told_twice_it_has_happened_once(step: str, state: str) -> None:
    running = shop_timer()
    timer = {
        "running": running,
        "paused": timers.pause(running, local("2026-03-02 09:30")),
        "met": timers.meet(running, local("2026-03-02 09:40")),
        "late": timers.meet(running, local("2026-03-02 11:40")),
    }[state]
    apply: Callable[[Timer, datetime], Timer] = {
        "pause": timers.pause,
        "resume": lambda one, at: timers.resume(one, at, SHOP),
        "meet": timers.meet,
        "reopen": lambda one, at: timers.reopen(one, one.met_at or at, at, SHOP),
        "breach": timers.breach,
        "fire": lambda one, _: timers.fire(one, "reminder:50%"),
        "retarget": lambda one, _: timers.retarget(one, timedelta(hours=3), SHOP),
    }[step]
    once = apply(timer, AT)
    assert apply(once, AT) == once
    assert apply(once, AT + timedelta(hours=1)) == once


class StopWatch(RuleBasedStateMachine):
    """A timer is due exactly when a stop-watch, held by hand, has run for its target."""

    def __init__(self) -> None:
        super().__init__()
        self.now = local("2026-02-12 09:00")  # Thursday before Tết
        self.timer = timers.start(Metric.RESOLUTION, timedelta(hours=6), self.now, SHOP)
        self.ran = timedelta(0)

    @rule(passed=st.timedeltas(timedelta(0), timedelta(hours=30)))
    def wait(self, passed: timedelta) -> None:
        if self.timer.is_running:
            self.ran += elapsed(SHOP, self.now, self.now + passed)
        self.now += passed

    @rule()
    def pause(self) -> None:
        self.timer = timers.pause(self.timer, self.now)

    @rule()
    def resume(self) -> None:
        self.timer = timers.resume(self.timer, self.now, SHOP)

    @rule()
    def meet(self) -> None:
        self.timer = timers.meet(self.timer, self.now)

    @precondition(lambda self: self.timer.met_at is not None)
    @rule()
    def reopen(self) -> None:
        resolved_at = self.timer.met_at
        assert resolved_at is not None
        self.timer = timers.reopen(self.timer, resolved_at, self.now, SHOP)

    @precondition(lambda self: self.timer.met_at is None)
    @rule(to=st.timedeltas(timedelta(minutes=1), timedelta(hours=40)))
    def retarget(self, to: timedelta) -> None:
        self.timer = timers.retarget(self.timer, to, SHOP)

    @invariant()
    def is_due_when_the_watch_says_so(self) -> None:
        if self.timer.is_running:
            assert (self.now >= self.timer.due_at) == (self.ran >= self.timer.target)

    @invariant()
    def pauses_are_in_order_and_apart(self) -> None:
        edges = [edge for pause in self.timer.pauses for edge in pause]
        assert edges == sorted(edges)
        assert all(paused_at < resumed_at for paused_at, resumed_at in self.timer.pauses)


TestStopWatch = StopWatch.TestCase
TestStopWatch.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
