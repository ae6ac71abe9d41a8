"""Who works here: agents, their teams, and whether one is there at a given moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from chalicelib.domain.durations import Duration
from chalicelib.domain.intervals import IntervalText
from chalicelib.errors import ConfigurationError
from chalicelib.routing.names import Name

Language = Literal["vi", "en"]
StrategyName = Literal["least_loaded", "round_robin", "weighted", "longest_idle"]


class WorkingHours(Protocol):
    """A calendar, as far as the roster needs one."""

    def is_open(self, at: datetime) -> bool: ...

    def next_opening(self, at: datetime) -> datetime:
        """Return `at` when open, else the next opening; `ConfigurationError` if there is none."""
        ...

    def shift_end(self, at: datetime, break_up_to: timedelta) -> datetime | None:
        """Return when the shift at `at` ends, a closure up to `break_up_to` being part of it.

        In a longer closure, the past end of the last shift; None for a shift without an end.
        """
        ...


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Agent(_Model):
    """A person who answers. Without a `calendar` always at work, but for `away`.

    `capacity` is how many tickets at a time, `channel_capacity` how many of one channel; 0 takes
    none but what is given by hand. `language` is that of his mails; he answers in those that he
    `speaks`, in any when none is named. `weight` is his share among his team's.
    """

    name: str = Field(min_length=1)
    email: str = Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")
    phone: str | None = Field(default=None, pattern=r"^\+[1-9][0-9]{6,14}$")
    language: Language = "vi"
    speaks: tuple[Language, ...] = ()
    skills: tuple[str, ...] = ()
    capacity: int = Field(default=10, ge=0)
    channel_capacity: dict[str, Annotated[int, Field(ge=0)]] = {}
    weight: int = Field(default=1, ge=1)
    backup: str | None = None
    notify: tuple[Literal["email", "sms"], ...] = ("email",)
    quiet: IntervalText | None = None
    calendar: str | None = None
    away: bool = False

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        if "sms" in self.notify and self.phone is None:
            raise ValueError("notify by sms needs a phone: write it as +84901234567")
        return self


class Team(_Model):
    """Agents who answer for the same requests; `members` are in the order of preference.

    `backup` and `lead` take what comes while no member is there. An assignment that isn't
    acknowledged within `acknowledge_within` is lost. At a shift's end open tickets are given back
    as `give_back` says; a closure up to `break_up_to` ends none. `next_level` is the team that a
    ticket goes up to.
    """

    name: Name
    calendar: str
    lead: str
    manager: str | None = None
    backup: str | None = None
    members: tuple[str, ...] = ()
    strategy: StrategyName = "least_loaded"
    acknowledge_within: Duration | None = None
    give_back: Literal["never", "unanswered", "all"] = "unanswered"
    break_up_to: Duration = timedelta(hours=2)
    next_level: str | None = None

    @field_validator("acknowledge_within")
    @classmethod
    def _takes_time(cls, within: timedelta | None) -> timedelta | None:
        if within is not None and within <= timedelta(0):
            raise ValueError("the time to acknowledge in is no time at all: write 5m or 15m")
        return within


@dataclass(frozen=True)
class AgentState:
    """The live part of an agent; `version` 0 is never stored.

    `load` counts his open tickets, `by_channel` those of each channel. `capacity` is what he set
    himself, over the desk's. `assigned_at` is when he last got a ticket, `active_at` when his load
    last changed, and `misses` how many in a row he has let drop. `presence_said_at` and
    `capacity_said_at` are when he last spoke of either.
    """

    agent_id: str
    load: int = 0
    by_channel: Mapping[str, int] = field(default_factory=dict)
    away: bool = False
    capacity: int | None = None
    assigned_at: datetime | None = None
    active_at: datetime | None = None
    presence_said_at: datetime | None = None
    capacity_said_at: datetime | None = None
    misses: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    agents: Mapping[str, Agent]
    teams: Mapping[str, Team]
    calendars: Mapping[str, WorkingHours]

    def team(self, team_id: str) -> Team:
        """Return a team. Raises `ConfigurationError` when there is none of the name."""
        try:
            return self.teams[team_id]
        except KeyError as error:
            raise ConfigurationError(f"the desk has no team {team_id!r}") from error


def capacity_of(agent: Agent, state: AgentState) -> int:
    """Return how many tickets an agent takes at a time: as he set himself, or as the desk says."""
    return agent.capacity if state.capacity is None else state.capacity


def is_present(
    agent: Agent, state: AgentState, calendars: Mapping[str, WorkingHours], at: datetime
) -> bool:
    """Return whether the agent is at work: not away by desk or own hand, and inside hours."""
    if agent.away or state.away:
        return False
    return agent.calendar is None or calendars[agent.calendar].is_open(at)


def back_at(
    agent: Agent, state: AgentState, calendars: Mapping[str, WorkingHours], at: datetime
) -> datetime | None:
    """Return when an agent who is absent by his calendar alone is back at work.

    None for one who is present, or away by desk or own hand, or whose calendar opens no more.
    """
    if agent.calendar is None or agent.away or state.away:
        return None
    hours = calendars[agent.calendar]
    try:
        return None if hours.is_open(at) else hours.next_opening(at)
    except ConfigurationError:
        return None


def leaves_at(
    agent: Agent, team: Team, calendars: Mapping[str, WorkingHours], at: datetime
) -> datetime | None:
    """Return when an agent's shift ends that is not over yet; None for one without an end."""
    if agent.calendar is None:
        return None
    ends_at = calendars[agent.calendar].shift_end(at, team.break_up_to)
    return ends_at if ends_at and ends_at > at else None


def shift_ended_at(
    agent: Agent, team: Team, calendars: Mapping[str, WorkingHours], at: datetime
) -> datetime | None:
    """Return when an agent's last shift ended; None during one, its breaks included."""
    if agent.calendar is None or calendars[agent.calendar].is_open(at):
        return None
    ends_at = calendars[agent.calendar].shift_end(at, team.break_up_to)
    return ends_at if ends_at and ends_at <= at else None
