"""A small desk for tests: one shop, two teams, four agents, round-the-clock hours."""

from typing import Any

from chalicelib.desk.model import Desk

ALL_DAY = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}

DOCUMENT: dict[str, Any] = {
    "name": "Hoa Mai",
    "language": "vi",
    "time_zone": "Asia/Ho_Chi_Minh",
    "accounts": [
        {
            "channel": "zalo",
            "account": "hoa-mai",
            "name": "Hoa Mai OA",
            "secrets": {
                "app_id": "1111111111111111111",
                "oa_id": "2222222222222222222",
                "oa_secret_key": "test-oa-secret",
                "app_secret": "test-app-secret",
                "access_token": "test-access-token",
                "refresh_token": "test-refresh-token",
            },
        },
        {
            "channel": "telegram",
            "account": "hoa-mai",
            "name": "Hoa Mai bot",
            "secrets": {"bot_token": "1:test-bot-token", "secret_token": "test-secret-token"},
        },
        {
            "channel": "email",
            "account": "hotro",
            "name": "Hoa Mai",
            "secrets": {"address": "hotro@hoamai.example"},
        },
    ],
    "calendars": {"always": {"time_zone": "Asia/Ho_Chi_Minh", "week": ALL_DAY}},
    "agents": {
        "lan": {
            "name": "Lan",
            "email": "lan@hoamai.example",
            "capacity": 3,
            "backup": "minh",
        },
        "minh": {"name": "Minh", "email": "minh@hoamai.example", "capacity": 3},
        "tuan": {
            "name": "Tuan",
            "email": "tuan@hoamai.example",
            "phone": "+84900000001",
            "language": "en",
            "skills": ["technical"],
            "capacity": 1,
            "notify": ["email", "sms"],
        },
        "hoa": {"name": "Hoa", "email": "hoa@hoamai.example", "capacity": 0},
    },
    "teams": {
        "care": {
            "name": "Chăm sóc",
            "calendar": "always",
            "lead": "hoa",
            "members": ["lan", "minh"],
        },
        "tech": {"name": "Kỹ thuật", "calendar": "always", "lead": "hoa", "members": ["tuan"]},
    },
    "request_types": {
        "advice": {"name": "Tư vấn", "team": "care"},
        "complaint": {
            "name": "Khiếu nại",
            "team": "care",
            "priority": "high",
            "keywords": ["khiếu nại", "hàng lỗi"],
        },
        "technical": {
            "name": "Kỹ thuật",
            "team": "tech",
            "skills": ["technical"],
            "keywords": ["không bật được"],
        },
    },
    "default_request_type": "advice",
    "policies": [
        {
            "name": "Khiếu nại",
            "match": {"request_type": ["complaint"]},
            "targets": {"first_response": "30m", "resolution": "4h"},
            "reminders": ["50%", "5m"],
            "escalation": {"after": "10m", "to": ["backup", "lead"]},
        },
        {
            "name": "Còn lại",
            "targets": {"first_response": "1h", "resolution": "8h"},
            "reminders": ["50%"],
            "escalation": {"after": "0s", "to": ["lead"]},
        },
    ],
}


def shop(**changes: Any) -> Desk:
    """Return the desk, with top-level parts replaced."""
    return Desk.model_validate({**DOCUMENT, **changes})
