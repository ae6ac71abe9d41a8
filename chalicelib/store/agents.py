"""The live part of an agent: how many tickets he holds, and whether he is away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.desk.decision import AgentChange, Capacity, Presence
from chalicelib.routing.roster import AgentState
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.table import Table

MEANWHILE = 1
"""How many tickets somebody may have got since he was chosen for another."""

PRESENCE_SAID, CAPACITY_SAID = "presence_said_at", "capacity_said_at"

ON = "on_"
"""Begins the attribute that counts an agent's tickets of one channel."""


@dataclass(frozen=True, slots=True)
class Agents:
    table: Table

    def states(self, agent_ids: Iterable[str]) -> dict[str, AgentState]:
        """Return the state of each agent; who was never seen holds nothing and is present."""
        wanted = list(agent_ids)
        found = self.table.batch_get(map(keys.agent, wanted)) if wanted else {}
        return {agent: read_state(agent, found.get(keys.agent(agent), {})) for agent in wanted}


def read_state(agent_id: str, item: Mapping[str, Any]) -> AgentState:
    counted = [name for name in item if name.startswith(ON)]
    return AgentState(
        agent_id=agent_id,
        load=_number(item, "load") or 0,
        by_channel={name.removeprefix(ON): int(item[name]["N"]) for name in counted},
        away=item.get("away", {}).get("BOOL", False),
        capacity=_number(item, "capacity"),
        assigned_at=_time(item, "assigned_at"),
        active_at=_time(item, "active_at"),
        presence_said_at=_time(item, PRESENCE_SAID),
        capacity_said_at=_time(item, CAPACITY_SAID),
        misses=_number(item, "misses") or 0,
    )


def agent_update(change: AgentChange, now: datetime, seen: AgentState | None = None) -> Item:
    """Return the write of what is new about an agent, refused when it would pass his limits.

    Where limits hold he must also be present still: he may have left since he was chosen. `seen`
    is how he was then: refused, too, when he got more than `MEANWHILE` tickets since.
    """
    write = _Write()
    moved = {channel: delta for channel, delta in change.delta.items() if delta}
    if moved:
        _count(write, change, moved, now)
        if sum(moved.values()) > 0:
            _limit(write, change, seen)
    if change.misses == 0:
        write.set("misses", items.number(0))
    elif change.misses:
        write.add("misses", change.misses)
    if change.presence:
        _set_presence(write, change.presence)
    if change.capacity:
        _set_capacity(write, change.capacity)
    return {"Key": items.key(keys.agent(change.agent_id)), **write.item()}


def _count(write: "_Write", change: AgentChange, moved: Mapping[str, int], now: datetime) -> None:
    total = sum(moved.values())
    write.add("load", total)
    for channel, delta in moved.items():
        write.add(f"{ON}{channel}", delta)
    write.set("active_at", items.text(keys.stamp(now)))
    if max(moved.values()) > 0:
        write.set("assigned_at", items.text(keys.stamp(now)))


def _set_presence(write: "_Write", presence: Presence) -> None:
    write.set("away", {"BOOL": presence.away})
    if presence.said_at:
        write.set_latest(PRESENCE_SAID, presence.said_at)


def _set_capacity(write: "_Write", capacity: Capacity) -> None:
    write.set_latest(CAPACITY_SAID, capacity.said_at)
    if capacity.tickets is None:
        write.remove("capacity")
    else:
        write.set("capacity", items.number(capacity.tickets))


def _limit(write: "_Write", change: AgentChange, seen: AgentState | None) -> None:
    for channel, limits in change.limits.items():
        most = min(limits.capacity, seen.load + MEANWHILE + 1) if seen else limits.capacity
        write.demand_below("load", most)
        if limits.channel_capacity is not None:
            write.demand_below(f"{ON}{channel}", limits.channel_capacity)
        write.demand_unless("away")


def _number(item: Mapping[str, Any], name: str) -> int | None:
    return int(item[name]["N"]) if name in item else None


def _time(item: Mapping[str, Any], name: str) -> datetime | None:
    return keys.parse_stamp(item[name]["S"]) if name in item else None


class _Write:
    """An update in the making; every name and value gets a placeholder."""

    def __init__(self) -> None:
        self._sets: list[str] = []
        self._adds: list[str] = []
        self._removes: list[str] = []
        self._demands: list[str] = []
        self._names: dict[str, str] = {}
        self._values: Item = {}

    def set(self, name: str, value: Item) -> None:
        self._sets.append(f"{self._name(name)} = {self._value(value)}")

    def set_latest(self, name: str, at: datetime) -> None:
        """Set a time, and refuse everything where a later one stands already."""
        known, new = self._name(name), self._value(items.text(keys.stamp(at)))
        self._sets.append(f"{known} = {new}")
        self._demands.append(f"(attribute_not_exists({known}) OR {known} <= {new})")

    def add(self, name: str, delta: int) -> None:
        self._adds.append(f"{self._name(name)} {self._value(items.number(delta))}")

    def remove(self, name: str) -> None:
        self._removes.append(self._name(name))

    def demand_below(self, name: str, limit: int) -> None:
        known, most = self._name(name), self._value(items.number(limit))
        self._demands.append(f"(attribute_not_exists({known}) OR {known} < {most})")

    def demand_unless(self, name: str) -> None:
        known, no = self._name(name), self._value({"BOOL": False})
        self._demands.append(f"(attribute_not_exists({known}) OR {known} = {no})")

    def item(self) -> Item:
        parts = {"SET": self._sets, "ADD": self._adds, "REMOVE": self._removes}
        expression = " ".join(f"{verb} {', '.join(each)}" for verb, each in parts.items() if each)
        written: Item = {
            "UpdateExpression": expression,
            "ExpressionAttributeNames": {name: known for known, name in self._names.items()},
            "ExpressionAttributeValues": self._values,
        }
        if self._demands:
            written["ConditionExpression"] = " AND ".join(dict.fromkeys(self._demands))
        return written

    def _name(self, name: str) -> str:
        return self._names.setdefault(name, f"#n{len(self._names)}")

    def _value(self, value: Item) -> str:
        placeholder = f":v{len(self._values)}"
        self._values[placeholder] = value
        return placeholder
