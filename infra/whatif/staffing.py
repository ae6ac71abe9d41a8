"""How many agents a team needs in each hour of the week to keep a share of its promises."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf

from infra.whatif.jobs import Job
from infra.whatif.queueing import Queue
from infra.whatif.week import HOURS, Stretch

Crew = tuple[int, ...]
"""The number of agents in each hour of the week, Monday at midnight first."""


@dataclass(frozen=True, slots=True)
class Staffing:
    """`crew` misses so many `missed` of `jobs`; without `enough`, no crew keeps the share."""

    crew: Crew
    jobs: int
    missed: int
    enough: bool

    @property
    def percent(self) -> float | None:
        return 100 * (self.jobs - self.missed) / self.jobs if self.jobs else None


def staff(jobs: Sequence[Job], open_time: Sequence[Stretch], keep: Fraction) -> Staffing:
    """Find a crew of which nobody can be spared in any hour.

    Tried out on the jobs themselves: from the bare workload on, agents are added where jobs waited
    too long, and then taken away wherever the share is kept without. Where no crew can keep it,
    since deadlines lie outside the opening hours, all is kept that can be.
    """
    missed_by_all = _missed(jobs, open_time, (len(jobs),) * HOURS)
    allowed = floor(len(jobs) * (1 - keep))
    at_most = max(allowed, missed_by_all)
    crew = _with_enough(jobs, open_time, _workload(jobs, open_time), at_most)
    crew = _without_spare(jobs, open_time, crew, at_most)
    return Staffing(crew, len(jobs), _missed(jobs, open_time, crew), allowed >= missed_by_all)


def _workload(jobs: Sequence[Job], open_time: Sequence[Stretch]) -> Crew:
    """Return the agents that each hour keeps busy with the jobs that come in it, on average."""
    work, length = [0.0] * HOURS, [0.0] * HOURS
    for stretch in open_time:
        length[stretch.hour] += stretch.ends - stretch.begins
    for job in jobs:
        place = bisect_right(open_time, job.came, key=lambda stretch: stretch.ends)
        if place < len(open_time):
            work[open_time[place].hour] += job.takes
    return tuple(ceil(w / of) if of else 0 for w, of in zip(work, length, strict=True))


def _with_enough(
    jobs: Sequence[Job], open_time: Sequence[Stretch], crew: Crew, at_most: int
) -> Crew:
    while True:
        queue = Queue(jobs, open_time)
        queue.work_off(crew)
        if queue.missed <= at_most:
            return crew
        waits = sorted(queue.waits.items())
        crew = _changed(crew, max(waits, key=lambda found: found[1] / (crew[found[0]] + 1))[0], 1)


def _without_spare(
    jobs: Sequence[Job], open_time: Sequence[Stretch], crew: Crew, at_most: int
) -> Crew:
    """Take away one at a time until nobody can go: the fullest hours first."""
    while True:
        before = crew
        for hour in sorted(range(HOURS), key=lambda hour: (-before[hour], hour)):
            fewer = _changed(crew, hour, -1)
            if crew[hour] and _missed(jobs, open_time, fewer, at_most) <= at_most:
                crew = fewer
        if crew == before:
            return crew


def _missed(
    jobs: Sequence[Job],
    open_time: Sequence[Stretch],
    crew: Crew,
    at_most: float = inf,
) -> int:
    queue = Queue(jobs, open_time)
    queue.work_off(crew, at_most)
    return queue.missed


def _changed(crew: Crew, hour: int, by: int) -> Crew:
    return (*crew[:hour], crew[hour] + by, *crew[hour + 1 :])
