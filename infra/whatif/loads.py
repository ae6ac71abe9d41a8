"""How many tickets each agent was given, and how many he had at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.desk.decision import Decision
from chalicelib.desk.model import Desk
from chalicelib.sla.calendar import ALWAYS, Calendar, elapsed


@dataclass(frozen=True, slots=True)
class Load:
    """`mean` is that of the hours in which he works by his calendar."""

    assigned: int
    peak: int
    mean: float


class Loads:
    def __init__(self, desk: Desk, begins_at: datetime) -> None:
        self._begins_at = begins_at
        self._hands = {
            agent_id: _Hands(
                desk.calendars[agent.calendar] if agent.calendar else ALWAYS, begins_at
            )
            for agent_id, agent in desk.agents.items()
        }

    def take(self, decision: Decision, now: datetime) -> None:
        for change in decision.agents:
            if moved := sum(change.delta.values()):
                self._hands[change.agent_id].move(moved, now)

    def of_each(self, until: datetime) -> Mapping[str, Load]:
        """Return the load of each agent until the end."""
        return {agent: self._load(hands, until) for agent, hands in sorted(self._hands.items())}

    def _load(self, hands: "_Hands", until: datetime) -> Load:
        hands.move(0, until)
        worked = elapsed(hands.calendar, self._begins_at, until)
        return Load(hands.assigned, hands.peak, hands.held / worked if worked else 0.0)


class _Hands:
    """What one agent holds; `held` is how long, summed over his tickets, while he worked."""

    def __init__(self, calendar: Calendar, since: datetime) -> None:
        self.calendar = calendar
        self.since = since
        self.holding = self.assigned = self.peak = 0
        self.held = timedelta()

    def move(self, moved: int, now: datetime) -> None:
        if self.holding:
            self.held += self.holding * elapsed(self.calendar, self.since, now)
        self.since = now
        self.holding += moved
        self.assigned += max(moved, 0)
        self.peak = max(self.peak, self.holding)
