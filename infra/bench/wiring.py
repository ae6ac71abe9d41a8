"""Frontline on the table of an emulator, with given clients in place of AWS."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.bootstrap import Frontline
from chalicelib.config.settings import Settings

TIMER_QUEUE = "timer"
LIKE_OURS: dict[str, Any] = {
    # As the functions' own: chalicelib/store/clients.py.
    "parameter_validation": False,
    "user_agent": "frontline",
    # But for all of them at once, and for an emulator that looks at each entry of an index.
    "max_pool_connections": 64,
    "read_timeout": 300,
}
"""How a client of many workers at once is made."""


def wired(
    table: str,
    client: Callable[[str], Any],
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> Frontline:
    """Return all of it; `client` returns that of a service."""
    settings = Settings(
        stage="bench",
        table_name=table,
        timer_queue_url=TIMER_QUEUE,
        outbox_queue_url="outbox",
        recompute_queue_url="recompute",
        mail_bucket="mail",
        notification_topic_arn="topic",
        mail_domain="reply.frontline.example",
        mail_from="desk@frontline.example",
        signing_keys_parameter="keys",
        public_url="https://desk.example/api",
    )
    return Frontline(settings, client=client, clock=clock, sleep=sleep)
