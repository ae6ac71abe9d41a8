"""Finds in the timeline, the mailbox and the platforms' calls what came of something. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from chalicelib.views.words import words
from infra.demo.api import Json
from infra.demo.cast import Customer

TICKET_HEADER = "X-Frontline-Ticket"
KIND_HEADER = "X-Frontline-Notification"

ALARMS = {
    "sla.reminded": "reminder",
    "sla.breached": "breached",
    "sla.escalated": "escalated",
}
"""The lines of a ticket's story that agents are told of by themselves, and their mails' kind."""


def at(thing: Json, name: str = "at") -> datetime:
    return datetime.fromisoformat(thing[name])


def entries(ticket: Json, kind: str, since_at: datetime | None = None) -> list[Json]:
    """Return the lines of a ticket's story of one type."""
    return [
        line
        for line in ticket["timeline"]
        if line["type"] == kind and (since_at is None or at(line) >= since_at)
    ]


def about(
    mails: Iterable[Json], ticket_id: str, kind: str, since_at: datetime | None = None
) -> list[Json]:
    """Return the mails that tell an agent of one kind of news about a ticket."""
    return [
        mail
        for mail in mails
        if mail["headers"].get(TICKET_HEADER) == ticket_id
        and mail["headers"].get(KIND_HEADER) == kind
        and (since_at is None or at(mail) >= since_at)
    ]


def told(line: Json) -> list[str]:
    """Return whom an alarm was for: those named, or else the one who is responsible."""
    return str(line["detail"].get("to", "responsible")).split(", ")


def link(mail: Json, action: str, language: str) -> str:
    """Return the address under a button of a mail. Raises `ValueError` when there is none."""
    lines = mail["text"].splitlines()
    return str(lines[lines.index(f"{words(language)[f'action.{action}']}:") + 1])


def reached(calls: Iterable[Json], mails: Iterable[Json], to: Customer, text: str) -> list[Json]:
    """Return the calls and mails that put `text` before a customer."""
    called = (
        call
        for call in calls
        if call["status"] == SUCCESS and {to.external_id, text} <= set(_leaves(call["body"]))
    )
    mailed = (mail for mail in mails if to.external_id in mail["to"] and text in mail["text"])
    return [*called, *mailed]


SUCCESS = 200


def _leaves(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for inner in node.values():
            yield from _leaves(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _leaves(inner)
    else:
        yield str(node)
