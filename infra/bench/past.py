"""A busy company's past: as many tickets as one likes, the same at every run."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

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
from infra.whatif.rows import REQUIRED

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
"""What customers write, by its request type."""


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


def as_csv(past: History) -> str:
    """Return tickets as another system would export them, first answers only."""
    types = {text: request_type for request_type, text in TEXTS.items()}
    rows: dict[str, list[str]] = {}
    answered: dict[str, str] = {}
    resolved: dict[str, str] = {}
    for at, event in past.events:
        if isinstance(event, MessageReceived) and event.id in past.opened:
            row = [at.isoformat(), event.identity.channel, types[event.text]]
            rows[past.opened[event.id]] = row
        elif isinstance(event, AgentReplied):
            answered.setdefault(event.ticket_id, at.isoformat())
        elif isinstance(event, AgentResolved):
            resolved[event.ticket_id] = at.isoformat()
    lines = (",".join((*row, answered[of], resolved[of])) for of, row in rows.items())
    return "\n".join((",".join(REQUIRED), *lines))


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
