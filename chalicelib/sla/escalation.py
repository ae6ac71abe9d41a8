"""Whom a breach is told."""

from collections.abc import Mapping
from typing import Protocol

from chalicelib.sla.policy import Escalation


class _Agent(Protocol):
    @property
    def backup(self) -> str | None: ...


class _Team(Protocol):
    @property
    def lead(self) -> str: ...


def who(
    escalation: Escalation, assignee_id: str | None, team: _Team, agents: Mapping[str, _Agent]
) -> tuple[str, ...]:
    """Return agent ids in the order of `escalation.to`, each once.

    When that is nobody (no assignee, no backup), the team's lead: a breach is never silent.
    """
    assignee = agents.get(assignee_id) if assignee_id else None
    people = {
        "assignee": assignee_id,
        "backup": assignee.backup if assignee else None,
        "lead": team.lead,
    }
    told = dict.fromkeys(people[role] or "" for role in escalation.to)
    return tuple(agent_id for agent_id in told if agent_id in agents) or (team.lead,)
