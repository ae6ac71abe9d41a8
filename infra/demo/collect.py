"""Asks the API, the mailbox and the platforms, once at the end, for all that was recorded."""

import httpx

from infra.demo.api import Json
from infra.demo.evidence import Evidence
from infra.demo.stage import Stage


def collect(stage: Stage) -> Evidence:
    """Raises httpx's errors."""
    cases = [*stage.diary.cases.values(), *stage.diary.elsewhere]
    tickets = {case.ticket_id: stage.api.ticket(case.ticket_id) for case in cases}
    return Evidence(
        tickets=tickets,
        mails=stage.outside.mails(),
        calls=[call for case in cases for call in stage.outside.calls(case.customer.channel)],
        files={ticket_id: _files(ticket) for ticket_id, ticket in tickets.items()},
    )


def _files(ticket: Json) -> list[bytes]:
    """Download what customers attached, from the addresses that the API gives."""
    urls = [part["url"] for line in ticket["timeline"] for part in line["attachments"]]
    return [httpx.get(url, trust_env=False).content for url in urls if url]
