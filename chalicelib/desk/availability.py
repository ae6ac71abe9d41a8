"""What agents say of themselves: away, back, how many tickets they take.

Something newer that was said of the same is not undone by what comes late.
"""

from datetime import datetime

from chalicelib.desk.decision import AgentChange, Capacity, Context, Decision, Presence
from chalicelib.desk.model import Desk
from chalicelib.domain.events import AgentAway, AgentBack, AgentTakes


def went_away(event: AgentAway, context: Context, _desk: Desk, _now: datetime) -> Decision:
    return _noted(event, context, Presence(away=True, said_at=event.occurred_at))


def came_back(event: AgentBack, context: Context, _desk: Desk, _now: datetime) -> Decision:
    """Take him for present: nothing that he let drop counts any more."""
    return _noted(event, context, Presence(away=False, said_at=event.occurred_at))


def takes(event: AgentTakes, context: Context, _desk: Desk, _now: datetime) -> Decision:
    said_at = context.state(event.agent_id).capacity_said_at
    if said_at and said_at > event.occurred_at:
        return Decision()
    capacity = Capacity(event.capacity, event.occurred_at)
    return Decision(agents=(AgentChange(agent_id=event.agent_id, capacity=capacity),))


def _noted(event: AgentAway | AgentBack, context: Context, presence: Presence) -> Decision:
    said_at = context.state(event.agent_id).presence_said_at
    if said_at and said_at > event.occurred_at:
        return Decision()
    change = AgentChange(agent_id=event.agent_id, presence=presence, misses=0)
    return Decision(agents=(change,))
