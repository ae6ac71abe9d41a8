"""Colleagues talk about a ticket: notes that name somebody, and guests brought in by address."""

import re
from collections.abc import Iterator

from chalicelib.desk.decision import Medium, NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import GUEST, Desk, guest_address
from chalicelib.desk.telling import tell_agent
from chalicelib.errors import InvalidRequestError

MENTION = re.compile(r"(?<![\w@.])@([a-z0-9][a-z0-9_-]{0,39})\b", re.ASCII)
ADDRESS = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>]+")
MOST_GUESTS = 20


def mention(draft: Draft, text: str, by: str | None) -> None:
    """Tell whom a note names, and the owner of what a guest says."""
    told = [name for name in _named(text, draft.desk) if name != by]
    owner = draft.ticket.assignee_id
    if guest_address(by or "") and owner and owner not in told:
        told.append(owner)
    for agent_id in told:
        tell_agent(draft, agent_id, NotificationKind.MENTIONED)


def invite(draft: Draft, address: str, text: str, actor: str) -> None:
    """Bring somebody in. Raises `InvalidRequestError` for an address outside the company."""
    address = address.strip().lower()
    if not ADDRESS.fullmatch(address):
        raise InvalidRequestError(f"{address!r} is not a mail address")
    if address.partition("@")[2] not in domains(draft.desk):
        raise InvalidRequestError("only people of the company can be brought in")
    if address in draft.ticket.guests:
        return
    if len(draft.ticket.guests) >= MOST_GUESTS:
        raise InvalidRequestError(f"a ticket has at most {MOST_GUESTS} guests")
    draft.change(guests=(*draft.ticket.guests, address))
    draft.tell_timeline("guest.invited", actor, text=text, detail={"address": address})
    tell_agent(draft, f"{GUEST}{address}", NotificationKind.INVITED, by=[Medium.EMAIL])


def domains(desk: Desk) -> frozenset[str]:
    """Return where the addresses of people lie who may be brought in."""
    own = (agent.email.partition("@")[2] for agent in desk.agents.values())
    return frozenset(domain.lower() for domain in desk.routing.guest_domains or own)


def _named(text: str, desk: Desk) -> Iterator[str]:
    return (name for name in dict.fromkeys(MENTION.findall(text)) if name in desk.agents)
