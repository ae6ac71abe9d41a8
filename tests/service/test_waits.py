"""Until when a ticket waits, as people say it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import InvalidRequestError
from chalicelib.service.waits import LONGEST, spoken_wait, wait_until
from tests.desk.factory import factory
from tests.views.samples import TICKET

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09:00 in Saigon
CARE = replace(TICKET, team_id="care")


@pytest.mark.parametrize("said", ["", "  "])
def test_nothing_said_is_until_the_customer_writes(said: str) -> None:
    assert spoken_wait(said, CARE, factory(), MONDAY) is None


@pytest.mark.parametrize(("said", "hours"), [("2h", 2), (" 1d ", 24), ("1H30M", 1.5), ("90m", 1.5)])
def test_a_span_counts_from_now(said: str, hours: float) -> None:
    assert spoken_wait(said, CARE, factory(), MONDAY) == MONDAY + timedelta(hours=hours)


@pytest.mark.parametrize("said", ["mai", "Mai", "sáng mai", "sang  mai", "ngày mai", "tomorrow"])
@pytest.mark.parametrize(
    ("days", "wakes"),
    [
        (1, "2026-11-25T01:00"),
        (5, "2026-11-30T01:00"),  # Sunday is closed
        (0, "2026-11-25T01:00"),  # the 24th is a holiday
    ],
)
def test_tomorrow_is_when_the_team_is_there_again(said: str, days: int, wakes: str) -> None:
    found = spoken_wait(said, CARE, factory(), MONDAY + timedelta(days=days))
    assert found is not None
    assert found.isoformat(timespec="minutes") == f"{wakes}+00:00"


def test_tomorrow_begins_in_the_morning_where_it_is_never_night() -> None:
    found = spoken_wait("mai", replace(TICKET, team_id="tech"), factory(), MONDAY)
    assert found == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_the_team_may_be_gone() -> None:
    assert spoken_wait("mai", replace(TICKET, team_id="gone"), factory(), MONDAY)


@pytest.mark.parametrize("said", ["lâu lâu", "2", "2 giờ", "400d", "99999d", "-1h"])
def test_what_is_no_wait_is_refused(said: str) -> None:
    with pytest.raises(InvalidRequestError):
        spoken_wait(said, CARE, factory(), MONDAY)


def test_a_wait_has_an_end_that_somebody_will_see() -> None:
    assert wait_until(LONGEST, MONDAY) == MONDAY + LONGEST
    for until in (LONGEST + timedelta(seconds=1), datetime.max.replace(tzinfo=UTC)):
        with pytest.raises(InvalidRequestError):
            wait_until(until, MONDAY)
