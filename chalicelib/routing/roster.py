"""Who works here: agents, their teams, and whether one is there at a given moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chalicelib.routing.names import Name


class WorkingHours(Protocol):
    """A calendar, as far as the roster needs one."""

    def is_open(self, at: datetime) -> bool: ...


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Agent(_Model):
    """A person who answers. Without a `calendar` always at work, but for `away`.

    `capacity` is how many tickets at a time; 0 takes none but what is given by hand.
    """

    name: str = Field(min_length=1)
    email: str = Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")
    phone: str | None = Field(default=None, pattern=r"^\+[1-9][0-9]{6,14}$")
    language: Literal["vi", "en"] = "vi"
    skills: tuple[str, ...] = ()
    capacity: int = Field(default=10, ge=0)
    backup: str | None = None
    notify: tuple[Literal["email", "sms"], ...] = ("email",)
    calendar: str | None = None
    away: bool = False

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if "sms" in self.notify and self.phone is None:
            raise ValueError("notify by sms needs a phone: write it as +84901234567")
        return self


class Team(_Model):
    """Agents who answer for the same requests; `members` are in the order of preference."""

    name: Name
    calendar: str
    lead: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentState:
    """The live part of an agent; `load` counts the open tickets, `version` 0 is never stored."""

    agent_id: str
    load: int = 0
    away: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    agents: Mapping[str, Agent]
    teams: Mapping[str, Team]
    calendars: Mapping[str, WorkingHours]


def is_present(
    agent: Agent, state: AgentState, calendars: Mapping[str, WorkingHours], at: datetime
) -> bool:
    """Return whether the agent is at work: not away by desk or own hand, and inside hours."""
    if agent.away or state.away:
        return False
    return agent.calendar is None or calendars[agent.calendar].is_open(at)
