"""What agents say of themselves: away, back, how many tickets they take."""

from datetime import datetime
from typing import Any

from chalicelib.desk.decision import AgentChange, Capacity, Context, Decision
from chalicelib.desk.model import Desk
from chalicelib.domain.events import AgentAway, AgentBack, AgentTakes, Availability


def went_away(event: AgentAway, context: Context, _desk: Desk, _now: datetime) -> Decision:
    return _noted(event, context, away=True, misses=0)


def came_back(event: AgentBack, context: Context, _desk: Desk, _now: datetime) -> Decision:
    """Take him for present: nothing that he let drop counts any more."""
    return _noted(event, context, away=False, misses=0)


def takes(event: AgentTakes, context: Context, _desk: Desk, _now: datetime) -> Decision:
    return _noted(event, context, capacity=Capacity(event.capacity))


def _noted(event: Availability, context: Context, **said: Any) -> Decision:
    """Note what was said, unless he has said something newer by now."""
    state = context.states.get(event.agent_id)
    if state and state.said_at and state.said_at > event.occurred_at:
        return Decision()
    change = AgentChange(agent_id=event.agent_id, said_at=event.occurred_at, **said)
    return Decision(agents=(change,))
