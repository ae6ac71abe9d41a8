"""A small desk to route in, at hours a reader can check by eye."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.routing.roster import Agent, AgentState, Roster, Team

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Hours:
    """Open from one hour of the day to another, in UTC."""

    opens: int
    closes: int

    def is_open(self, at: datetime) -> bool:
        return self.opens <= at.hour < self.closes


CALENDARS = {"day": Hours(8, 17), "night": Hours(20, 24)}


def agent(name: str, **fields: object) -> Agent:
    return Agent.model_validate({"name": name, "email": f"{name}@example.com", **fields})


def team(*members: str, lead: str = "an", **fields: object) -> Team:
    return Team.model_validate(
        {"name": "Cửa hàng", "calendar": "day", "lead": lead, "members": members, **fields}
    )


def roster(agents: dict[str, Agent], **teams: Team) -> Roster:
    return Roster(agents, teams, CALENDARS)


def states(away: tuple[str, ...] = (), **loads: int) -> dict[str, AgentState]:
    names = {*away, *loads}
    return {
        name: AgentState(name, load=loads.get(name, 0), away=name in away) for name in sorted(names)
    }
