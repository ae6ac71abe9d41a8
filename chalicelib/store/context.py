"""Reads what a decision needs: at most three round trips for a customer's message."""

from dataclasses import dataclass, replace
from hashlib import sha256

from chalicelib.desk.decision import Context
from chalicelib.desk.model import Desk
from chalicelib.desk.needs import agents_needed
from chalicelib.domain.contacts import Contact, Identity, first_contact_id
from chalicelib.domain.events import (
    Act,
    ChannelEvent,
    Event,
    MessageFailed,
    MessageReceived,
    ReceiptReceived,
    Signal,
)
from chalicelib.domain.tickets import Ticket
from chalicelib.store import items, keys
from chalicelib.store.agents import Agents
from chalicelib.store.contacts import read_contact
from chalicelib.store.items import Item
from chalicelib.store.keys import Key
from chalicelib.store.table import Table
from chalicelib.store.tickets import Tickets, read_entry, read_ticket

REFS_LOOKED_UP = 10
"""How many of the messages that a mail refers to are looked up, newest first."""


@dataclass(frozen=True, slots=True)
class ContextReader:
    """Everything is read consistently; the commit's conditions catch what moves meanwhile."""

    table: Table

    def read(self, event: Event, desk: Desk, attempt: int) -> Context:
        """Return what is known about `event`. `attempt` picks a fresh number for a new ticket.

        Raises `NotFoundError` when an act or signal names a ticket that isn't there.
        """
        if isinstance(event, ChannelEvent):
            context = self._of_channel_event(event, ticket_number(event.id, attempt))
        else:
            context = self._of_ticket(event)
        wanted = agents_needed(event, context, desk)
        return replace(context, states=Agents(self.table).states(wanted))

    def _of_ticket(self, event: Act | Signal) -> Context:
        ticket = Tickets(self.table).get(event.ticket_id)
        if not isinstance(event, MessageFailed):
            return Context(new_ticket_id="", ticket=ticket)
        item = self.table.get(keys.entry(event.ticket_id, event.at, event.entry_id))
        return Context(new_ticket_id="", ticket=ticket, entries=(read_entry(item),) if item else ())

    def _of_channel_event(self, event: ChannelEvent, new_ticket_id: str) -> Context:
        sent = _sent_keys(event)
        own = first_contact_id(event.identity)
        found = self.table.batch_get([keys.identity(event.identity), keys.contact(own), *sent])
        contact = self._contact(event.identity, own, found)
        named = [found[key] for key in sent if key in found]
        if isinstance(event, ReceiptReceived) and event.message_ids:
            return self._of_receipt(named, contact)
        return Context(
            new_ticket_id=new_ticket_id,
            contact=contact,
            ticket=self._ticket(_continued(event, contact, named)),
        )

    def _contact(self, identity: Identity, own: str, found: dict[Key, Item]) -> Contact | None:
        """Return who the identity is; a merged one costs a read more."""
        known = found.get(keys.identity(identity))
        if known is None:
            return None
        contact_id = known["contact_id"]["S"]
        item = found.get(keys.contact(own)) if contact_id == own else None
        item = item or self.table.get(keys.contact(contact_id))
        return read_contact(item) if item else None

    def _ticket(self, ticket_id: str | None) -> Ticket | None:
        if ticket_id is None:
            return None
        item = self.table.get(keys.ticket(ticket_id))
        return read_ticket(item) if item else None

    def _of_receipt(self, named: list[Item], contact: Contact | None) -> Context:
        places = [Key(item["entry_pk"]["S"], item["entry_sk"]["S"]) for item in named]
        found = self.table.batch_get(places) if places else {}
        entries = tuple(read_entry(found[place]) for place in places if place in found)
        return Context(new_ticket_id="", contact=contact, entries=entries)


def ticket_number(event_id: str, attempt: int) -> str:
    """Return eight digits for a ticket opened by an event; another attempt, another number.

    Made from the event's id, so that no counter is needed and a retry gets the same number.
    """
    digest = sha256(f"{attempt}:{event_id}".encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 90_000_000 + 10_000_000}"


def _sent_keys(event: ChannelEvent) -> list[Key]:
    names: tuple[str, ...] = ()
    if isinstance(event, MessageReceived):
        names = event.thread_refs[-REFS_LOOKED_UP:]
    elif isinstance(event, ReceiptReceived):
        names = event.message_ids
    identity = event.identity
    return [keys.sent(identity.channel, identity.account, name) for name in names]


def _continued(event: ChannelEvent, contact: Contact | None, named: list[Item]) -> str | None:
    """Return the ticket that an event goes on with: named by address, by thread, or the newest."""
    if isinstance(event, MessageReceived) and event.ticket_id:
        return event.ticket_id
    if named:
        return items.attribute(named[-1], "ticket_id")
    return contact.ticket_id if contact else None
