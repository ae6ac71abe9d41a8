"""A desk with shifts, a break, three levels and everything a policy can say, for hard tests."""

from collections.abc import Iterable
from typing import Any

from chalicelib.desk.model import Desk
from tests.desks import ALL_DAY, DOCUMENT

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat")


def _each(days: Iterable[str], hours: list[str]) -> dict[str, list[str]]:
    return dict.fromkeys(days, hours)


FACTORY: dict[str, Any] = {
    **DOCUMENT,
    "calendars": {
        "always": DOCUMENT["calendars"]["always"],
        "office": {
            "time_zone": "Asia/Ho_Chi_Minh",
            "week": _each(WEEK, ["08:00-12:00", "13:00-22:00"]),
            "holidays": "VN",
        },
        "early": {
            "time_zone": "Asia/Ho_Chi_Minh",
            "week": _each(WEEK, ["08:00-12:00", "13:00-15:00"]),
        },
        "late": {
            "time_zone": "Asia/Ho_Chi_Minh",
            "week": _each(WEEK, ["14:00-18:00", "18:30-22:00"]),
        },
        "night": {"time_zone": "Asia/Ho_Chi_Minh", "week": _each(ALL_DAY, ["22:00-08:00"])},
    },
    "agents": {
        "lan": {
            "name": "Lan",
            "email": "lan@hoamai.example",
            "capacity": 3,
            "channel_capacity": {"telegram": 2},
            "backup": "minh",
            "calendar": "early",
        },
        "minh": {
            "name": "Minh",
            "email": "minh@hoamai.example",
            "capacity": 2,
            "calendar": "late",
            "backup": "lan",
        },
        "tuan": {
            "name": "Tuan",
            "email": "tuan@hoamai.example",
            "skills": ["technical"],
            "capacity": 2,
            "quiet": "22:00-07:00",
        },
        "vy": {"name": "Vy", "email": "vy@hoamai.example", "skills": ["technical"], "capacity": 1},
        "hoa": {"name": "Hoa", "email": "hoa@hoamai.example", "capacity": 1, "calendar": "office"},
        "sep": {"name": "Sếp", "email": "sep@hoamai.example", "capacity": 0},
    },
    "teams": {
        "care": {
            "name": "Chăm sóc",
            "calendar": "office",
            "lead": "hoa",
            "manager": "sep",
            "members": ["lan", "minh"],
            "acknowledge_within": "10m",
            "next_level": "tech",
        },
        "tech": {
            "name": "Kỹ thuật",
            "calendar": "always",
            "lead": "hoa",
            "members": ["tuan", "vy"],
            "strategy": "round_robin",
            "acknowledge_within": "15m",
            "give_back": "all",
        },
    },
    "policies": [
        {
            "name": "Ngoài giờ",
            "match": {"hours": ["outside"]},
            "targets": {"first_response": {"within": "3h", "time": "wall"}, "resolution": "8h"},
            "escalation": [{"after": "30m", "to": ["lead"]}],
        },
        {
            "name": "Khiếu nại",
            "match": {"request_type": ["complaint"]},
            "targets": {
                "accept": "5m",
                "first_response": "30m",
                "next_response": "40m",
                "resolution": "4h",
            },
            "reminders": ["50%", {"at": "5m", "by": ["sms"], "to": ["assignee", "lead"]}],
            "escalation": [
                {"after": "0s", "to": ["assignee", "backup"], "until": "acknowledged"},
                {"after": "10m", "to": ["lead"], "reassign": "next", "priority": "urgent"},
                {
                    "after": "20m",
                    "to": ["manager", "lead"],
                    "reassign": "next_level",
                    "until": "resolved",
                    "repeat": {"every": "30m", "times": 2},
                },
            ],
            "tell_customer_before": "5m",
        },
        {
            "name": "Còn lại",
            "targets": {"accept": "10m", "first_response": "1h", "resolution": "8h"},
            "reminders": ["50%"],
            "escalation": [
                {"after": "0s", "to": ["lead"], "reassign": "backup"},
                {"after": "10m", "to": ["lead"], "reassign": "lead"},
            ],
        },
    ],
}


def factory(**changes: Any) -> Desk:
    """Return the desk, with top-level parts replaced."""
    return Desk.model_validate({**FACTORY, **changes})
