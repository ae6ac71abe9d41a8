"""In which order a team's free agents are asked, by the strategy that the team has chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from chalicelib.routing.eligibility import Candidate
from chalicelib.routing.reasons import Reason, TieBreak
from chalicelib.routing.roster import StrategyName, capacity_of

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Strategy:
    """What is compared, the smallest first; of equals, who is drawn or stands first in the team.

    `second` decides between those whom `first` holds equal.
    """

    reason: Reason
    first: Callable[[Candidate], float | datetime]
    second: Callable[[Candidate], int] = lambda _: 0

    def best(self, free: Sequence[Candidate], lot: str) -> tuple[Candidate, TieBreak | None]:
        """Return the best, and what decided when `first` held another one equal."""
        drawn = sorted(free, key=lambda one: _draw(lot, one)) if lot else free
        best, *others = sorted(drawn, key=self._key)
        if not others or self.first(others[0]) != self.first(best):
            return best, None
        if self.second(others[0]) != self.second(best):
            return best, TieBreak.LOAD
        return best, TieBreak.LOT if lot else TieBreak.ORDER

    def _key(self, one: Candidate) -> tuple[float | datetime, int]:
        return self.first(one), self.second(one)


def _draw(lot: str, one: Candidate) -> bytes:
    return sha256(f"{lot}:{one.agent_id}".encode()).digest()


def _fullness(one: Candidate) -> float:
    return one.state.load / capacity_of(one.agent, one.state)


def _load(one: Candidate) -> int:
    return one.state.load


def _share(one: Candidate) -> float:
    return (one.state.load + 1) / one.agent.weight


def _assigned_at(one: Candidate) -> datetime:
    return one.state.assigned_at or _NEVER


def _active_at(one: Candidate) -> datetime:
    return one.state.active_at or _NEVER


STRATEGIES: Mapping[StrategyName, Strategy] = {
    "least_loaded": Strategy(Reason.LEAST_LOADED, _fullness, _load),
    "round_robin": Strategy(Reason.ROUND_ROBIN, _assigned_at),
    "weighted": Strategy(Reason.WEIGHTED, _share),
    "longest_idle": Strategy(Reason.LONGEST_IDLE, _active_at),
}
