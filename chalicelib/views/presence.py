"""How an agent stands: whether tickets come to him now, how many he has and takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.routing.roster import Agent, AgentState, WorkingHours, capacity_of, is_present

MOST_CAPACITY = 1000
"""How many tickets at a time an agent may say that he takes."""


class Standing(StrEnum):
    """`AWAY` by his own hand, or taken for absent; `OFF` by the desk or the clock."""

    HERE = "here"
    AWAY = "away"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """`own_capacity` is what he set himself; None leaves it to the desk."""

    standing: Standing
    load: int
    capacity: int
    own_capacity: int | None
    usual_capacity: int


def capacity_said(text: str) -> int:
    """Return how many tickets at a time `text` names. Raises `ValueError`."""
    if not (text.isascii() and text.isdigit()) or int(text) > MOST_CAPACITY:
        raise ValueError(f"{text!r} is no number from 0 to {MOST_CAPACITY}")
    return int(text)


def presence(
    agent: Agent, state: AgentState, calendars: Mapping[str, WorkingHours], now: datetime
) -> Presence:
    is_here = is_present(agent, state, calendars, now)
    return Presence(
        standing=Standing.AWAY if state.away else Standing.HERE if is_here else Standing.OFF,
        load=state.load,
        capacity=capacity_of(agent, state),
        own_capacity=state.capacity,
        usual_capacity=agent.capacity,
    )
