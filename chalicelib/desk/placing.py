"""Who gets a ticket: chosen by the roster, told why on the timeline, told at once himself."""

from chalicelib.desk.decision import NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.routing.assignment import Assignment, assign, stand_in


def place(draft: Draft) -> None:
    """Give the ticket to the best agent of its team, or park it and tell the lead."""
    chosen = _choose(draft)
    if chosen.agent_id is None:
        park(draft, chosen.reason)
    else:
        give(draft, chosen.agent_id, chosen.reason, backup_for=chosen.backup_for)


def try_to_place(draft: Draft) -> bool:
    """Give a parked ticket to somebody who can take it now; else change nothing."""
    chosen = _choose(draft)
    if chosen.agent_id is None:
        return False
    give(draft, chosen.agent_id, chosen.reason, backup_for=chosen.backup_for)
    return True


def place_again(draft: Draft) -> None:
    """Give a reopened ticket back to who had it, else to his backup, else to the team."""
    owner = draft.ticket.assignee_id
    draft.change(assignee_id=None)
    roster, states = draft.desk.roster, draft.context.states
    chosen = stand_in(owner, roster, states, draft.now) if owner else None
    if chosen and chosen.agent_id and _has_room(draft, chosen.agent_id):
        give(draft, chosen.agent_id, chosen.reason, backup_for=chosen.backup_for)
    else:
        place(draft)


def give(draft: Draft, agent_id: str, reason: str, *, backup_for: str | None = None) -> None:
    """Make an agent the owner, within his capacity."""
    detail = {"backup_for": backup_for} if backup_for else {}
    _own(draft, agent_id, "desk", draft.desk.agents[agent_id].capacity, reason=reason, **detail)


def hand_over(draft: Draft, agent_id: str, reason: str, actor: str) -> None:
    """Make an agent the owner because a person said so: that goes over any capacity."""
    _own(draft, agent_id, actor, None, reason=reason)


def park(draft: Draft, reason: str) -> None:
    """Leave the ticket in its team's queue and tell the lead."""
    release(draft)
    draft.change(assignee_id=None)
    team_id = draft.ticket.team_id
    draft.tell_timeline("ticket.parked", "desk", detail={"team": team_id, "reason": reason})
    draft.tell_agent(draft.desk.teams[team_id].lead, NotificationKind.PARKED, reason=reason)


def release(draft: Draft) -> None:
    """Take the ticket out of its owner's count, if anybody has it."""
    if draft.ticket.assignee_id:
        draft.move_load(draft.ticket.assignee_id, -1)


def _own(draft: Draft, agent_id: str, actor: str, capacity: int | None, **detail: str) -> None:
    release(draft)
    draft.change(assignee_id=agent_id, acknowledged_at=None)
    draft.move_load(agent_id, 1, capacity)
    draft.tell_timeline("ticket.assigned", actor, detail={"agent": agent_id, **detail})
    draft.tell_agent(agent_id, NotificationKind.ASSIGNED, **detail)


def _choose(draft: Draft) -> Assignment:
    ticket, desk = draft.ticket, draft.desk
    skills = desk.request_types[ticket.request_type].skills
    return assign(ticket.team_id, skills, desk.roster, draft.context.states, draft.now)


def _has_room(draft: Draft, agent_id: str) -> bool:
    state = draft.context.states.get(agent_id)
    return state is not None and state.load < draft.desk.agents[agent_id].capacity
