"""A team's queue, worked off by so many agents in each hour of the week."""

from collections import Counter
from collections.abc import Sequence
from heapq import heappop, heappush
from math import inf

from infra.whatif.jobs import Job
from infra.whatif.week import Stretch

_Waiting = tuple[float, float, float, int]
"""Due, came, takes, and the stretch from which on it waited."""


class Queue:
    """What is left of `jobs`, which come in their order, and what became of the rest.

    `missed` counts what was begun too late, `waits` in which hours of the week such jobs waited.
    """

    def __init__(self, jobs: Sequence[Job], open_time: Sequence[Stretch]) -> None:
        self.missed = 0
        self.waits: Counter[int] = Counter()
        self._jobs = jobs
        self._open_time = open_time
        self._come = 0
        self._waiting: list[_Waiting] = []
        self._busy: list[float] = []

    def work_off(self, crew: Sequence[int], at_most: float = inf) -> None:
        """Let agents take one job after another, the next deadline first, while the team is open.

        `crew` has the number of agents in each hour of the week; who is at work on something when
        his hour ends finishes it. Given up once more than `at_most` jobs are missed.
        """
        for place, stretch in enumerate(self._open_time):
            self._work(place, stretch, crew[stretch.hour])
            if self.missed > at_most:
                return
        for job in self._waiting:
            self._miss(job, len(self._open_time))
        self.missed += len(self._jobs) - self._come

    def _work(self, place: int, stretch: Stretch, agents: int) -> None:
        now = stretch.begins
        while now < stretch.ends:
            self._let_come(now, place)
            while self._busy and self._busy[0] <= now:
                heappop(self._busy)
            while self._waiting and len(self._busy) < agents:
                self._begin(heappop(self._waiting), now, place)
            now = min(
                self._jobs[self._come].came if self._come < len(self._jobs) else inf,
                self._busy[0] if self._waiting and self._busy else inf,
            )

    def _let_come(self, now: float, place: int) -> None:
        while self._come < len(self._jobs) and self._jobs[self._come].came <= now:
            came, due, takes = self._jobs[self._come]
            heappush(self._waiting, (due, came, takes, place))
            self._come += 1

    def _begin(self, job: _Waiting, now: float, place: int) -> None:
        due, _, takes, _ = job
        heappush(self._busy, now + takes)
        if now > due:
            self._miss(job, place)

    def _miss(self, job: _Waiting, until: int) -> None:
        """Note in which hours a job waited while it was not too late yet."""
        due, came, _, since = job
        self.missed += 1
        for stretch in self._open_time[since : until + 1]:
            if max(came, stretch.begins) > due:
                break
            self.waits[stretch.hour] += 1
