"""Where an escalated ticket goes: to a backup, to the lead, to the next one, to the level above."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalicelib.desk.changing import recomputed
from chalicelib.desk.draft import Draft
from chalicelib.desk.placing import choose, give, place, substitute

ESCALATED = "escalated"


def pass_on(draft: Draft, to: str | None) -> None:
    """Move the ticket as a rung of the ladder says; nobody there who can take it, it stays."""
    if to:
        WAYS[to](draft, draft.ticket.assignee_id)


def to_team(draft: Draft, team_id: str, actor: str, reason: str) -> None:
    """Give the ticket to another team, whose own roster, policy and hours hold from now on."""
    draft.change(team_id=team_id, dropped_by=())
    draft.tell_timeline("ticket.moved", actor, detail={"team": team_id, "reason": reason})
    recomputed(draft)
    place(draft)


def _to_backup(draft: Draft, owner_id: str | None) -> None:
    backup = draft.desk.agents[owner_id].backup if owner_id else None
    if backup:
        _to_agent(draft, backup, owner_id)


def _to_lead(draft: Draft, owner_id: str | None) -> None:
    _to_agent(draft, draft.desk.teams[draft.ticket.team_id].lead, owner_id)


def _to_agent(draft: Draft, agent_id: str, owner_id: str | None) -> None:
    chosen = substitute(draft, agent_id)
    if chosen and chosen.agent_id != owner_id:
        give(draft, replace(chosen, reason=ESCALATED, backup_for=chosen.backup_for or owner_id))


def _to_next(draft: Draft, owner_id: str | None) -> None:
    """Give it to another one of the team; the owner had his time, unless he is the last."""
    before = draft.ticket.dropped_by
    if owner_id:
        draft.change(dropped_by=(*before, owner_id))
    if choose(draft).agent_id:
        place(draft, ESCALATED)
    else:
        draft.change(dropped_by=before)


def _to_next_level(draft: Draft, _owner_id: str | None) -> None:
    above = draft.desk.teams[draft.ticket.team_id].next_level
    if above:
        to_team(draft, above, "desk", ESCALATED)


WAYS: Mapping[str, Callable[[Draft, str | None], None]] = {
    "backup": _to_backup,
    "lead": _to_lead,
    "next": _to_next,
    "next_level": _to_next_level,
}
