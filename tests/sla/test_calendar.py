"""Open time: tables to check by eye, laws that always hold, and a counter of minutes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.domain.durations import parse_duration
from chalicelib.errors import ConfigurationError
from chalicelib.sla.calendar import (
    ALWAYS,
    Calendar,
    before,
    due_at,
    elapsed,
    is_open,
    next_opening,
    opening_hours,
)
from chalicelib.sla.public_holidays import is_known

from .calendars import NIGHTS, SHOP, calendar, calendars, daily, local, moments
from .minute_counter import MINUTE, MinuteCounter, walls

LAW = settings(max_examples=50, deadline=None)
TICK = timedelta.resolution


@pytest.mark.parametrize(
    ("started", "target", "due"),
    [
        ("2026-03-02 09:00", "1h", "2026-03-02 10:00"),  # Monday morning
        ("2026-03-02 11:30", "1h", "2026-03-02 14:00"),  # over the lunch break
        ("2026-03-02 11:00", "1h", "2026-03-02 12:00"),  # up to the break, not behind it
        ("2026-03-02 12:15", "30m", "2026-03-02 14:00"),  # asked during the break
        ("2026-03-02 06:00", "15m", "2026-03-02 08:15"),  # before opening
        ("2026-03-02 09:00:07", "90s", "2026-03-02 09:01:37"),  # to the second
        ("2026-03-06 17:00", "1h", "2026-03-07 08:30"),  # Friday evening to Saturday
        ("2026-03-07 11:30", "1h", "2026-03-09 08:30"),  # over Sunday
        ("2026-03-08 20:00", "4h", "2026-03-09 12:00"),  # Sunday night
        ("2026-03-02 08:00", "44h", "2026-03-07 12:00"),  # a whole week
        ("2026-03-02 08:00", "176h", "2026-03-28 12:00"),  # four weeks
        ("2026-02-14 11:00", "2h", "2026-02-21 09:00"),  # Tết: Monday to Friday
        ("2026-04-25 11:30", "1h", "2026-04-28 08:30"),  # Hùng Kings on Sunday: Monday is off
        ("2026-04-29 17:00", "1h", "2026-05-02 08:30"),  # 30 April and 1 May
        ("2026-08-29 11:30", "1h", "2026-09-03 08:30"),  # 31 August is a substituted day off
        ("2026-03-02 03:00", "0s", "2026-03-02 03:00"),  # no time at all
    ],
)
def test_a_deadline_counts_open_time_only(started: str, target: str, due: str) -> None:
    assert due_at(SHOP, local(started), parse_duration(target)) == local(due)


@pytest.mark.parametrize(
    ("due", "left", "at"),
    [
        ("2026-03-02 10:00", "15m", "2026-03-02 09:45"),
        ("2026-03-02 14:00", "1h", "2026-03-02 11:30"),
        ("2026-03-09 08:30", "30m", "2026-03-09 08:00"),  # at opening, not at the last closing
        ("2026-03-09 08:30", "1h", "2026-03-07 11:30"),
        ("2026-02-21 08:10", "15m", "2026-02-14 11:55"),  # back over Tết
        ("2026-03-02 10:00", "0s", "2026-03-02 10:00"),
    ],
)
def test_time_before_a_deadline_counts_open_time_only(due: str, left: str, at: str) -> None:
    assert before(SHOP, local(due), parse_duration(left)) == local(at)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-03-02 08:00", "2026-03-02 08:00"),
        ("2026-03-02 12:00", "2026-03-02 13:30"),
        ("2026-03-07 12:00", "2026-03-09 08:00"),
        ("2026-02-14 12:00", "2026-02-21 08:00"),
    ],
)
def test_the_next_opening_is_now_or_when_doors_open(at: str, opening: str) -> None:
    assert next_opening(SHOP, local(at)) == local(opening)
    assert is_open(SHOP, local(at)) == (at == opening)


@pytest.mark.parametrize(
    ("zone", "hours", "day", "open_for"),
    [
        ("America/New_York", "00:00-04:00", "2026-03-08", "3h"),  # 02:00 to 03:00 is skipped
        ("America/New_York", "02:15-02:45", "2026-03-08", "0s"),  # inside the skipped hour
        ("America/New_York", "02:30-04:00", "2026-03-08", "1h"),  # opens at the jump
        ("America/New_York", "00:00-02:30", "2026-03-08", "2h"),  # closes at the jump
        ("America/New_York", "00:00-04:00", "2026-11-01", "5h"),  # 01:00 to 02:00 comes twice
        ("America/New_York", "01:30-03:00", "2026-11-01", "2h30m"),  # opens once, the first time
        ("America/New_York", "00:00-01:30", "2026-11-01", "1h30m"),  # closes the first time
        ("Europe/Kyiv", "22:00-06:00", "2026-03-28", "7h"),  # the night of the jump
        ("Europe/Kyiv", "22:00-06:00", "2026-10-24", "9h"),
        ("Asia/Ho_Chi_Minh", "22:00-06:00", "2026-03-28", "8h"),
    ],
)
def test_a_day_is_as_long_as_its_clock(zone: str, hours: str, day: str, open_for: str) -> None:
    one_day = calendar(zone, week={}, exceptions={day: (hours,)})
    noon = local(f"{day} 12:00", zone)
    assert elapsed(one_day, noon - timedelta(days=1), noon + timedelta(days=1)) == parse_duration(
        open_for
    )


def test_a_day_the_zone_skipped_is_never_open() -> None:
    one_day = calendar("Pacific/Apia", week={}, exceptions={"2011-12-30": ("08:00-17:00",)})
    new_year = local("2012-01-01 00:00", "Pacific/Apia")
    assert elapsed(one_day, new_year - timedelta(days=9), new_year) == timedelta(0)


def test_doors_stay_open_while_the_clock_shows_yesterday_again() -> None:
    """One minute into 7 November 2010 the clocks of St. John's went back to 23:01."""
    one_day = calendar("America/St_Johns", week={}, exceptions={"2010-11-07": ("00:00-01:00",)})
    opening = datetime(2010, 11, 7, 2, 30, tzinfo=UTC)
    yesterday_again = opening + timedelta(minutes=30)
    assert is_open(one_day, yesterday_again)
    assert before(one_day, yesterday_again, timedelta(minutes=30)) == opening
    assert due_at(one_day, opening, timedelta(hours=2)) == opening + timedelta(hours=2)


def test_the_two_half_past_one_of_an_autumn_night_are_not_the_same() -> None:
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    due = [due_at(ALWAYS, at, timedelta(hours=1)) for at in (first, first.replace(fold=1))]
    assert due[1] - due[0] == timedelta(hours=1)


def test_elapsed_measures_time_between_clocks_not_on_them() -> None:
    zone = ZoneInfo("America/New_York")
    start = datetime(2026, 3, 8, 1, 30, tzinfo=zone)
    end = datetime(2026, 3, 8, 3, 30, tzinfo=zone)
    assert elapsed(daily("00:00-24:00", zone=zone.key), start, end) == timedelta(hours=1)


def test_no_time_passes_from_later_to_earlier() -> None:
    assert elapsed(ALWAYS, local("2026-03-02 10:00"), local("2026-03-02 09:00")) == timedelta(0)


def test_a_night_shift_is_not_cut_by_the_holiday_it_runs_into() -> None:
    nights = daily("22:00-06:00", holidays="VN")
    assert is_open(nights, local("2026-01-01 05:59"))  # began on 31 December
    assert not is_open(nights, local("2026-01-01 06:00"))
    assert not is_open(nights, local("2026-01-01 23:00"))
    assert next_opening(nights, local("2026-01-01 06:00")) == local("2026-01-02 22:00")


def test_touching_and_overlapping_nights_are_counted_once() -> None:
    hours = daily("04:00-05:00", "06:00-12:00", "20:00-07:00")
    day = local("2026-03-02 12:00")
    assert elapsed(hours, day, day + timedelta(days=1)) == timedelta(hours=16)


def test_exceptions_replace_holidays_and_weekdays() -> None:
    hours = SHOP.model_copy(
        update={
            "exceptions": calendar(
                week={}, exceptions={"2026-02-17": ("09:00-10:00",), "2026-03-02": ()}
            ).exceptions
        }
    )
    assert [str(one) for one in opening_hours(hours, date(2026, 2, 17))] == ["09:00-10:00"]
    assert opening_hours(hours, date(2026, 3, 2)) == ()
    assert opening_hours(hours, date(2026, 2, 18)) == ()
    assert next_opening(hours, local("2026-03-01 10:00")) == local("2026-03-03 08:00")


def test_a_closure_of_thirty_days_is_waited_out() -> None:
    closed = {date(2026, 6, 1) + timedelta(days=number): () for number in range(30)}
    hours = daily("08:00-17:00", exceptions=closed)
    assert due_at(hours, local("2026-05-31 16:30"), timedelta(hours=1)) == local("2026-07-01 08:30")
    assert before(hours, local("2026-07-01 08:30"), timedelta(hours=1)) == local("2026-05-31 16:30")


@pytest.mark.parametrize(
    "closed",
    [
        calendar(week={}),
        calendar(week={"mon": ()}),
        calendar(week={}, exceptions={"2020-01-01": ("08:00-12:00",)}),
    ],
)
def test_a_calendar_that_never_opens_is_an_error_and_not_a_hang(closed: Calendar) -> None:
    at = local("2026-03-02 09:00")
    with pytest.raises(ConfigurationError, match="not enough open time in the ten years after"):
        due_at(closed, at, MINUTE)
    with pytest.raises(ConfigurationError, match="after 2026-03-02"):
        next_opening(closed, at)
    with pytest.raises(ConfigurationError, match="before 2026-03-02"):
        before(closed, at, timedelta(days=1))
    assert elapsed(closed, at, at + timedelta(days=400)) == timedelta(0)


def test_a_target_beyond_ten_years_of_opening_is_an_error() -> None:
    rarely = calendar(week={"mon": ("08:00-08:01",)})
    with pytest.raises(ConfigurationError, match="not enough open time"):
        due_at(rarely, local("2026-03-02 09:00"), timedelta(hours=100))


def test_countries_with_known_holidays_can_be_told_apart() -> None:
    assert is_known("VN")
    assert not is_known("XX")


def test_holidays_of_an_unknown_country_are_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="'XX'"):
        is_open(daily("08:00-12:00", holidays="XX"), local("2026-03-02 09:00"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"time_zone": "Saigon"}, "Asia/Ho_Chi_Minh"),
        ({"time_zone": "../etc/passwd"}, "is not a time zone"),
        ({"time_zone": "Asia"}, "is not a time zone"),
        ({"week": {"mon": ["8-12"]}}, "08:00-12:00"),
        ({"week": {"mon": ["08:00-24:30"]}}, "08:00-12:00"),
        ({"week": {"mon": ["24:00-08:00"]}}, "08:00-12:00"),
        ({"week": {"mon": [480]}}, "in quotes"),
        ({"week": {"mon": ["08:00-08:00"]}}, "00:00-24:00"),
        ({"week": {"mon": ["08:00-12:00", "11:00-13:00"]}}, "overlap"),
        ({"week": {"monday": ["08:00-12:00"]}}, "mon"),
        ({"holidays": False}, "Norway"),
        ({"holidays": "Vietnam"}, "pattern"),
        ({"exceptions": {"Tết": []}}, "date"),
        ({"open": []}, "Extra inputs"),
    ],
)
def test_a_calendar_says_what_is_wrong_with_it(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Calendar.model_validate({"time_zone": "UTC", "week": {}, **fields})


def test_intervals_are_sorted_and_read_back_as_written() -> None:
    hours = daily("13:30 - 17:30", "08:00-12:00", "22:00-00:00", "18:00-19:00")
    written = hours.model_dump(mode="json")
    assert written["week"]["mon"] == ["08:00-12:00", "13:30-17:30", "18:00-19:00", "22:00-24:00"]
    assert Calendar.model_validate(written) == hours
    assert Calendar.model_validate_json(NIGHTS.model_dump_json()) == NIGHTS


def test_a_calendar_answers_for_itself_as_the_roster_asks() -> None:
    assert ALWAYS.is_open(local("2026-02-17 03:00"))
    assert not SHOP.is_open(local("2026-02-17 09:00"))


@st.composite
def calendar_and_moments(draw: st.DrawFn) -> tuple[Calendar, list[datetime]]:
    hours = draw(calendars())
    return hours, sorted(draw(st.lists(moments(hours), min_size=3, max_size=3)))


open_times = st.timedeltas(TICK, timedelta(hours=20))


@LAW
@given(calendar_and_moments(), open_times)
def test_a_deadline_is_the_first_moment_with_the_target_passed(
    case: tuple[Calendar, list[datetime]], target: timedelta
) -> None:
    hours, (start, *_) = case
    due = due_at(hours, start, target)
    assert elapsed(hours, start, due) == target
    assert elapsed(hours, start, due - TICK) < target
    assert due.tzinfo is UTC


@LAW
@given(calendar_and_moments(), open_times)
def test_before_is_the_last_moment_with_the_time_still_to_pass(
    case: tuple[Calendar, list[datetime]], left: timedelta
) -> None:
    hours, (at, *_) = case
    start = before(hours, at, left)
    assert elapsed(hours, start, at) == left
    assert elapsed(hours, start + TICK, at) < left
    assert due_at(hours, start, left) <= at


@LAW
@given(calendar_and_moments(), open_times, open_times)
def test_deadlines_keep_the_order_of_starts_and_targets(
    case: tuple[Calendar, list[datetime]], one: timedelta, other: timedelta
) -> None:
    hours, (first, second, _) = case
    shorter, longer = sorted((one, other))
    assert due_at(hours, first, shorter) <= due_at(hours, first, longer)
    assert due_at(hours, first, shorter) <= due_at(hours, second, shorter)


@LAW
@given(calendar_and_moments())
def test_open_time_adds_up(case: tuple[Calendar, list[datetime]]) -> None:
    hours, (a, b, c) = case
    assert elapsed(hours, a, b) + elapsed(hours, b, c) == elapsed(hours, a, c) <= c - a
    assert elapsed(hours, c, a) == timedelta(0)


@LAW
@given(calendar_and_moments())
def test_nothing_is_open_until_the_next_opening(case: tuple[Calendar, list[datetime]]) -> None:
    hours, (at, *_) = case
    opening = next_opening(hours, at)
    assert is_open(hours, opening)
    assert elapsed(hours, at, opening) == timedelta(0)
    assert is_open(hours, at) == (opening == at)


@LAW
@given(calendar_and_moments(), st.integers(1, 2 * 24 * 60))
def test_open_time_is_what_a_counter_of_minutes_counts(
    case: tuple[Calendar, list[datetime]], minutes: int
) -> None:
    hours, (start, *_) = case
    begin, warm_up = start - timedelta(days=2), 2 * 24 * 60
    shown = walls(hours.time_zone, begin, warm_up + minutes)
    opened = MinuteCounter(hours.model_dump(mode="json"), begin, shown).open_minutes(start)
    assert elapsed(hours, start, start + minutes * MINUTE) == len(opened) * MINUTE
    for number, minute in enumerate(opened[:: len(opened) // 3 + 1]):
        nth = number * (len(opened) // 3 + 1) + 1
        assert due_at(hours, start, nth * MINUTE) == minute + MINUTE
        assert is_open(hours, minute)
