"""When doors close, and when a shift is over: a lunch break ends none, a night does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.durations import parse_duration
from chalicelib.sla.calendar import (
    ALWAYS,
    Calendar,
    before,
    closing,
    due_at,
    elapsed,
    is_open,
    next_opening,
    shift_end,
)

from .calendars import NIGHTS, SHOP, calendar, calendars, daily, local, moments

LAW = settings(max_examples=50, deadline=None)
TICK = timedelta.resolution
LUNCH = timedelta(hours=2)


def at(text: str | None) -> datetime | None:
    return None if text is None else local(text)


@pytest.mark.parametrize(
    ("hours", "moment", "closes"),
    [
        (SHOP, "2026-03-02 08:00", "2026-03-02 12:00"),
        (SHOP, "2026-03-02 11:59:59", "2026-03-02 12:00"),
        (SHOP, "2026-03-02 12:00", None),  # closed at that very moment
        (SHOP, "2026-03-02 13:30", "2026-03-02 17:30"),
        (NIGHTS, "2026-03-02 23:00", "2026-03-03 06:00"),  # midnight is no end
        (daily("08:00-12:00", "12:00-17:00"), "2026-03-02 09:00", "2026-03-02 17:00"),
        (
            daily("00:00-24:00", exceptions={"2029-03-02": ("00:00-08:00",)}),
            "2026-03-02 09:00",
            "2029-03-02 08:00",  # three years without a door closed
        ),
        (daily("00:00-24:00"), "2026-03-02 09:00", None),  # never
        (ALWAYS, "2026-03-02 09:00", None),
        (calendar(week={}), "2026-03-02 09:00", None),
    ],
)
def test_what_is_open_closes_at_its_end(hours: Calendar, moment: str, closes: str | None) -> None:
    assert closing(hours, local(moment)) == at(closes)


@pytest.mark.parametrize(
    ("hours", "moment", "ends"),
    [
        (SHOP, "2026-03-02 09:00", "2026-03-02 17:30"),  # lunch is no end
        (SHOP, "2026-03-02 12:00", "2026-03-02 17:30"),
        (SHOP, "2026-03-02 12:45", "2026-03-02 17:30"),  # asked during lunch
        (SHOP, "2026-03-02 16:00", "2026-03-02 17:30"),
        (SHOP, "2026-03-02 17:30", "2026-03-02 17:30"),  # over at this very moment
        (SHOP, "2026-03-02 20:00", "2026-03-02 17:30"),  # has been over since
        (SHOP, "2026-03-03 07:59", "2026-03-02 17:30"),  # the next hasn't begun
        (SHOP, "2026-03-07 09:00", "2026-03-07 12:00"),  # Saturday is over at noon
        (SHOP, "2026-02-18 10:00", "2026-02-14 12:00"),  # Tết
        (NIGHTS, "2026-03-02 23:00", "2026-03-03 06:00"),
        (daily("20:00-24:00", "01:00-05:00"), "2026-03-02 21:00", "2026-03-03 05:00"),
        (daily("00:00-24:00"), "2026-03-02 09:00", None),
        (ALWAYS, "2026-03-02 09:00", None),
        (daily("08:00-12:00", "13:00-07:00"), "2026-03-02 09:00", None),  # breaks, and no end
        (calendar(week={}), "2026-03-02 09:00", None),
        (
            calendar(week={}, exceptions={"2026-03-04": ("08:00-12:00",)}),
            "2026-03-02 09:00",
            None,  # nothing has been open yet
        ),
        (
            calendar(week={}, exceptions={"2026-03-04": ("08:00-12:00",)}),
            "2026-03-04 09:00",
            "2026-03-04 12:00",  # nothing opens afterwards
        ),
    ],
)
def test_a_shift_ends_with_a_closure_longer_than_a_break(
    hours: Calendar, moment: str, ends: str | None
) -> None:
    assert shift_end(hours, local(moment), LUNCH) == at(ends)


@pytest.mark.parametrize(
    ("break_up_to", "ends"),
    [("0s", "12:00"), ("1h29m59s", "12:00"), ("1h30m", "17:30"), ("14h29m59s", "17:30")],
)
def test_a_break_of_just_the_length_allowed_is_part_of_the_shift(
    break_up_to: str, ends: str
) -> None:
    limit = parse_duration(break_up_to)
    assert shift_end(SHOP, local("2026-03-02 09:00"), limit) == local(f"2026-03-02 {ends}")


def test_always_counts_time_on_the_wall() -> None:
    moment = datetime(2026, 3, 8, 6, 30, 0, 7, tzinfo=UTC)
    nine_years = timedelta(days=3300, microseconds=1)
    assert due_at(ALWAYS, moment, nine_years) == moment + nine_years
    assert before(ALWAYS, moment, nine_years) == moment - nine_years
    assert elapsed(ALWAYS, moment, moment + nine_years) == nine_years
    assert next_opening(ALWAYS, moment) == moment


def test_a_calendar_tells_routing_what_it_asks() -> None:
    lunch = local("2026-03-02 12:30")
    assert not SHOP.is_open(lunch)
    assert SHOP.next_opening(lunch) == local("2026-03-02 13:30")
    assert SHOP.shift_end(lunch, LUNCH) == local("2026-03-02 17:30")


@st.composite
def calendar_and_moment(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    hours = draw(calendars())
    return hours, draw(moments(hours))


@LAW
@given(calendar_and_moment())
def test_doors_stay_open_until_they_close(case: tuple[Calendar, datetime]) -> None:
    hours, moment = case
    closes = closing(hours, moment)
    assert (closes is None) == (not is_open(hours, moment))
    if closes:
        assert elapsed(hours, moment, closes) == closes - moment
        assert not is_open(hours, closes)


@LAW
@given(calendar_and_moment(), st.timedeltas(timedelta(0), timedelta(hours=18)))
def test_a_shift_has_breaks_inside_and_a_longer_closure_behind(
    case: tuple[Calendar, datetime], break_up_to: timedelta
) -> None:
    hours, moment = case
    ends = shift_end(hours, moment, break_up_to)
    if ends is None:
        return
    assert is_open(hours, ends - TICK)
    assert next_opening(hours, ends) - ends > break_up_to
    if ends <= moment:
        assert elapsed(hours, ends, moment) == timedelta(0)
        assert not is_open(hours, moment)
        return
    closes = closing(hours, moment) or before(hours, moment, TICK) + TICK
    while closes < ends:
        opens = next_opening(hours, closes)
        assert opens - closes <= break_up_to
        closes = closing(hours, opens) or ends
    assert closes == ends
