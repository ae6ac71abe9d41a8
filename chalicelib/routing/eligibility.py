"""Who may get a ticket: the tests that an agent has to pass, in their order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.routing.reasons import Verdict
from chalicelib.routing.roster import (
    Agent,
    AgentState,
    Roster,
    Team,
    back_at,
    capacity_of,
    is_present,
    leaves_at,
)

Finding = tuple[Verdict, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Need:
    """What a ticket asks of the agent who gets it.

    `preferred` are asked first: in the first place the customer's account manager (an empty text
    for none), then who answered him last. `dropped` are those who let this ticket drop. `lot`
    decides between equals in place of their order, where many choose at the same time.
    """

    team_id: str
    skills: tuple[str, ...] = ()
    language: str = "vi"
    channel: str = ""
    preferred: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    lot: str = ""


class Candidate(NamedTuple):
    """An agent, and how he came out of the tests."""

    agent_id: str
    agent: Agent
    state: AgentState
    verdict: Verdict
    facts: Mapping[str, object]

    @property
    def told(self) -> str:
        return self.verdict.format(agent=self.agent_id, **self.facts)

    @property
    def is_free(self) -> bool:
        return self.verdict is Verdict.FREE

    @property
    def is_able(self) -> bool:
        """Whether he could do it, were he there and free."""
        return self.verdict not in (Verdict.NO_SKILL, Verdict.NO_LANGUAGE)

    @property
    def is_gone(self) -> bool:
        return self.verdict in (Verdict.ABSENT, Verdict.DROPPED)

    @property
    def is_full(self) -> bool:
        """Whether it's of use to wait until he has room: who takes none has none to come."""
        return self.verdict in (Verdict.FULL, Verdict.CHANNEL_FULL) and self.facts["limit"] != 0


@dataclass(frozen=True, slots=True)
class Floor:
    """The roster as it stands at one moment, before one need.

    An agent without a state has never had a ticket.
    """

    need: Need
    roster: Roster
    states: Mapping[str, AgentState]
    at: datetime

    def member(self, agent_id: str) -> Candidate:
        """Put a member of the team to every test."""
        agent, state = self._agent(agent_id)
        finding = _unable(agent, self.need) or self._busy(agent_id, agent, state)
        return Candidate(agent_id, agent, state, *finding)

    def substitute(self, agent_id: str) -> Candidate:
        """Put somebody whom the desk names to the tests, but for his skills and languages."""
        agent, state = self._agent(agent_id)
        return Candidate(agent_id, agent, state, *self._busy(agent_id, agent, state))

    def back_at(self, agent_id: str) -> datetime | None:
        """Return when a calendar brings back an agent who may take the ticket then, or None."""
        agent, state = self._agent(agent_id)
        takes_none = any(limit <= 0 for _, _, limit in _limits(agent, state, self.need.channel))
        if takes_none or agent_id in self.need.dropped:
            return None
        return back_at(agent, state, self.roster.calendars, self.at)

    def leaves_at(self, candidate: Candidate, team: Team) -> datetime | None:
        """Return when the shift ends of one who is there, or None."""
        return leaves_at(candidate.agent, team, self.roster.calendars, self.at)

    def _agent(self, agent_id: str) -> tuple[Agent, AgentState]:
        state = self.states.get(agent_id) or AgentState(agent_id)
        return self.roster.agents[agent_id], state

    def _busy(self, agent_id: str, agent: Agent, state: AgentState) -> Finding:
        """Return what keeps an agent from taking the ticket now, or that he is free."""
        if agent_id in self.need.dropped:
            return Verdict.DROPPED, {}
        if not is_present(agent, state, self.roster.calendars, self.at):
            return Verdict.ABSENT, {}
        limits = _limits(agent, state, self.need.channel)
        # Who takes none of a channel has no room there to come, however full he is besides.
        for verdict, load, limit in sorted(limits, key=lambda one: one[2] > 0):
            if load >= limit or limit <= 0:
                return verdict, {"channel": self.need.channel, "load": load, "limit": limit}
        return Verdict.FREE, {"load": state.load, "limit": capacity_of(agent, state)}


def is_able(agent: Agent, need: Need) -> bool:
    """Return whether an agent has the skills and speaks the language."""
    return _unable(agent, need) is None


def _unable(agent: Agent, need: Need) -> Finding | None:
    if lacking := [skill for skill in need.skills if skill not in agent.skills]:
        return Verdict.NO_SKILL, {"skills": ", ".join(lacking)}
    if agent.speaks and need.language not in agent.speaks:
        return Verdict.NO_LANGUAGE, {"language": need.language}
    return None


def _limits(agent: Agent, state: AgentState, channel: str) -> list[tuple[Verdict, int, int]]:
    """Return what an agent has and may have: in all, and of a channel when that has a limit."""
    limits = [(Verdict.FULL, state.load, capacity_of(agent, state))]
    if channel in agent.channel_capacity:
        limit = agent.channel_capacity[channel]
        limits.append((Verdict.CHANNEL_FULL, state.by_channel.get(channel, 0), limit))
    return limits
