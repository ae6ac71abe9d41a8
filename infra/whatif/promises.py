"""How the desk's promises were kept: in time, late, or still open at the end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.desk.clock import policy_of
from chalicelib.desk.decision import Decision
from chalicelib.desk.model import Desk
from chalicelib.domain.tickets import Ticket, Timer

Promise = tuple[str, str, str]
"""Policy, team, metric."""

_Wait = tuple[str, str, str]
"""Ticket, metric, since when: a wait that ends twice, by a reopened ticket, is one wait."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`late` counts what was answered too late, and what is overdue without an answer."""

    met: int = 0
    late: int = 0
    open: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(self.met + other.met, self.late + other.late, self.open + other.open)

    @property
    def percent(self) -> float | None:
        """The share kept of all that is decided; None where nothing is."""
        decided = self.met + self.late
        return 100 * self.met / decided if decided else None


MET, LATE, OPEN = Kept(met=1), Kept(late=1), Kept(open=1)


class Promises:
    """Reads the facts of each decision; of one wait the last word counts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ends: dict[_Wait, tuple[Promise, Kept]] = {}

    def take(self, decision: Decision, now: datetime) -> None:
        for fact in decision.facts:
            if fact.kind == "target":
                told = fact.detail
                wait = (fact.ticket_id, told["metric"], told["started_at"])
                promise = (told["policy"], told["team"], told["metric"])
                self._ends[wait] = promise, MET if told["kept"] == "yes" else LATE

    def kept(self, tickets: Iterable[Ticket], until: datetime) -> Mapping[Promise, Kept]:
        """Return how each promise was kept on `tickets`, as they are at the end."""
        ends = dict(self._ends)
        for ticket in tickets:
            if not ticket.status.is_done:
                ends.update(self._still_waiting(ticket, until))
        counted: dict[Promise, Kept] = {}
        for promise, kept in ends.values():
            counted[promise] = counted.get(promise, Kept()) + kept
        return dict(sorted(counted.items()))

    def _still_waiting(
        self, ticket: Ticket, until: datetime
    ) -> Iterable[tuple[_Wait, tuple[Promise, Kept]]]:
        policy = policy_of(ticket, self._desk)
        for timer in ticket.timers:
            if timer.met_at is None:
                wait = (ticket.id, str(timer.metric), timer.started_at.isoformat())
                promise = (policy.name if policy else "", ticket.team_id, str(timer.metric))
                yield wait, (promise, LATE if _is_overdue(timer, until) else OPEN)


def _is_overdue(timer: Timer, until: datetime) -> bool:
    return timer.breached_at is not None or (timer.is_running and timer.due_at < until)
