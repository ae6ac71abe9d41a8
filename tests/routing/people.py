"""A small desk to route in, at hours a reader can check by eye."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.errors import ConfigurationError
from chalicelib.routing.roster import Agent, AgentState, Roster, Team

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Hours:
    """Open every day from one hour to another, in UTC."""

    opens: int
    closes: int

    def is_open(self, at: datetime) -> bool:
        return self.opens <= at.hour < self.closes

    def next_opening(self, at: datetime) -> datetime:
        for hours in range(24):
            if self.is_open(later := at + timedelta(hours=hours)):
                return later.replace(minute=0) if hours else at
        raise ConfigurationError("the calendar opens no more")

    def shift_end(self, at: datetime, break_up_to: timedelta) -> datetime | None:
        closes = at.replace(hour=0) + timedelta(hours=self.closes)
        return closes if at.hour >= self.opens else closes - timedelta(days=1)


CALENDARS = {
    "day": Hours(8, 17),
    "early": Hours(6, 12),
    "late": Hours(13, 17),
    "night": Hours(20, 24),
    "never": Hours(0, 0),
}


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


SHOP = roster(
    {
        "an": agent("an", capacity=3),
        "lan": agent("lan", capacity=5, backup="tu"),
        "minh": agent("minh", capacity=5, backup="vy", skills=["refund"]),
        "hoa": agent("hoa", capacity=2, skills=["refund", "glaze"], speaks=["vi"]),
        "tu": agent("tu", capacity=1, speaks=["vi"]),
        "vy": agent("vy", capacity=1),
        "ba": agent("ba", capacity=1),
        "dem": agent("dem", calendar="night", backup="lan"),
    },
    shop=team("lan", "minh", "hoa"),
    pair=team("lan", "minh", backup="ba"),
    returns=team("hoa"),
    nights=team("dem", lead="lan"),
    empty=team(),
)
