"""What an agent says of himself on a page: away, back, how many tickets he takes."""

from collections.abc import Callable, Mapping

from chalicelib.entrypoints.pages.forms import Fields, NotYetError
from chalicelib.store.agents import Agents
from chalicelib.views.presence import capacity_said
from chalicelib.web.outcomes import Flash


def _capacity(agents: Agents, agent_id: str, fields: Fields) -> None:
    """Nothing typed leaves it to the desk."""
    typed = fields.get("capacity", "").strip()
    try:
        agents.set_capacity(agent_id, capacity_said(typed) if typed else None)
    except ValueError as error:
        raise NotYetError(Flash.COUNT) from error


OF_HIMSELF: Mapping[str, Callable[[Agents, str, Fields], None]] = {
    "away": lambda agents, agent_id, _: agents.set_away(agent_id, True),
    "back": lambda agents, agent_id, _: agents.set_away(agent_id, False),
    "capacity": _capacity,
}
"""By form. Each says how it is from now on, so that saying it twice changes nothing."""
