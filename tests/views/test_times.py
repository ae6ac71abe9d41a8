from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chalicelib.views.times import say_span, say_time, say_time_shortly

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)  # Tuesday, 13:30 in Saigon


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SAIGON).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "vietnamese", "english"),
    [
        (at(24, 14, 30), "14:30 hôm nay, thứ Ba 24/11", "14:30 today, Tue 24 Nov"),
        (at(25, 9), "09:00 ngày mai, thứ Tư 25/11", "09:00 tomorrow, Wed 25 Nov"),
        (at(25, 0), "00:00 ngày mai, thứ Tư 25/11", "00:00 tomorrow, Wed 25 Nov"),
        (at(23, 23, 59), "23:59 hôm qua, thứ Hai 23/11", "23:59 yesterday, Mon 23 Nov"),
        (at(29, 8), "08:00 Chủ nhật 29/11", "08:00 Sun 29 Nov"),
        (at(1, 8, 5, 1, 2027), "08:05 thứ Sáu 1/1/2027", "08:05 Fri 1 Jan 2027"),
    ],
)
def test_a_moment_is_said_in_local_time_with_its_day(
    moment: datetime, vietnamese: str, english: str
) -> None:
    assert say_time(moment, NOW, SAIGON, "vi") == vietnamese
    assert say_time(moment, NOW, SAIGON, "en") == english


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(24, 8, 5), "08:05"),
        (at(23, 8, 5), "08:05 · 23/11"),
        (at(23, 8, 5, year=2025), "08:05 · 23/11/2025"),
    ],
)
def test_a_margin_has_room_for_the_hour_and_other_days(moment: datetime, said: str) -> None:
    assert say_time_shortly(moment, NOW, SAIGON) == said


@pytest.mark.parametrize(
    ("span", "vietnamese", "english"),
    [
        (timedelta(0), "0 giây", "0 seconds"),
        (timedelta(seconds=1), "1 giây", "1 second"),
        (timedelta(seconds=59.9), "59 giây", "59 seconds"),
        (timedelta(minutes=12, seconds=30), "12 phút", "12 minutes"),
        (timedelta(hours=1), "1 giờ", "1 hour"),
        (timedelta(hours=2, minutes=15, seconds=9), "2 giờ 15 phút", "2 hours 15 minutes"),
        (timedelta(days=3, hours=4, minutes=5), "3 ngày 4 giờ", "3 days 4 hours"),
        (timedelta(days=3, minutes=5), "3 ngày 5 phút", "3 days 5 minutes"),
        (-timedelta(minutes=12), "12 phút", "12 minutes"),
    ],
)
def test_a_span_is_said_in_its_two_largest_units(
    span: timedelta, vietnamese: str, english: str
) -> None:
    assert say_span(span, "vi") == vietnamese
    assert say_span(span, "en") == english
