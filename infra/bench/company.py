"""A company with many agents and many customers, for what is measured of very many tickets."""

from datetime import datetime
from typing import Any

from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import MessageReceived

ACCOUNT = "hoa-mai"
CHANNELS = ("telegram", "zalo")
TEAM = "care"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = ["00:00-24:00"]
WORDS = {"technical": "Máy nung không bật được", "complaint": "Khiếu nại: bình bị sứt miệng"}
SKILLED = 2
"""One agent of so many knows the technical side."""


def company(agents: int, capacity: int, channel_capacity: int) -> Desk:
    """Return the desk: one team of so many agents, each with room for so many tickets."""
    names = [f"agent-{number:02d}" for number in range(agents)]
    limits = {CHANNELS[0]: channel_capacity}
    people: dict[str, Any] = {
        name: {
            "name": f"Nhân viên {number}",
            "email": f"{name}@hoamai.example",
            "capacity": capacity,
            "channel_capacity": limits,
            "skills": ["technical"] if number % SKILLED == 0 else [],
        }
        for number, name in enumerate(names)
    }
    lead = {"name": "Hoa", "email": "hoa@hoamai.example", "capacity": 0}
    return Desk.model_validate(
        {
            "name": "Hoa Mai",
            "accounts": [
                {"channel": channel, "account": ACCOUNT, "name": "Hoa Mai"} for channel in CHANNELS
            ],
            "calendars": {
                "always": {
                    "time_zone": "Asia/Ho_Chi_Minh",
                    "week": dict.fromkeys(DAYS, HOURS),
                }
            },
            "agents": {**people, "hoa": lead},
            "teams": {
                TEAM: {"name": "Chăm sóc", "calendar": "always", "lead": "hoa", "members": names}
            },
            "request_types": {
                "complaint": {"name": "Khiếu nại", "team": TEAM},
                "technical": {
                    "name": "Kỹ thuật",
                    "team": TEAM,
                    "skills": ["technical"],
                    "keywords": ["không bật được"],
                },
            },
            "default_request_type": "complaint",
            "policies": [
                {
                    "name": "Mọi yêu cầu",
                    "targets": {"first_response": "30m"},
                    "reminders": ["50%", "5m"],
                    "escalation": [{"after": "10m", "to": ["lead"]}],
                }
            ],
        }
    )


def message(
    customer: int, at: datetime, number: int = 1, kind: str = "complaint"
) -> MessageReceived:
    """Return what a customer says; one customer in two writes on each channel."""
    identity = Identity(CHANNELS[customer % 2], ACCOUNT, str(10_000_000 + customer))
    return MessageReceived(
        id=f"{identity.channel}:{ACCOUNT}:message:{identity.external_id}.{number}",
        identity=identity,
        occurred_at=at,
        message_id=f"{customer}.{number}",
        text=WORDS[kind],
    )
