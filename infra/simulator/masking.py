"""Tokens and secrets made unreadable in what the simulator shows."""

import re
from collections.abc import Mapping
from typing import Any

SECRET_NAME = re.compile(
    r"token|secret|authorization|appsecret_proof|api.?key|^key$|password", re.IGNORECASE
)
BOT_TOKEN = re.compile(r"(/bot)(\d+):[^/]+")
INCOMING_WEBHOOK = re.compile(r"(/services/[^/]+/[^/]+/).+")
SHOWN = 4


def masked_path(path: str) -> str:
    """Hide what Telegram's bots and Slack's incoming webhooks are known by."""
    return INCOMING_WEBHOOK.sub(r"\1***", BOT_TOKEN.sub(r"\1\2:***", path))


def masked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Hide the values of fields that are secrets by their name, leaving their last characters."""
    return {
        name: _mask(value) if SECRET_NAME.search(name) and isinstance(value, str) else value
        for name, value in fields.items()
    }


def _mask(value: str) -> str:
    scheme, space, _ = value.rpartition(" ")
    return f"{scheme}{space}***{value[-SHOWN:]}" if len(value) > 2 * SHOWN else "***"
