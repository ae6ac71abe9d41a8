"""Ten thousand random cases against a counter of minutes: equal to the microsecond in each."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from chalicelib.sla.calendar import Calendar, before, due_at, elapsed

from .calendars import ALL_DAYS, WEEKDAYS, local
from .minute_counter import DAY_MINUTES, MINUTE, MinuteCounter, walls

CALENDARS = 14
CASES = 240
START = datetime(2026, 1, 10, tzinfo=UTC)
DAYS = 420  # Tết 2026 and 2027, and three jumps
FAR = timedelta(hours=400)

# The days off of each place, and the days around which most happens.
PLACES: dict[str, tuple[tuple[str | None, ...], tuple[str, ...]]] = {
    "Asia/Ho_Chi_Minh": (
        ("VN", "VN", None),
        ("2026-02-17", "2026-04-30", "2026-09-02", "2027-02-06"),
    ),
    "America/New_York": (("US", None), ("2026-03-08", "2026-11-01", "2026-11-26", "2026-07-04")),
    "Europe/Kyiv": (("UA", "US", None), ("2026-03-29", "2026-10-25", "2026-08-24", "2027-01-01")),
}

DAYTIMES = (
    ("08:00-12:00", "13:30-17:30"),  # with a lunch break
    ("09:00-18:00",),
    ("00:00-24:00",),
    ("22:00-06:00",),  # over midnight
    ("06:00-14:00", "14:00-22:00", "22:00-06:00"),  # three shifts
    ("01:30-03:30",),  # where clocks jump
    ("00:00-02:30", "03:00-03:30", "23:45-01:15"),
    ("02:10-02:50", "10:00-16:00"),
)


def test_ten_thousand_cases_are_counted() -> None:
    assert len(PLACES) * CALENDARS * CASES >= 10_000


@pytest.mark.parametrize("zone", PLACES)
def test_open_time_is_what_a_counter_of_minutes_counts_in_ten_thousand_cases(zone: str) -> None:
    random = Random(zone)
    shown = walls(zone, START, DAYS * DAY_MINUTES)
    for _ in range(CALENDARS):
        written = any_calendar(random, zone)
        counter = MinuteCounter(written, START, shown)
        calendar = Calendar.model_validate(written)
        for start, end in any_moments(random, zone):
            told = (written, start, end)
            ran = counter.elapsed(start, end)
            assert elapsed(calendar, start, end) == ran, told
            part = ran if random.random() < 0.3 else ran * random.random()
            if part:
                assert due_at(calendar, start, part) == counter.due_at(start, part), (told, part)
                assert before(calendar, end, part) == counter.before(end, part), (told, part)


def any_calendar(random: Random, zone: str) -> dict[str, Any]:
    """Return a calendar as it is written in desk.yaml."""
    countries, days = PLACES[zone]
    usual, other = random.choice(DAYTIMES), random.choice((*DAYTIMES, any_hours(random)))
    near = [date.fromisoformat(day) + timedelta(days=random.randint(-2, 2)) for day in days]
    far = [START.date() + timedelta(days=random.randrange(DAYS)) for _ in range(9)]
    return {
        "time_zone": zone,
        "week": {**dict.fromkeys(WEEKDAYS, usual), random.choice(ALL_DAYS): other},
        "holidays": random.choice(countries),
        "exceptions": {
            day.isoformat(): random.choice(((), any_hours(random), *DAYTIMES))
            for day in random.sample(near + far, 6)
        },
    }


def any_hours(random: Random) -> tuple[str, ...]:
    """Return up to three intervals; the last may run over midnight."""
    edges = sorted(random.sample(range(0, DAY_MINUTES, 5), 2 * random.randint(1, 3)))
    if random.random() < 0.3:
        edges = [*edges[1:], edges[0]]
    clocks = [f"{edge // 60:02}:{edge % 60:02}" for edge in edges]
    return tuple(f"{a}-{b}" for a, b in zip(clocks[::2], clocks[1::2], strict=True))


def any_moments(random: Random, zone: str) -> Iterator[tuple[datetime, datetime]]:
    """Yield times that lie one behind the other, half of them near a day that matters."""
    days = PLACES[zone][1]
    last = START + timedelta(days=DAYS - 1)
    for _ in range(CASES):
        if random.random() < 0.5:
            start = local(f"{random.choice(days)} 12:00", zone) + 48 * 60 * MINUTE * random.uniform(
                -1, 1
            )
        else:
            start = START + (last - START) * random.random()
        start = max(
            START, start if random.random() < 0.5 else start.replace(second=0, microsecond=0)
        )
        yield start, min(last, start + FAR * random.random() ** 3)
