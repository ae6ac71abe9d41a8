"""A history from the rows of a CSV file: each is one customer's ticket."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentChanged,
    AgentReplied,
    AgentResolved,
    ContactUpdated,
    Logged,
    MessageReceived,
)
from infra.whatif.history import History, of_period
from infra.whatif.period import Period
from infra.whatif.rows import ACKNOWLEDGED, Row, Table

VIA = "history"


def exported(table: Table, desk: Desk, period: Period) -> History:
    """Return the tickets that were opened in a period.

    Accounts that aren't named are those of `desk`. Raises `InvalidRequestError` for none.
    """
    rows = [row for row in table.rows if row.opened_at in period]
    return of_period(
        ((event.occurred_at, event) for row in rows for event in _life(row, desk)),
        period,
        opened={_message_id(row): _ticket_id(row) for row in rows},
        tells_acceptance=ACKNOWLEDGED in table.columns,
        handled={_ticket_id(row): row.handled for row in rows if row.handled},
    )


def unknown_types(table: Table, desk: Desk) -> int:
    """Return how many rows have a type that a desk doesn't know."""
    return sum(row.type is not None and row.type not in desk.request_types for row in table.rows)


def _life(row: Row, desk: Desk) -> Iterator[Logged]:
    """Yield what happened with a ticket, in the order that holds at equal times."""
    accounts = (one.account for one in desk.accounts if one.channel == row.channel)
    account = row.account or next(accounts, VIA)
    identity = Identity(row.channel, account, f"row-{row.line}")
    if row.tier:
        yield ContactUpdated(
            id=f"{VIA}:contact:{row.line}",
            identity=identity,
            occurred_at=row.opened_at,
            tier=row.tier,
        )
    yield MessageReceived(
        id=_message_id(row),
        identity=identity,
        occurred_at=row.opened_at,
        message_id=str(row.line),
        text=row.text or "",
        language=row.language,
        request_type=row.type,
    )
    yield from _acts(row)


def _acts(row: Row) -> Iterator[Act]:
    told: tuple[tuple[datetime | None, type[Act], str | None, dict[str, Any]], ...] = (
        # It was so from the beginning: nobody's work.
        (row.opened_at if row.priority else None, AgentChanged, None, {"priority": row.priority}),
        (row.acknowledged_at, AgentAcknowledged, row.agent, {}),
        (row.answered_at, AgentReplied, row.agent, {"text": "…"}),
        (row.resolved_at, AgentResolved, row.agent, {}),
    )
    for at, kind, by, said in told:
        if at:
            yield kind(
                id=f"{VIA}:{kind.type}:{row.line}",
                ticket_id=_ticket_id(row),
                occurred_at=at,
                agent_id=by,
                via=VIA,
                **said,
            )


def _message_id(row: Row) -> str:
    return f"{VIA}:message:{row.line}"


def _ticket_id(row: Row) -> str:
    return f"row {row.line}"
