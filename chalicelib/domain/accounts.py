"""A connected account, as it fares."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHealth:
    """What is known of one account; None where nothing happened yet.

    `problem` needs a person: an empty one is none. `token_expires_at` is when its token dies,
    `renewed_at` when a token that is renewed by itself last was.
    """

    channel: str
    account: str
    last_event_at: datetime | None = None
    last_send_at: datetime | None = None
    refused_at: datetime | None = None
    checked_at: datetime | None = None
    token_expires_at: datetime | None = None
    renewed_at: datetime | None = None
    problem: str = ""
