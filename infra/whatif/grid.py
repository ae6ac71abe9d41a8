"""A week's roster as a grid: the hours downwards, the days across."""

from collections.abc import Iterator, Set

from infra.deskctl.report import columns
from infra.whatif.staffing import Crew
from infra.whatif.week import HOURS_A_DAY

DAYS = ("T2 Mon", "T3 Tue", "T4 Wed", "T5 Thu", "T6 Fri", "T7 Sat", "CN Sun")
CLOSED = "·"


def grid(crew: Crew, open_hours: Set[int]) -> tuple[str, ...]:
    """Return lines with the agents needed in each hour, none for those never open."""
    return columns([("", *DAYS), *_rows(crew, open_hours)])


def _rows(crew: Crew, open_hours: Set[int]) -> Iterator[tuple[str, ...]]:
    for hour in range(HOURS_A_DAY):
        week = [day * HOURS_A_DAY + hour for day in range(len(DAYS))]
        if not open_hours.isdisjoint(week):
            cells = (str(crew[one]) if one in open_hours else CLOSED for one in week)
            yield f"{hour:02}:00", *cells
