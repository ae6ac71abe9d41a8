"""Who gets a ticket: the least loaded who can and may, or a backup, or nobody yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.errors import ConfigurationError
from chalicelib.routing.roster import AgentState, Roster, Team, is_present


@dataclass(frozen=True, slots=True)
class Assignment:
    """The choice, and why. `agent_id` None means parked; `backup_for` is who is stood in for."""

    agent_id: str | None
    reason: str
    backup_for: str | None = None


def assign(
    team_id: str,
    skills: Iterable[str],
    roster: Roster,
    states: Mapping[str, AgentState],
    at: datetime,
) -> Assignment:
    """Choose among a team's agents with all `skills`, and the backups of those absent.

    An agent without a state has never had a ticket. Raises `ConfigurationError` when there
    is no such team.
    """
    floor = _Floor(roster, states, at)
    skilled = _skilled(team_id, skills, roster)
    return (
        _least_loaded(floor, skilled)
        or _backup_of_any(floor, skilled)
        or Assignment(None, _why_nobody(floor, team_id, skilled))
    )


def stand_in(
    agent_id: str, roster: Roster, states: Mapping[str, AgentState], at: datetime
) -> Assignment:
    """Choose for a ticket that has an owner: himself when present, or else his backup.

    A present owner is chosen however loaded, since the ticket is his; a backup needs room.
    """
    floor = _Floor(roster, states, at)
    if floor.is_present(agent_id):
        return Assignment(agent_id, f"the owner is present: {floor.tell(agent_id)}")
    return _backup_of_any(floor, [agent_id]) or Assignment(
        None, f"the owner is absent and no backup is free: {agent_id}"
    )


def candidates(team_id: str, roster: Roster) -> tuple[str, ...]:
    """Return every agent whose state `assign` may need: members, their backups, the lead."""
    team = _team(team_id, roster)
    backups = (roster.agents[agent_id].backup for agent_id in team.members)
    everyone = dict.fromkeys((*team.members, *backups, team.lead))
    return tuple(agent_id for agent_id in everyone if agent_id is not None)


@dataclass(frozen=True, slots=True)
class _Floor:
    """The roster as it stands at one moment."""

    roster: Roster
    states: Mapping[str, AgentState]
    at: datetime

    def is_present(self, agent_id: str) -> bool:
        agent = self.roster.agents.get(agent_id)
        if agent is None:
            return False
        return is_present(agent, self._state(agent_id), self.roster.calendars, self.at)

    def is_free(self, agent_id: str) -> bool:
        return self.is_present(agent_id) and self._load(agent_id) < self._capacity(agent_id)

    def freest(self, agent_ids: Iterable[str]) -> list[str]:
        """Return who is free, least loaded first; of equals, who stands first."""
        return sorted(filter(self.is_free, agent_ids), key=self._fullness)

    def tell(self, agent_id: str) -> str:
        if not self.is_present(agent_id):
            return f"{agent_id} absent"
        return f"{agent_id} {self._load(agent_id)}/{self._capacity(agent_id)}"

    def _fullness(self, agent_id: str) -> tuple[float, int]:
        load = self._load(agent_id)
        return load / self._capacity(agent_id), load

    def _state(self, agent_id: str) -> AgentState:
        return self.states.get(agent_id) or AgentState(agent_id)

    def _load(self, agent_id: str) -> int:
        return self._state(agent_id).load

    def _capacity(self, agent_id: str) -> int:
        return self.roster.agents[agent_id].capacity


def _skilled(team_id: str, skills: Iterable[str], roster: Roster) -> list[str]:
    needed = set(skills)
    members = _team(team_id, roster).members
    return [one for one in members if needed <= set(roster.agents[one].skills)]


def _least_loaded(floor: _Floor, agent_ids: list[str]) -> Assignment | None:
    free = floor.freest(agent_ids)
    if not free:
        return None
    loads = ", ".join(map(floor.tell, free))
    among = f"least loaded of {len(free)}" if len(free) > 1 else "the only one free"
    return Assignment(free[0], f"{among}: {loads}")


def _backup_of_any(floor: _Floor, agent_ids: list[str]) -> Assignment | None:
    owner_of: dict[str, str] = {}
    for owner_id in agent_ids:
        owner = floor.roster.agents.get(owner_id)
        if owner and owner.backup and not floor.is_present(owner_id):
            owner_of.setdefault(owner.backup, owner_id)
    for backup_id in floor.freest(owner_of):
        owner_id = owner_of[backup_id]
        reason = f"backup for {owner_id}, who is absent: {floor.tell(backup_id)}"
        return Assignment(backup_id, reason, owner_id)
    return None


def _why_nobody(floor: _Floor, team_id: str, skilled: list[str]) -> str:
    if not skilled:
        return f"nobody in {team_id} has the skills"
    return f"nobody free in {team_id}: {', '.join(map(floor.tell, skilled))}"


def _team(team_id: str, roster: Roster) -> Team:
    try:
        return roster.teams[team_id]
    except KeyError as error:
        raise ConfigurationError(f"the desk has no team {team_id!r}") from error
