"""Who answers, how loaded, and who is in."""

from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.api import answers
from chalicelib.api.questions import CapacityBody
from chalicelib.domain.events import AgentAway, AgentBack, AgentTakes, Availability
from chalicelib.entrypoints.api.call import Call, written
from chalicelib.errors import NotFoundError
from chalicelib.routing.roster import AgentState
from chalicelib.service.once import Once


def list_agents(call: Call) -> Response:
    states = call.wired.agents.states(call.wired.desk().agents)
    return written(answers.Agents(agents=[_status(call, state) for state in states.values()]))


def leave(call: Call) -> Response:
    return _noted(call, AgentAway(**_facts(call, AgentAway)))


def come_back(call: Call) -> Response:
    return _noted(call, AgentBack(**_facts(call, AgentBack)))


def set_capacity(call: Call) -> Response:
    facts = _facts(call, AgentTakes)
    return _noted(call, AgentTakes(**facts, capacity=call.body(CapacityBody).capacity))


def _noted(call: Call, said: Availability) -> Response:
    """Note what is said, unless its key said it before, and answer how it is then."""
    Once(call.wired.acts).perform(said)
    return written(_status(call, call.wired.agents.states([said.agent_id])[said.agent_id]))


def _facts(call: Call, kind: type[Availability]) -> Mapping[str, Any]:
    """Return what is said each time. Raises `NotFoundError` for an agent nobody knows."""
    agent_id = call.path("agent_id")
    if agent_id not in call.wired.desk().agents:
        raise NotFoundError("the desk has no such agent")
    return {
        "id": call.own_id(kind.type),
        "agent_id": agent_id,
        "occurred_at": call.wired.clock(),
        "via": f"token:{call.caller.name}",
    }


def _status(call: Call, state: AgentState) -> answers.AgentStatus:
    return answers.AgentStatus.of(state, call.wired.desk(), call.wired.clock())
