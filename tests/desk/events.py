"""Events as tests need them, with as little said as possible."""

from datetime import datetime
from typing import Any

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import Availability, MessageReceived, MomentDue
from chalicelib.domain.tickets import Ticket

MAI = Identity("telegram", "hoa-mai", "77")
NAM = Identity("zalo", "hoa-mai", "9001")


def message(
    text: str, at: datetime, *, number: int = 1, identity: Identity = MAI, **more: Any
) -> MessageReceived:
    return MessageReceived(
        id=f"{identity.channel}:{identity.account}:message:{identity.external_id}.{number}",
        identity=identity,
        occurred_at=at,
        message_id=str(number),
        text=text,
        **more,
    )


def said_of_himself(
    kind: type[Availability], agent_id: str, at: datetime, **more: Any
) -> Availability:
    event_id = f"test:{kind.type}:{at.isoformat()}"
    return kind(id=event_id, agent_id=agent_id, occurred_at=at, via="page", **more)


def moment_of(ticket: Ticket) -> MomentDue:
    assert ticket.moment is not None
    return MomentDue(ticket_id=ticket.id, moment_at=ticket.moment.at)
