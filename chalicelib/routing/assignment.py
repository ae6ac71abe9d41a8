"""Who gets a ticket: whom the customer knows, else by the team's strategy, else who stands in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.routing.eligibility import Candidate, Floor, Need
from chalicelib.routing.reasons import Reason, Verdict
from chalicelib.routing.roster import AgentState, Roster, Team
from chalicelib.routing.strategies import STRATEGIES

__all__ = ["Assignment", "Need", "assign", "candidates", "stand_in"]


@dataclass(frozen=True, slots=True)
class Assignment:
    """The choice, and why.

    `agent_id` None means parked; `again_at` is then when calendars may change that: the first one
    who may take it comes to work, or one whom it waits for goes home and others are asked. None if
    they don't. `backup_for` is who is stood in for. `considered` tells how each candidate came
    out, and what decided between equals. `waits_for_room`: nobody has it since who could take it
    holds as many tickets as he may.
    """

    agent_id: str | None
    reason: str
    backup_for: str | None = None
    considered: tuple[str, ...] = ()
    again_at: datetime | None = None
    waits_for_room: bool = False


def assign(
    need: Need, roster: Roster, states: Mapping[str, AgentState], at: datetime
) -> Assignment:
    """Choose a member of the team who passes every test, or who stands in while none is there.

    Raises `ConfigurationError` when there is no such team.
    """
    team = roster.team(need.team_id)
    floor = Floor(need, roster, states, at)
    members = [floor.member(agent_id) for agent_id in team.members]
    if any(one.is_free for one in members):
        return _preferred(need, members) or _by_strategy(team, members, need.lot)
    chosen = _first_free(floor, members, _substitutes(team, members), _why_nobody(need, members))
    if chosen.agent_id:
        return chosen
    full = [one for one in members if one.is_full]
    times = (_back_at(floor, team, members), *(floor.leaves_at(one, team) for one in full))
    again_at = min(filter(None, times), default=None)
    return replace(chosen, again_at=again_at, waits_for_room=bool(full))


def stand_in(
    agent_id: str, need: Need, roster: Roster, states: Mapping[str, AgentState], at: datetime
) -> Assignment:
    """Choose for a ticket that has an owner: himself when present, or else his backup.

    A present owner is chosen however loaded, since the ticket is his; a backup needs room.
    """
    if agent_id not in roster.agents:
        return Assignment(None, Reason.OWNER_ABSENT)
    floor = Floor(need, roster, states, at)
    owner = floor.substitute(agent_id)
    if not owner.is_gone:
        return Assignment(agent_id, Reason.OWNER, considered=(owner.told,))
    has_dropped = owner.verdict is Verdict.DROPPED
    nobody = Reason.OWNER_DROPPED if has_dropped else Reason.OWNER_ABSENT
    return _first_free(floor, [owner], _backups([owner]), nobody)


def candidates(team_id: str, roster: Roster, extra: Iterable[str] = ()) -> tuple[str, ...]:
    """Return every agent whose state `assign` may need, and `stand_in` for the `extra` ones.

    The team's members and the extra, their backups, the team's own, its lead and manager; nobody
    who has left the desk. Raises `ConfigurationError` when there is no such team.
    """
    team = roster.team(team_id)
    people = [one for one in (*team.members, *extra) if one in roster.agents]
    backups = (roster.agents[one].backup for one in people)
    everyone = (*people, *backups, team.backup, team.lead, team.manager)
    return tuple(dict.fromkeys(one for one in everyone if one is not None))


# Who is asked, why he would get the ticket, and for whom he stands in.
_Substitute = tuple[str, str, str | None]


def _preferred(need: Need, members: Sequence[Candidate]) -> Assignment | None:
    free = {one.agent_id for one in members if one.is_free}
    for place, agent_id in enumerate(need.preferred):
        if agent_id in free:
            reason = Reason.ANSWERED_LAST if place else Reason.ACCOUNT_MANAGER
            return Assignment(agent_id, reason, considered=_told(members))
    return None


def _by_strategy(team: Team, members: Sequence[Candidate], lot: str) -> Assignment:
    free = [one for one in members if one.is_free]
    strategy = STRATEGIES[team.strategy]
    best, tie_break = strategy.best(free, lot)
    reason = strategy.reason.format(count=len(free)) if len(free) > 1 else Reason.ONLY
    decided = (tie_break,) if tie_break else ()
    return Assignment(best.agent_id, reason, considered=(*_told(members), *decided))


def _substitutes(team: Team, members: Sequence[Candidate]) -> Iterator[_Substitute]:
    able = [one for one in members if one.is_able]
    yield from _backups(able)
    # Where one who could do it is merely full, the ticket waits for him.
    if not any(one.is_full for one in able):
        if team.backup:
            yield team.backup, Reason.TEAM_BACKUP, None
        yield team.lead, Reason.LEAD, None


def _backups(owners: Iterable[Candidate]) -> Iterator[_Substitute]:
    for owner in owners:
        if owner.is_gone and owner.agent.backup:
            has_dropped = owner.verdict is Verdict.DROPPED
            reason = Reason.BACKUP_DROPPED if has_dropped else Reason.BACKUP_ABSENT
            yield owner.agent.backup, reason.format(agent=owner.agent_id), owner.agent_id


def _first_free(
    floor: Floor, asked: Sequence[Candidate], substitutes: Iterable[_Substitute], nobody: str
) -> Assignment:
    """Return the first substitute who is free, or that there is `nobody`."""
    asked = list(asked)
    for agent_id, reason, backup_for in substitutes:
        asked.append(floor.substitute(agent_id))
        if asked[-1].is_free:
            return Assignment(agent_id, reason, backup_for, _told(asked))
    return Assignment(None, nobody, considered=_told(asked))


def _why_nobody(need: Need, members: Sequence[Candidate]) -> str:
    verdicts = {one.verdict for one in members}
    if any(one.is_able for one in members):
        reason = Reason.NOBODY
    elif Verdict.NO_LANGUAGE in verdicts:
        reason = Reason.NO_LANGUAGE
    else:
        reason = Reason.NO_SKILL
    return reason.format(team=need.team_id, language=need.language)


def _back_at(floor: Floor, team: Team, members: Sequence[Candidate]) -> datetime | None:
    able = [one for one in members if one.is_able]
    backups = (one.agent.backup for one in able)
    people = {*(one.agent_id for one in able), *backups, team.backup, team.lead}
    times = (floor.back_at(one) for one in people if one is not None)
    return min((at for at in times if at is not None), default=None)


def _told(asked: Iterable[Candidate]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.told for one in asked))
