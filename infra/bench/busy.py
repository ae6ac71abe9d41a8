"""A busy company: its desk, and as much of its past as one likes, the same at every run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentReplied,
    AgentResolved,
    Logged,
    MessageReceived,
)
from infra.whatif.history import History

ZONE = "Asia/Ho_Chi_Minh"
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
A_DAY = 1_100
"""Tickets a day; each has about five events."""

BEGINS_AT = datetime(2026, 6, 30, 17, 0, tzinfo=UTC)
"""Midnight before the first of July in Vietnam."""

CUSTOMERS = 100_000
CHANNELS = ("zalo", "messenger", "email")
TEXTS = {
    "advice": "Shop ơi, bình gốm men ngọc cao 40 phân giá bao nhiêu và còn hàng không ạ?",
    "complaint": "Mình muốn khiếu nại: bộ ấm chén giao hôm qua bị vỡ mất hai chiếc.",
    "order": "Đơn hàng mình đặt thứ Hai tuần trước giờ đang ở đâu rồi ạ?",
    "technical": "Mình không đăng nhập được vào trang web để xem lại hóa đơn.",
}
TEAMS = {"care": (10, "day"), "orders": (10, "day"), "tech": (5, "office")}
"""How many work in each, and when it is open."""


def desk(**changes: Any) -> Desk:
    """Return the desk of 25 agents in three teams and shifts, with top-level parts replaced."""
    return Desk.model_validate(
        {
            "name": "Gốm Sông Hồng",
            "time_zone": ZONE,
            "accounts": [
                {
                    "channel": "email",
                    "account": "main",
                    "name": "Thư",
                    "secrets": {"address": "hotro@gomsonghong.example"},
                }
            ],
            "calendars": {
                "early": _calendar(EVERY_DAY, "07:00-15:00"),
                "late": _calendar(EVERY_DAY, "14:00-22:00"),
                "day": _calendar(EVERY_DAY, "07:00-22:00"),
                "office": _calendar(EVERY_DAY[:6], "08:00-12:00", "13:30-18:00"),
            },
            "agents": dict(_agents()),
            "teams": dict(_teams()),
            "request_types": {
                "advice": {"name": "Tư vấn", "team": "care", "keywords": ["giá bao nhiêu"]},
                "complaint": {
                    "name": "Khiếu nại",
                    "team": "orders",
                    "priority": "high",
                    "keywords": ["khiếu nại", "bị vỡ"],
                },
                "order": {"name": "Đơn hàng", "team": "orders", "keywords": ["đơn hàng"]},
                "technical": {
                    "name": "Kỹ thuật",
                    "team": "tech",
                    "keywords": ["không đăng nhập được"],
                },
            },
            "default_request_type": "advice",
            "policies": [
                {
                    "name": "Khiếu nại",
                    "match": {"request_type": ["complaint"]},
                    "targets": {"accept": "5m", "first_response": "20m", "resolution": "4h"},
                    "reminders": ["50%", "5m"],
                    "escalation": [
                        {"after": "10m", "to": ["backup", "lead"]},
                        {"after": "1h", "to": ["lead"], "reassign": "next"},
                    ],
                },
                {
                    "name": "Thư",
                    "match": {"channel": ["email"]},
                    "targets": {"first_response": "2h", "resolution": "8h"},
                    "reminders": ["50%"],
                    "escalation": {"after": "30m", "to": ["lead"]},
                },
                {
                    "name": "Còn lại",
                    "targets": {
                        "first_response": "10m",
                        "next_response": "15m",
                        "resolution": "4h",
                    },
                    "reminders": ["50%", "3m"],
                    "escalation": {"after": "10m", "to": ["backup", "lead"]},
                },
            ],
            **changes,
        }
    )


def history(tickets: int) -> History:
    """Return so many tickets: written in, acknowledged, answered, asked about again, resolved."""
    random = Random(tickets)  # noqa: S311  the same at every run is what is wanted
    events: list[Logged] = []
    opened: dict[str, str] = {}
    for number in range(tickets):
        first, *others = _life(number, random)
        opened[first.id] = str(number)
        events += (first, *others)
    events.sort(key=lambda event: (event.occurred_at, event.id))
    return History(
        events=tuple((event.occurred_at, event) for event in events),
        begins_at=BEGINS_AT,
        ends_at=events[-1].occurred_at + timedelta(hours=1),
        opened=opened,
    )


def _calendar(days: tuple[str, ...], *hours: str) -> dict[str, Any]:
    return {"time_zone": ZONE, "week": {day: list(hours) for day in days}}


def _members(team: str) -> list[str]:
    return [f"{team}-{number:02}" for number in range(TEAMS[team][0])]


def _agents() -> Iterator[tuple[str, dict[str, Any]]]:
    for team, (_, hours) in TEAMS.items():
        members = _members(team)
        # Every other one has the same shift, so that a backup is there when his colleague is.
        for place, (agent, backup) in enumerate(pairwise([*members, *members[:1]])):
            shift = hours if hours == "office" else ("early", "late")[place // 2 % 2]
            yield agent, _agent(agent, calendar=shift, capacity=12, backup=backup)
    yield "lead", _agent("lead", capacity=20)


def _agent(agent: str, **more: Any) -> dict[str, Any]:
    return {"name": agent, "email": f"{agent}@gomsonghong.example", **more}


def _teams() -> Iterator[tuple[str, dict[str, Any]]]:
    for team, (_, hours) in TEAMS.items():
        yield (
            team,
            {
                "name": team,
                "calendar": hours,
                "lead": "lead",
                "members": _members(team),
                "acknowledge_within": "15m",
            },
        )


def _life(number: int, random: Random) -> Iterator[Logged]:
    """Yield what happened with one ticket, its first message first."""
    channel = random.choices(CHANNELS, (5, 3, 2))[0]
    identity = Identity(channel, "main", str(random.randrange(CUSTOMERS)))
    kind = random.choices([*TEXTS], (4, 2, 3, 1))[0]
    at = _opened_at(number, random)
    yield _message(number, 0, at, identity, TEXTS[kind])
    at = _when_somebody_is_there(at)
    at += _minutes(random, 2)
    yield _act(AgentAcknowledged, number, 1, at)
    at += _minutes(random, 4)
    yield _act(AgentReplied, number, 2, at, text="Dạ em kiểm tra rồi báo mình ngay ạ.")
    if random.random() < 0.5:  # noqa: PLR2004  every other customer
        at += _minutes(random, 6)
        yield _message(number, 3, at, identity, "Mình cảm ơn, khi nào có thì nhắn mình nhé.")
        at += _minutes(random, 4)
        yield _act(AgentReplied, number, 4, at, text="Dạ vâng ạ.")
    at += _minutes(random, 15)
    yield _act(AgentResolved, number, 5, at)


def _opened_at(number: int, random: Random) -> datetime:
    """Return a time of day as customers write: most in the afternoon, hardly any at night."""
    day = timedelta(days=number // A_DAY)
    hour = random.gauss(14.5, 3.5) % 24
    return BEGINS_AT + day + timedelta(seconds=int(hour * 3600))


def _when_somebody_is_there(at: datetime) -> datetime:
    opens, closes = timedelta(hours=7), timedelta(hours=21, minutes=45)
    hour = (at - BEGINS_AT) % timedelta(days=1)
    if hour < opens:
        return at + (opens - hour)
    return at if hour < closes else at + (timedelta(days=1) + opens - hour)


def _minutes(random: Random, usual: float) -> timedelta:
    return timedelta(seconds=int(60 * usual * random.lognormvariate(0, 0.7)))


def _message(number: int, place: int, at: datetime, of: Identity, text: str) -> MessageReceived:
    message_id = f"{number}.{place}"
    return MessageReceived(
        id=f"{of.channel}:{of.account}:message:{message_id}",
        identity=of,
        occurred_at=at,
        message_id=message_id,
        text=text,
    )


def _act(kind: type[Act], number: int, place: int, at: datetime, **facts: Any) -> Act:
    return kind(
        id=f"act:{number}.{place}",
        ticket_id=str(number),
        occurred_at=at,
        agent_id=None,
        via="page",
        **facts,
    )
