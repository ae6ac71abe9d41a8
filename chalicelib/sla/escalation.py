"""Whom an alert is told, by role or by name."""

from collections.abc import Iterable, Mapping
from typing import Protocol


class _Agent(Protocol):
    @property
    def backup(self) -> str | None: ...


class _Team(Protocol):
    @property
    def lead(self) -> str: ...

    @property
    def manager(self) -> str | None: ...


def who(
    to: Iterable[str], assignee_id: str | None, team: _Team, agents: Mapping[str, _Agent]
) -> tuple[str, ...]:
    """Return agent ids in the order of `to`, each once.

    When that is nobody (no assignee, no backup), the team's lead: an alert is never silent.
    """
    assignee = agents.get(assignee_id) if assignee_id else None
    people = {
        "assignee": assignee_id,
        "backup": assignee.backup if assignee else None,
        "lead": team.lead,
        "manager": team.manager,
    }
    told = dict.fromkeys(people.get(name, name) or "" for name in to)
    return tuple(agent_id for agent_id in told if agent_id in agents) or (team.lead,)
