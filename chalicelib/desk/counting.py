"""Counting: whose hands a ticket is in, within which limits, and what is new about an agent."""

from typing import Any

from chalicelib.desk.decision import AgentChange, Limits
from chalicelib.desk.draft import Draft
from chalicelib.domain.tickets import Ticket
from chalicelib.domain.values import replace


def count_in(draft: Draft, agent_id: str, limits: Limits | None) -> None:
    """Count the ticket into an agent's hands, within his limits if these are given."""
    channel = draft.ticket.identity.channel
    draft.change(counted_on=channel)
    _count(draft, agent_id, channel, 1)
    if limits:
        known = draft.agents[agent_id].limits
        note_agent(draft, agent_id, limits={**known, channel: limits})


def count_out(draft: Draft, ticket: Ticket) -> None:
    """Take a ticket out of its owner's count, under the channel it was counted in on.

    He may have left the desk in force: then only the stored ticket still names him.
    """
    stored = draft.context.stored
    known = stored.assignee_id if stored and stored.id == ticket.id else None
    owner = ticket.assignee_id or known
    if owner and ticket.counted_on:
        _count(draft, owner, ticket.counted_on, -1)


def note_agent(draft: Draft, agent_id: str, **noted: Any) -> None:
    """Note what is new about an agent."""
    draft.agents[agent_id] = replace(_change(draft, agent_id), **noted)


def _count(draft: Draft, agent_id: str, channel: str, delta: int) -> None:
    change = _change(draft, agent_id)
    moved = {**change.delta, channel: change.delta.get(channel, 0) + delta}
    draft.agents[agent_id] = replace(change, delta=moved)


def _change(draft: Draft, agent_id: str) -> AgentChange:
    return draft.agents.get(agent_id) or AgentChange(agent_id=agent_id)
