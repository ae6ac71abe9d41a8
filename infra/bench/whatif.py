"""How long it takes to replay a busy company's past under two desks, and to find a roster.

Told is the processor time of the busier of the two processes: on two processors with nothing else
to do, that is how long one waits.
"""

import resource
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from infra.bench import busy, past
from infra.bench.report import Row
from infra.whatif.comparison import compare
from infra.whatif.exported import exported
from infra.whatif.period import Period
from infra.whatif.roster import rosters
from infra.whatif.rows import read_rows

GROUP = "mô phỏng · what-if (CPU of the busier process)"
PROPOSED = {
    "name": "Tất cả",
    "targets": {"first_response": "8m", "next_response": "8m", "resolution": "3h"},
    "reminders": ["50%"],
    "escalation": {"after": "5m", "to": ["backup", "lead"]},
}
LONGEST = 60
"""Seconds for a hundred thousand tickets, on two processors."""

KEEP = Fraction(9, 10)
HANDLE = timedelta(minutes=6)
PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
KILOBYTES = 1_000

T = TypeVar("T")


def measure(tickets: int) -> Iterator[Row]:
    """Yield seconds for so many tickets of a CSV file, and as many with all their events."""
    today, proposed = busy.desk(), busy.desk(policies=[PROPOSED])
    told = past.history(tickets)
    data = past.as_csv(told).encode()

    def read_and_compare() -> None:
        table = read_rows(data, "past.csv", ZoneInfo(proposed.time_zone))
        compare(today, proposed, exported(table, proposed, Period()))

    seconds, _ = _timed(read_and_compare)
    yield _row(f"{tickets:,} tickets of a CSV, two desks", seconds, LONGEST)
    seconds, (_, _, replay) = _timed(lambda: compare(today, proposed, told))
    yield _row(f"{len(told.events):,} recorded events, two desks", seconds)
    memory = max(resource.getrusage(one).ru_maxrss for one in PROCESSES) / KILOBYTES
    yield Row(group=GROUP, what="most memory of a process", value=memory, unit="MB")
    seconds, _ = _timed(lambda: rosters(replay, KEEP, HANDLE))
    yield _row(f"a roster for {len(busy.TEAMS)} teams", seconds)


def _timed(do: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds of the busier process, and what was done."""
    before = list(map(_worked, PROCESSES))
    done = do()
    return max(_worked(one) - was for one, was in zip(PROCESSES, before, strict=True)), done


def _worked(process: int) -> float:
    used = resource.getrusage(process)
    return used.ru_utime + used.ru_stime


def _row(what: str, seconds: float, limit: float | None = None) -> Row:
    return Row(group=GROUP, what=what, value=seconds, unit="s", limit=limit)
