"""Histories as tests need them, with as little said as possible."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import Act, Logged, MessageReceived
from infra.whatif.history import History
from tests.conftest import START
from tests.desk.events import message


def at(minutes: float) -> datetime:
    """Return a time so many minutes after nine on Monday."""
    return START + timedelta(minutes=minutes)


def written(ticket: int, minutes: float, text: str = "khiếu nại") -> MessageReceived:
    """Return a message that opened a ticket: each from another customer."""
    identity = Identity("telegram", "hoa-mai", str(ticket))
    return message(text, at(minutes), number=ticket, identity=identity)


def written_again(ticket: int, minutes: float, text: str = "vẫn chưa được") -> MessageReceived:
    """Return another message of the customer who opened a ticket."""
    identity = Identity("telegram", "hoa-mai", str(ticket))
    return message(text, at(minutes), number=1000 + ticket, identity=identity)


def done(kind: type[Act], ticket: int, minutes: float, **more: Any) -> Act:
    return kind(
        id=f"{kind.type}:{ticket}:{minutes}",
        ticket_id=f"T{ticket}",
        occurred_at=at(minutes),
        agent_id="lan",
        via="page",
        **more,
    )


def history(*events: Logged, until: datetime | None = None, **more: Any) -> History:
    """Return events as a history in which every message opened the ticket of its number."""
    opened = {one.id: f"T{one.message_id}" for one in events if isinstance(one, MessageReceived)}
    return History(
        events=tuple((one.occurred_at, one) for one in sorted(events, key=_time)),
        begins_at=min(map(_time, events)),
        ends_at=until or max(map(_time, events)) + timedelta(days=1),
        opened=opened,
        **more,
    )


def _time(event: Logged) -> datetime:
    return event.occurred_at
