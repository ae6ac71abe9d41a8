"""The desk of the end-to-end tests: targets of seconds, and a team of its own for each story."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

ROOT = Path(__file__).parents[2]
HOME = "gomhoamai.example"
ZONE = "Asia/Ho_Chi_Minh"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLENTY = 500

ALL_DAY = {day: ["00:00-24:00"] for day in DAYS}


def document() -> dict[str, Any]:
    """Return the desk as desk.yaml would say it."""
    return {
        "name": "Gốm Hoa Mai",
        "language": "vi",
        "time_zone": ZONE,
        "accounts": [*ACCOUNTS, *_others()],
        "calendars": {
            "luon-mo": {"time_zone": ZONE, "week": ALL_DAY},
            "dang-dong": {"time_zone": ZONE, "week": _closed_now()},
        },
        "agents": AGENTS,
        "teams": TEAMS,
        "request_types": REQUEST_TYPES,
        "default_request_type": "tu-van",
        "policies": POLICIES,
        "routing": {"reopen_within": "72h"},
    }


def _closed_now() -> dict[str, list[str]]:
    """Return a week that is open for one hour a day, twelve hours from now."""
    hour = (datetime.now(ZoneInfo(ZONE)) + timedelta(hours=12)).hour
    return {day: [f"{hour:02}:00-{hour:02}:59"] for day in DAYS}


ACCOUNTS = [
    {
        "channel": "zalo",
        "account": "hoa-mai",
        "name": "Zalo OA Gốm Hoa Mai",
        "secrets": {
            name: f"ssm:zalo/hoa-mai/{name}"
            for name in (
                *("app_id", "oa_id", "oa_secret_key", "app_secret"),
                *("access_token", "refresh_token"),
            )
        },
    },
    {
        "channel": "messenger",
        "account": "hoa-mai",
        "name": "Trang Facebook Gốm Hoa Mai",
        "secrets": {
            name: f"ssm:messenger/hoa-mai/{name}"
            for name in ("app_id", "page_id", "app_secret", "verify_token", "page_access_token")
        },
    },
    {
        "channel": "messenger",
        "account": "chi-nhanh",
        "name": "Trang chi nhánh",
        "secrets": {
            name: f"ssm:messenger/chi-nhanh/{name}"
            for name in ("app_id", "page_id", "app_secret", "verify_token", "page_access_token")
        },
    },
    {
        "channel": "telegram",
        "account": "hoa-mai-intl",
        "name": "Hoa Mai Ceramics",
        "secrets": {
            name: f"ssm:telegram/hoa-mai-intl/{name}" for name in ("secret_token", "bot_token")
        },
    },
    {
        "channel": "email",
        "account": "hotro",
        "name": "Thư Gốm Hoa Mai",
        "secrets": {"address": f"hotro@{HOME}"},
    },
]


def _others() -> list[dict[str, Any]]:
    """Return an account of every other channel, as the example desk has it."""
    example = yaml.safe_load((ROOT / "examples" / "shop.desk.yaml").read_text(encoding="utf-8"))
    known = {account["channel"] for account in ACCOUNTS}
    return [account for account in example["accounts"] if account["channel"] not in known]


def _agent(name: str, address: str, capacity: int = PLENTY, **more: Any) -> dict[str, Any]:
    return {"name": name, "email": f"{address}@{HOME}", "capacity": capacity, **more}


AGENTS = {
    "ha": _agent("Đỗ Thu Hà", "ha"),
    "lan": _agent("Nguyễn Thị Lan", "lan", backup="emma"),
    "emma": _agent("Emma Carter", "emma", language="en"),
    "thao": _agent(
        "Phạm Phương Thảo", "thao", backup="duc", phone="+84900000001", notify=["email", "sms"]
    ),
    "duc": _agent("Lê Minh Đức", "duc"),
    "khoa": _agent("Vũ Đăng Khoa", "khoa", backup="my"),
    "my": _agent("Trịnh Hà My", "my"),
    "bao": _agent("Hồ Gia Bảo", "bao", capacity=3),
    "chi": _agent("Ngô Linh Chi", "chi", capacity=2),
    "nam": _agent("Bùi Hoài Nam", "nam", away=True),
    "quynh": _agent("Hoàng Như Quỳnh", "quynh"),
}


def _team(name: str, *members: str, calendar: str = "luon-mo") -> dict[str, Any]:
    return {"name": name, "calendar": calendar, "lead": "ha", "members": list(members)}


TEAMS = {
    "tu-van": _team("Tư vấn", "lan"),
    "quoc-te": _team("Khách quốc tế", "emma"),
    "khieu-nai": _team("Khiếu nại", "thao"),
    "ky-thuat": _team("Kỹ thuật", "khoa"),
    "hang-hiem": _team("Hàng hiếm", "bao", "chi"),
    "bao-hanh": _team("Bảo hành", "nam"),
    "kho-lanh": {**_team("Kho lạnh", "nam"), "lead": "nam"},
    "hen": _team("Hẹn trước", "quynh"),
    "ngoai-gio": _team("Ngoài giờ", "quynh", calendar="dang-dong"),
}

REQUEST_TYPES = {
    "tu-van": {"name": "Tư vấn", "team": "tu-van"},
    "quoc-te": {"name": "Khách quốc tế", "team": "quoc-te", "keywords": ["ship abroad"]},
    "khieu-nai": {
        "name": {"vi": "Khiếu nại đơn hàng", "en": "Order complaint"},
        "team": "khieu-nai",
        "priority": "high",
        "keywords": ["khiếu nại", "bị vỡ"],
    },
    "ky-thuat": {"name": "Kỹ thuật", "team": "ky-thuat", "keywords": ["lỗi thanh toán"]},
    "hang-hiem": {"name": "Hàng hiếm", "team": "hang-hiem", "keywords": ["hàng hiếm"]},
    "bao-hanh": {"name": "Bảo hành", "team": "bao-hanh", "keywords": ["bảo hành"]},
    "kho-lanh": {"name": "Kho lạnh", "team": "kho-lanh", "keywords": ["kho lạnh"]},
    "hen-gan": {"name": "Hẹn gần", "team": "hen", "keywords": ["hẹn gần"]},
    "hen-xa": {"name": "Hẹn xa", "team": "hen", "keywords": ["hẹn xa"]},
    "ngoai-gio": {"name": "Ngoài giờ", "team": "ngoai-gio", "keywords": ["ngoài giờ"]},
    "doi-han": {"name": "Đổi hạn", "team": "hen", "keywords": ["đổi hạn"]},
}

NEAR, FAR = timedelta(seconds=160), timedelta(seconds=265)
"""Both beyond the 150 s within which the stream itself hands a moment over to the queue; the second
so far that the first sweep after an outage behind the first one sees it in good time."""


def _policy(name: str, request_type: str, targets: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"name": name, "match": {"request_type": [request_type]}, "targets": targets, **more}


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():.0f}s"


POLICIES = [
    _policy(
        "Khiếu nại",
        "khieu-nai",
        {"first_response": "12s", "resolution": "30m"},
        reminders=["50%"],
        escalation={"after": "5s", "to": ["backup", "lead"]},
    ),
    _policy(
        "Kỹ thuật",
        "ky-thuat",
        {"first_response": "20m", "resolution": "14s"},
        reminders=["6s"],
        escalation={"after": "3s", "to": ["backup"], "reassign": True},
    ),
    _policy("Hẹn gần", "hen-gan", {"first_response": _seconds(NEAR)}),
    _policy("Hẹn xa", "hen-xa", {"first_response": _seconds(FAR)}),
    _policy("Đổi hạn", "doi-han", {"first_response": "10m"}),
    {
        "name": "Còn lại",
        "targets": {"first_response": "30m", "resolution": "8h"},
        "reminders": ["50%"],
        "escalation": {"after": "10m", "to": ["lead"]},
    },
]
