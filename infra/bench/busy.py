"""The desk of a busy company: 25 agents in three teams and two shifts."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from chalicelib.desk.model import Desk

ZONE = "Asia/Ho_Chi_Minh"
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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
