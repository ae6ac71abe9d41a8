"""Reads what a decision needs: at most three round trips for a customer's message."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.channels.registry import adapter_class
from chalicelib.desk.decision import Context
from chalicelib.desk.model import Desk
from chalicelib.desk.needs import agents_needed
from chalicelib.domain.contacts import Contact, Identity, first_contact_id
from chalicelib.domain.events import (
    Act,
    AgentMerged,
    Availability,
    ChannelEvent,
    Event,
    IdentityLinked,
    MessageEchoed,
    MessageFailed,
    MessageReceived,
    PeerAnswered,
    ReceiptReceived,
    Signal,
)
from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import Ticket
from chalicelib.store import items, keys
from chalicelib.store.agents import Agents
from chalicelib.store.contacts import read_contact
from chalicelib.store.items import Item
from chalicelib.store.keys import Key
from chalicelib.store.outbox import Outbox
from chalicelib.store.table import Table
from chalicelib.store.tickets import Tickets, read_entry, read_ticket

REFS_LOOKED_UP = 10
"""How many of the messages that a mail refers to are looked up, newest first."""

RECEIPTS_LOOKED_UP = 40
"""Messages of one receipt: a transaction holds 100 writes."""


@dataclass(frozen=True, slots=True)
class ContextReader:
    """Everything is read consistently; the commit's conditions catch what moves meanwhile."""

    table: Table

    def read(
        self,
        event: Event,
        desk: Desk,
        attempt: int,
        reading: Callable[[str], Ticket] | None = None,
    ) -> Context:
        """Return what is known about `event`. `attempt` picks a fresh number for a new ticket.

        `reading` reads the ticket of an act or signal, where that isn't one read of its own.
        Raises `NotFoundError` when an act or signal names a ticket that isn't there.
        """
        if isinstance(event, ChannelEvent):
            context = self._of_channel_event(event, ticket_number(event.id, attempt))
        elif isinstance(event, Availability):
            context = Context(new_ticket_id="")
        else:
            get = reading or Tickets(self.table).get
            context = self._of_ticket(event, get(event.ticket_id))
        wanted = agents_needed(event, context, desk)
        return context._replace(states=Agents(self.table).states(wanted), attempt=attempt)

    def _of_ticket(self, event: Act | Signal, ticket: Ticket) -> Context:
        if isinstance(event, AgentMerged):
            other = self._ticket(event.other_ticket_id)
            return Context(new_ticket_id="", ticket=ticket, other_ticket=other)
        if not isinstance(event, MessageFailed):
            return Context(new_ticket_id="", ticket=ticket)
        item = self.table.get(keys.entry(event.ticket_id, event.at, event.entry_id))
        return Context(new_ticket_id="", ticket=ticket, entries=(read_entry(item),) if item else ())

    def _of_channel_event(self, event: ChannelEvent, new_ticket_id: str) -> Context:
        sent = _sent_keys(event)
        people = (event.identity, *((event.other,) if isinstance(event, IdentityLinked) else ()))
        found = self.table.batch_get(
            [*(key for each in people for key in _person_keys(each)), *sent, *_own_key(event)]
        )
        contact, *others = (self._contact(each, found) for each in people)
        named = [found[key] for key in sent if key in found]
        if isinstance(event, ReceiptReceived) and event.message_ids:
            return self._of_receipt(event, named, contact)
        ticket = continued(event, contact, _named(named), self._ticket)
        return Context(
            new_ticket_id=new_ticket_id,
            contact=contact,
            ticket=ticket,
            is_ours=isinstance(event, MessageEchoed) and self._is_ours(event, ticket, found),
            other=others[0] if others else None,
        )

    def _is_ours(self, event: MessageEchoed, ticket: Ticket | None, found: dict[Key, Item]) -> bool:
        """Tell an echo of what Frontline sent, or is sending at this moment."""
        if event.ours or any(key in found for key in _own_key(event)):
            return True
        if ticket is None:
            return False
        sending = Outbox(self.table).unsent_texts(str(ticket.identity))
        return _plain(event.text) in map(_plain, sending)

    def _contact(self, identity: Identity, found: dict[Key, Item]) -> Contact | None:
        """Return who the identity is; a merged one costs a read more."""
        own = first_contact_id(identity)
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
        ticket = read_ticket(item) if item else None
        return self._ticket(ticket.merged_into) if ticket and ticket.merged_into else ticket

    def _of_receipt(
        self, event: ReceiptReceived, named: list[Item], contact: Contact | None
    ) -> Context:
        # Several parts of one answer have one line.
        found_at = (Key(item["entry_pk"]["S"], item["entry_sk"]["S"]) for item in named)
        places = list(dict.fromkeys(found_at))
        found = self.table.batch_get(places) if places else {}
        entries = tuple(read_entry(found[place]) for place in places if place in found)
        is_bad_news = event.delivery is Delivery.FAILED and entries
        ticket = self._ticket(entries[0].ticket_id) if is_bad_news else None
        return Context(new_ticket_id="", contact=contact, ticket=ticket, entries=entries)


def continued(
    event: ChannelEvent,
    contact: Contact | None,
    by_thread: str | None,
    find: Callable[[str | None], Ticket | None],
) -> Ticket | None:
    """Return the ticket that an event goes on with: named by address or thread, or the newest.

    `by_thread` is the ticket of the message that it answers; `find` returns a ticket, or the one
    that it was merged into. A message named by somebody else's words doesn't make his ticket
    theirs.
    """
    own = contact.ticket_id if contact else None
    by_address = event.ticket_id if isinstance(event, MessageReceived) else None
    named = by_address or by_thread
    if named is None:
        return None if isinstance(event, PeerAnswered) else find(own)
    ticket = find(named)
    if ticket is None or named == own or not isinstance(event, MessageReceived):
        return ticket
    is_own = contact is not None and ticket.contact_id == contact.id
    can = adapter_class(event.identity.channel).capabilities
    return ticket if is_own or can.shares_threads else find(own)


def ticket_number(event_id: str, attempt: int) -> str:
    """Return eight digits for a ticket opened by an event; another attempt, another number.

    Made from the event's id, so that no counter is needed and a retry gets the same number.
    """
    digest = sha256(f"{attempt}:{event_id}".encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 90_000_000 + 10_000_000}"


def _sent_keys(event: ChannelEvent) -> list[Key]:
    names: tuple[str, ...] = ()
    if isinstance(event, MessageReceived | MessageEchoed | PeerAnswered):
        names = event.thread_refs[-REFS_LOOKED_UP:]
    elif isinstance(event, ReceiptReceived):
        names = event.message_ids[:RECEIPTS_LOOKED_UP]
    identity = event.identity
    return [keys.sent(identity.channel, identity.account, name) for name in names]


def _person_keys(identity: Identity) -> tuple[Key, Key]:
    return keys.identity(identity), keys.contact(first_contact_id(identity))


def _own_key(event: ChannelEvent) -> list[Key]:
    """Return the key under which an echo stands if it is of a message that Frontline sent."""
    if not isinstance(event, MessageEchoed):
        return []
    return [keys.sent(event.identity.channel, event.identity.account, event.message_id)]


def _plain(text: str) -> str:
    """Return a text without what platforms change of it."""
    return " ".join(text.split()).casefold()


def _named(found: list[Item]) -> str | None:
    """Return the ticket of the newest message that an event names."""
    return items.attribute(found[-1], "ticket_id") if found else None
