"""Firing makes way for whoever is at the same tickets, for a part of the time it has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.domain.events import MomentDue
from chalicelib.domain.pace import real_time
from chalicelib.service.fire import GIVE_WAY, WAYS_GIVEN, Firing
from tests.conftest import START

TIME_LIMIT = 30
"""Seconds that the timer function has: `Timeout` in `infra/resources.yaml`."""


@dataclass
class Contested:
    """Stands in for tickets and folding: somebody else was faster at each ticket of `taken`."""

    taken: set[str] = field(default_factory=set)
    fired: list[str] = field(default_factory=list)
    reads: int = 1

    def together(self, ticket_ids: Iterable[str]) -> "Contested":
        assert set(ticket_ids) >= self.taken
        return self

    def get(self, ticket_id: str) -> None:
        self.reads += ticket_id in self.taken

    def fold(self, event: MomentDue, *, reading: Callable[[str], Any]) -> None:
        reading(event.ticket_id)
        self.fired.append(event.ticket_id)


def fired(contested: Contested, tickets: int) -> list[float]:
    """Fire so many; return the pauses, in seconds."""
    pauses: list[float] = []
    firing = Firing(contested, contested, lambda: START, pauses.append, real_time)  # type: ignore[arg-type]
    firing.fire([(f"{number}", START) for number in range(tickets)])
    return pauses


@pytest.mark.parametrize(
    ("taken", "order"),
    [
        ("", "01234"),
        ("0", "04321"),
        ("04", "04123"),
    ],
)
def test_who_meets_another_pauses_and_goes_on_from_the_other_end(taken: str, order: str) -> None:
    contested = Contested(set(taken))
    pauses = fired(contested, len(order))
    assert contested.fired == list(order)
    assert pauses == [GIVE_WAY * met for met in range(1, len(taken) + 1)]


def test_all_pauses_together_are_a_third_of_what_a_function_may_run() -> None:
    names = {f"{number}" for number in range(50)}
    contested = Contested(names)
    pauses = fired(contested, len(names))
    assert set(contested.fired) == names
    assert len(pauses) == WAYS_GIVEN
    assert sum(pauses) <= TIME_LIMIT / 3
