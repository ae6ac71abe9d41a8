"""What came of a history under one desk."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.desk.decision import Decision
from chalicelib.desk.model import Desk
from infra.whatif.acceptance import without_acceptance
from infra.whatif.alerts import Alerts, Hourly
from infra.whatif.coverage import uncovered
from infra.whatif.history import History
from infra.whatif.loads import Load, Loads
from infra.whatif.promises import Kept, Promise, Promises
from infra.whatif.replay import Replay

_Group = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`parked` counts tickets, `dropped` every time that an owner let one drop.

    `alerts` are by person and kind, `loads` by agent, `uncovered` by team. `skipped` counts, by
    type, what could not be done again.
    """

    tickets: int
    kept: Mapping[Promise, Kept]
    alerts: Mapping[str, Mapping[str, Hourly]]
    loads: Mapping[str, Load]
    uncovered: Mapping[str, timedelta]
    parked: int
    dropped: int
    skipped: Mapping[str, int]

    def kept_by(self, group: Callable[[Promise], _Group]) -> Mapping[_Group, Kept]:
        """Return how promises were kept, summed over those of one group."""
        summed: dict[_Group, Kept] = {}
        for promise, kept in self.kept.items():
            summed[group(promise)] = summed.get(group(promise), Kept()) + kept
        return summed

    @property
    def breaches(self) -> int:
        return sum(kept.late for kept in self.kept.values())


def play(desk: Desk, history: History) -> tuple[Outcome, Replay]:
    """Replay a history under a desk; return what came of it, and the replay as it ended."""
    desk = desk if history.tells_acceptance else without_acceptance(desk)
    ends_at = history.ends_at
    promises, alerts, lines = Promises(desk), Alerts(desk), _Lines()
    loads = Loads(desk, history.begins_at)
    replay = Replay(desk, history, (promises, alerts, loads, lines))
    replay.run()
    outcome = Outcome(
        tickets=len(replay.memory.tickets),
        kept=promises.kept(replay.memory.tickets.values(), ends_at),
        alerts=alerts.of_each(),
        loads=loads.of_each(ends_at),
        uncovered=uncovered(desk, history.begins_at, ends_at),
        parked=len(lines.parked),
        dropped=lines.counts["ticket.dropped"],
        skipped=dict(sorted(replay.skipped.items())),
    )
    return outcome, replay


class _Lines:
    """Reads the timelines: what was parked, and how often which line was written."""

    def __init__(self) -> None:
        self.parked: set[str] = set()
        self.counts: Counter[str] = Counter()

    def take(self, decision: Decision, now: datetime) -> None:
        for entry in decision.entries:
            self.counts[entry.type] += 1
            if entry.type == "ticket.parked":
                self.parked.add(entry.ticket_id)
