"""How many agents each team needs, hour by hour, found by trying it out on a replayed history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from infra.whatif.jobs import Job, jobs_of
from infra.whatif.replay import Replay
from infra.whatif.staffing import Staffing, staff
from infra.whatif.week import Stretch, stretches

AFTERWARDS = timedelta(days=7)
"""How long after the last deadline what is left may still be worked off."""


@dataclass(frozen=True, slots=True)
class TeamRoster:
    """`open_hours` are those of the week in which the team is open at all."""

    staffing: Staffing
    open_hours: frozenset[int]


def rosters(replay: Replay, keep: Fraction, usual: timedelta) -> Mapping[str, TeamRoster]:
    """Return what each team needs so that it keeps a share of its first responses."""
    return {
        team_id: _roster(jobs, _open_time(team_id, jobs, replay), keep)
        for team_id, jobs in jobs_of(replay, usual).items()
    }


def _roster(jobs: list[Job], open_time: list[Stretch], keep: Fraction) -> TeamRoster:
    hours = frozenset(stretch.hour for stretch in open_time)
    return TeamRoster(staff(jobs, open_time, keep), hours)


def _open_time(team_id: str, jobs: list[Job], replay: Replay) -> list[Stretch]:
    last = max((job.due for job in jobs), default=0.0)
    until = max(replay.history.ends_at, datetime.fromtimestamp(last, UTC)) + AFTERWARDS
    calendar = replay.desk.team_calendar(team_id)
    return list(stretches(calendar, replay.history.begins_at, until))
