"""Calendars that would leave deadlines without an end are refused when a desk is checked."""

from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.config.check import check
from chalicelib.config.problems import DeskError
from tests.desks import DOCUMENT

MONDAYS = {"mon": ["08:00-12:00"]}
ONE_DAY = {"2026-12-24": ["08:00-12:00"]}
TEN_YEARS_OF_MONDAYS: dict[str, list[str]] = {
    (date(2027, 1, 4) + timedelta(weeks=number)).isoformat(): [] for number in range(600)
}


def problems(hours: dict[str, Any], used_by: str) -> list[str]:
    """Return what is wrong with a desk that has one more calendar, used by one of its parts."""
    calendars = {**DOCUMENT["calendars"], "odd": {"time_zone": "Asia/Ho_Chi_Minh", **hours}}
    parts: dict[str, Any] = {
        "team": {"teams": {**DOCUMENT["teams"], "care": {**CARE, "calendar": "odd"}}},
        "policy": {"policies": [{"name": "p", "calendar": "odd", "targets": {"accept": "1h"}}]},
        "agent": {"agents": {**DOCUMENT["agents"], "lan": {**LAN, "calendar": "odd"}}},
    }
    document = {**DOCUMENT, "accounts": [DOCUMENT["accounts"][1]], "calendars": calendars}
    try:
        check({**document, **parts.get(used_by, {})}, "f")
    except DeskError as error:
        return [f"{one.path}: {one.message}" for one in error.problems]
    return []


CARE = DOCUMENT["teams"]["care"]
LAN = DOCUMENT["agents"]["lan"]


@pytest.mark.parametrize("used_by", ["team", "policy", "agent", "nobody"])
@pytest.mark.parametrize(
    "hours", [{"week": {}}, {"week": {"mon": []}}, {"week": {}, "exceptions": {"2026-02-17": []}}]
)
def test_a_calendar_without_hours_is_refused(hours: dict[str, Any], used_by: str) -> None:
    assert problems(hours, used_by) == [
        "calendars.odd: lịch không bao giờ mở cửa · this calendar is never open"
    ]


@pytest.mark.parametrize("used_by", ["team", "policy"])
def test_time_is_not_counted_on_a_calendar_that_runs_out(used_by: str) -> None:
    assert problems({"week": {}, "exceptions": ONE_DAY}, used_by) == [
        "calendars.odd: sau 2026-12-24 lịch này đóng cửa suốt 10 năm"
        " · closed for 10 years after 2026-12-24"
    ]


@pytest.mark.parametrize("used_by", ["agent", "nobody"])
def test_an_agent_may_be_there_on_single_days_only(used_by: str) -> None:
    assert problems({"week": {}, "exceptions": ONE_DAY}, used_by) == []


@pytest.mark.parametrize("used_by", ["team", "agent"])
def test_ten_years_of_exceptions_are_no_opening_hours(used_by: str) -> None:
    [problem] = problems({"week": MONDAYS, "exceptions": TEN_YEARS_OF_MONDAYS}, used_by)
    assert "closed for 10 years after 2027-01-04" in problem


@pytest.mark.parametrize(
    "hours",
    [
        {"week": MONDAYS},
        {"week": MONDAYS, "holidays": "VN", "exceptions": {"2026-02-16": []}},
        {"week": {"sun": ["22:00-06:00"]}, "exceptions": ONE_DAY},
        {"week": MONDAYS, "exceptions": dict(list(TEN_YEARS_OF_MONDAYS.items())[:250])},
    ],
)
def test_a_calendar_that_always_opens_again_is_taken(hours: dict[str, Any]) -> None:
    assert problems(hours, "team") == []


@pytest.mark.parametrize("hours", [{"week": {"mon": ["8"]}}, {"week": MONDAYS, "holidays": "XX"}])
def test_what_is_malformed_is_told_once(hours: dict[str, Any]) -> None:
    assert len(problems(hours, "team")) == 1


@pytest.mark.parametrize("day", ["0206-08-22", "9999-12-31", "1999-12-31"])
def test_an_exception_in_an_unlikely_year_is_a_slip_of_the_pen(day: str) -> None:
    [problem] = problems({"week": MONDAYS, "exceptions": {day: []}}, "team")
    assert "2000-01-01" in problem or "2099-12-31" in problem
