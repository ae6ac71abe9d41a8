"""`deskctl agent …`: who is away."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from chalicelib.bootstrap import Frontline
from chalicelib.config.suggestions import nearest
from chalicelib.desk.model import Desk
from chalicelib.domain.events import AgentAway, AgentBack
from chalicelib.errors import NotFoundError
from infra.deskctl.report import Report


def leave(agent_id: str, frontline: Frontline) -> Report:
    """Let new tickets pass an agent by until `come_back`."""
    _known(agent_id, frontline.desks.current().desk)
    frontline.acts.record(AgentAway(**_facts(agent_id, frontline)))
    return Report((f"{agent_id}: vắng mặt · away",), {"agent": agent_id, "away": True})


def come_back(agent_id: str, frontline: Frontline) -> Report:
    """Give an agent tickets again, unless the desk itself says `away`."""
    desk = frontline.desks.current().desk
    _known(agent_id, desk)
    frontline.acts.record(AgentBack(**_facts(agent_id, frontline)))
    still = desk.agents[agent_id].away
    words = "desk.yaml vẫn ghi away · desk.yaml still says away" if still else "có mặt · back"
    return Report((f"{agent_id}: {words}",), {"agent": agent_id, "away": still})


def _known(agent_id: str, desk: Desk) -> None:
    if agent_id not in desk.agents:
        hint = nearest(agent_id, desk.agents)
        raise NotFoundError(f"không có nhân viên “{agent_id}” · no agent “{agent_id}”. {hint}")


def _facts(agent_id: str, frontline: Frontline) -> Mapping[str, Any]:
    return {
        "id": f"deskctl:{uuid4().hex}",
        "agent_id": agent_id,
        "occurred_at": frontline.clock(),
        "via": "deskctl",
    }
