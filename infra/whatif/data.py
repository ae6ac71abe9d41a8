"""What a comparison has to say, as data for a script: whole, and the same for the same history."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from infra.whatif.outcome import Outcome
from infra.whatif.promises import Kept


def as_data(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON has it; alerts are by person, kind and hour of the day."""
    return {
        "tickets": outcome.tickets,
        "breaches": outcome.breaches,
        "parked": outcome.parked,
        "dropped": outcome.dropped,
        "promises": [
            {"policy": policy, "team": team, "metric": metric, **_kept(kept)}
            for (policy, team, metric), kept in outcome.kept.items()
        ],
        "alerts": {person: dict(kinds) for person, kinds in outcome.alerts.items()},
        "agents": {
            agent: {**asdict(load), "mean": round(load.mean, 3)}
            for agent, load in outcome.loads.items()
        },
        "uncovered_hours": {
            team: round(length / timedelta(hours=1), 3)
            for team, length in outcome.uncovered.items()
        },
        "skipped": dict(outcome.skipped),
    }


def _kept(kept: Kept) -> dict[str, Any]:
    percent = None if kept.percent is None else round(kept.percent, 2)
    return {**asdict(kept), "percent": percent}
