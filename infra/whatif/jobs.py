"""The work that customers brought: when it came, by when it was promised, how long it takes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from chalicelib.domain.events import Act
from chalicelib.domain.tickets import Metric
from infra.whatif.history import History
from infra.whatif.replay import Replay

LONGEST = timedelta(minutes=30)
"""Between two acts of one agent: whoever does nothing for longer was doing something else."""


class Job(NamedTuple):
    """A ticket's work, done in one go: the first answer goes out when it is begun.

    `came` and `due` are seconds since 1970, `takes` is seconds.
    """

    came: float
    due: float
    takes: float


def jobs_of(replay: Replay, usual: timedelta) -> Mapping[str, list[Job]]:
    """Return each team's jobs in the order in which they came: the team of their request type.

    Where nothing tells how long the work on a ticket took, it took the `usual` time.
    """
    takes = _takes(replay)
    jobs: dict[str, list[Job]] = {team_id: [] for team_id in replay.desk.teams}
    for ticket in replay.memory.tickets.values():
        for timer in ticket.timers:
            if timer.metric is Metric.FIRST_RESPONSE and not ticket.merged_into:
                seconds = (takes[ticket.id] or usual).total_seconds()
                job = Job(timer.started_at.timestamp(), timer.due_at.timestamp(), seconds)
                jobs[replay.desk.request_types[ticket.request_type].team].append(job)
    return {team_id: sorted(of_team) for team_id, of_team in jobs.items()}


def _takes(replay: Replay) -> Mapping[str, timedelta]:
    """Return how long the work on each ticket took, as was told or as the acts tell."""
    history = replay.history
    takes: dict[str, timedelta] = defaultdict(timedelta)
    for recorded, worked in history.handled.items() if history.handled else _worked(history):
        if recorded in replay.numbers:
            takes[replay.numbers[recorded]] += worked
    return takes


def _worked(history: History) -> Iterator[tuple[str, timedelta]]:
    """Yield what each agent did since his act before, on the ticket of the next one."""
    last: dict[str, datetime] = {}
    for at, event in history.events:
        if isinstance(event, Act) and event.agent_id:
            if event.agent_id in last:
                yield event.ticket_id, min(at - last[event.agent_id], LONGEST)
            last[event.agent_id] = at
