"""The live part of an agent: how many tickets he holds, and whether he is away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.routing.roster import AgentState
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.table import Table


@dataclass(frozen=True, slots=True)
class Agents:
    table: Table

    def states(self, agent_ids: Iterable[str]) -> dict[str, AgentState]:
        """Return the state of each agent; who was never seen holds nothing and is present."""
        wanted = list(agent_ids)
        found = self.table.batch_get(map(keys.agent, wanted)) if wanted else {}
        return {agent: read_state(agent, found.get(keys.agent(agent), {})) for agent in wanted}

    def set_away(self, agent_id: str, away: bool) -> None:
        self.table.update(
            keys.agent(agent_id),
            "SET away = :away",
            ExpressionAttributeValues={":away": {"BOOL": away}},
        )


def read_state(agent_id: str, item: Mapping[str, Any]) -> AgentState:
    return AgentState(
        agent_id=agent_id,
        load=int(item.get("load", {}).get("N", "0")),
        away=item.get("away", {}).get("BOOL", False),
    )


def load_change(agent_id: str, delta: int, capacity: int | None) -> Item:
    """Return the write that moves an agent's load, refused when it would pass `capacity`.

    With a capacity the agent must also be present still: he may have left since he was chosen.
    """
    write: Item = {
        "Key": items.key(keys.agent(agent_id)),
        "UpdateExpression": "ADD #load :delta",
        "ExpressionAttributeNames": {"#load": "load"},
        "ExpressionAttributeValues": {":delta": items.number(delta)},
    }
    if capacity is None:
        return write
    has_room = "(attribute_not_exists(#load) OR #load < :capacity)"
    is_present = "(attribute_not_exists(away) OR away = :present)"
    values = {":capacity": items.number(capacity), ":present": {"BOOL": False}}
    return {
        **write,
        "ConditionExpression": f"{has_room} AND {is_present}",
        "ExpressionAttributeValues": {**write["ExpressionAttributeValues"], **values},
    }
