"""What an agent says of himself on a page: away, back, how many tickets he takes."""

from collections.abc import Callable, Mapping

from chalicelib.domain.events import AgentAway, AgentBack, AgentTakes, Availability
from chalicelib.entrypoints.pages.forms import Asked, Facts, NotYetError
from chalicelib.views.presence import capacity_said
from chalicelib.web.outcomes import Flash


def _takes(asked: Asked, facts: Facts) -> Availability:
    """Nothing typed leaves it to the desk."""
    typed = asked.fields.get("capacity", "").strip()
    try:
        return AgentTakes(**facts, capacity=capacity_said(typed) if typed else None)
    except ValueError as error:
        raise NotYetError(Flash.COUNT) from error


OF_HIMSELF: Mapping[str, Callable[[Asked, Facts], Availability]] = {
    "away": lambda _, facts: AgentAway(**facts),
    "back": lambda _, facts: AgentBack(**facts),
    "capacity": _takes,
}
