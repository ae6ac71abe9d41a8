"""Who answers, how loaded, and who is in."""

from chalice import Response

from chalicelib.api import answers
from chalicelib.api.questions import CapacityBody
from chalicelib.entrypoints.api.call import Call, written
from chalicelib.errors import NotFoundError
from chalicelib.routing.roster import AgentState


def list_agents(call: Call) -> Response:
    states = call.wired.agents.states(call.wired.desk().agents)
    return written(answers.Agents(agents=[_status(call, state) for state in states.values()]))


def leave(call: Call) -> Response:
    return _set_away(call, away=True)


def come_back(call: Call) -> Response:
    return _set_away(call, away=False)


def set_capacity(call: Call) -> Response:
    agent_id = _agent_id(call)
    call.wired.agents.set_capacity(agent_id, call.body(CapacityBody).capacity)
    return _told(call, agent_id)


def _set_away(call: Call, *, away: bool) -> Response:
    agent_id = _agent_id(call)
    call.wired.agents.set_away(agent_id, away)
    return _told(call, agent_id)


def _agent_id(call: Call) -> str:
    """Raises `NotFoundError`."""
    agent_id = call.path("agent_id")
    if agent_id not in call.wired.desk().agents:
        raise NotFoundError("the desk has no such agent")
    return agent_id


def _told(call: Call, agent_id: str) -> Response:
    return written(_status(call, call.wired.agents.states([agent_id])[agent_id]))


def _status(call: Call, state: AgentState) -> answers.AgentStatus:
    return answers.AgentStatus.of(state, call.wired.desk(), call.wired.clock())
