"""Who gets a ticket: chosen by the roster, told why on the timeline, told at once himself."""

from collections.abc import Iterable

from chalicelib.desk.counting import count_in, count_out
from chalicelib.desk.decision import Limits, NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk
from chalicelib.desk.parking import park, wait_on
from chalicelib.desk.telling import tell_agent
from chalicelib.domain.tickets import Ticket
from chalicelib.routing.assignment import Assignment, Need, assign, stand_in
from chalicelib.routing.eligibility import is_able
from chalicelib.routing.roster import capacity_of


def place(draft: Draft, because: str = "") -> None:
    """Give the ticket to the best agent of its team, or park it and tell those concerned."""
    chosen = choose(draft)
    if chosen.agent_id is None:
        release(draft)
        park(draft, chosen)
    else:
        give(draft, chosen, because)


def try_to_place(draft: Draft) -> Assignment:
    """Give a ticket of nobody's to who can take it now, or have it wait on; return the choice."""
    chosen = choose(draft)
    if chosen.agent_id:
        give(draft, chosen)
    else:
        wait_on(draft, chosen)
    return chosen


def place_again(draft: Draft, because: str = "") -> None:
    """Give a ticket back to who had it, else to his backup, else to the team."""
    owner = draft.ticket.assignee_id
    release(draft)
    chosen = substitute(draft, owner) if owner else None
    if chosen:
        give(draft, chosen, because)
    else:
        place(draft, because)


def substitute(draft: Draft, agent_id: str) -> Assignment | None:
    """Return an agent, or who stands in for him, if either is there and has room."""
    states, roster = draft.context.states, draft.desk.roster
    need = need_of(draft.ticket, draft.desk)
    chosen = stand_in(agent_id, need, roster, states, draft.now)
    return chosen if chosen.agent_id and _has_room(draft, chosen.agent_id) else None


def give(draft: Draft, chosen: Assignment, because: str = "") -> None:
    """Make an agent the owner, within his limits; `because` is why the one before lost it."""
    agent_id = str(chosen.agent_id)
    detail = {
        "reason": chosen.reason,
        "considered": "; ".join(chosen.considered),
        "backup_for": chosen.backup_for or "",
        "because": because,
    }
    told = {name: value for name, value in detail.items() if value}
    _own(draft, agent_id, "desk", limits_of(draft, agent_id), **told)


def hand_over(draft: Draft, agent_id: str, reason: str, actor: str) -> None:
    """Make an agent the owner because a person said so: that goes over any capacity.

    Whoever let it drop before has it again.
    """
    draft.change(dropped_by=tuple(one for one in draft.ticket.dropped_by if one != agent_id))
    _own(draft, agent_id, actor, None, reason=reason)


def release(draft: Draft) -> None:
    """Take the ticket from its owner, if anybody has it."""
    count_out(draft, draft.ticket)
    draft.change(assignee_id=None, counted_on=None, assigned_at=None, acknowledged_at=None)


def need_of(ticket: Ticket, desk: Desk, lot: str = "") -> Need:
    """Return what the ticket asks of who is to get it."""
    return Need(
        team_id=ticket.team_id,
        skills=_all(desk.request_types[ticket.request_type].skills, ticket.skills),
        language=ticket.language,
        channel=ticket.identity.channel,
        preferred=ticket.preferred,
        dropped=ticket.dropped_by,
        lot=lot,
    )


def may_take(agent_id: str, ticket: Ticket, desk: Desk) -> bool:
    """Return whether a ticket can be an agent's at all, were he there and had room."""
    need = need_of(ticket, desk)
    is_member = agent_id in desk.teams[need.team_id].members
    is_able_to = not is_member or is_able(desk.agents[agent_id], need)
    return agent_id not in need.dropped and is_able_to


def limits_of(draft: Draft, agent_id: str) -> Limits:
    agent = draft.desk.agents[agent_id]
    state = draft.context.state(agent_id)
    return Limits(
        capacity=capacity_of(agent, state),
        channel_capacity=agent.channel_capacity.get(draft.ticket.identity.channel),
    )


def _own(draft: Draft, agent_id: str, actor: str, limits: Limits | None, **detail: str) -> None:
    release(draft)
    draft.change(assignee_id=agent_id, assigned_at=draft.now, parked_until=None)
    count_in(draft, agent_id, limits)
    draft.tell_timeline("ticket.assigned", actor, detail={"agent": agent_id, **detail})
    tell_agent(draft, agent_id, NotificationKind.ASSIGNED, detail)


def choose(draft: Draft) -> Assignment:
    need = need_of(draft.ticket, draft.desk, _lot(draft))
    return assign(need, draft.desk.roster, draft.context.states, draft.now)


def _lot(draft: Draft) -> str:
    """Return a lot where others were faster: who chose the same agent is not to do so again."""
    attempt = draft.context.attempt
    return f"{draft.ticket.id}:{attempt}" if attempt else ""


def _has_room(draft: Draft, agent_id: str) -> bool:
    state = draft.context.state(agent_id)
    limits, channel = limits_of(draft, agent_id), draft.ticket.identity.channel
    has_room_there = (
        limits.channel_capacity is None
        or state.by_channel.get(channel, 0) < limits.channel_capacity
    )
    return state.load < limits.capacity and has_room_there


def _all(*lists: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for each in lists for one in each))
