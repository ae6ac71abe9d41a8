"""Every key of the one table.

Item: `pk` / `sk`: what it answers.

- channel event: `LOG#channel#account#external_id` / `occurred_at#event_id`: was it seen?
- act: `LOG#ticket#ticket_id` / `act_id`: was it done? (single-use links)
- what an agent says of himself: `LOG#agent#agent_id` / `event_id`: was it noted?
- contact: `CONTACT#id` / `CONTACT`: who is it, and his newest ticket
- contact's ticket: `CONTACT#id` / `TICKET#opened_at#id`: a contact with his tickets, 1 Query
- identity: `IDENTITY#channel#account#external_id` / `IDENTITY`: which contact is this?
- ticket: `TICKET#id` / `TICKET`: the ticket; with its timeline 1 Query
- timeline entry: `TICKET#id` / `AT#at#entry_id`
- named message: `SENT#channel#account#message_id` / `SENT`: what does a receipt or answer mean?
- early receipt: `EARLY#channel#account#message_id` / `delivery`: how far had it come already?
- account: `ACCOUNT#channel#account` / `ACCOUNT`: is it well?
- agent: `AGENT#id` / `AGENT`: load and presence
- outbox: `OUTBOX#recipient` / `created_at#id`: what is to be sent, in order per recipient
- desk: `DESK` / `CURRENT`, `VERSION#000001`, `ACCOUNTS` (all that a webhook needs of it)
- token: `TOKEN#sha256` / `TOKEN`: may this caller? and `TOKENS` / `name`: which are there?
- facts: `FACT#day#shard` / `at#ticket_id#kinds`: what happened on a day, for reports
- used link: `USED#nonce` / `USED`: was a link that only opens a page used?
- quarantine: `QUARANTINE` / `part_id`: proven, but not understood

Index: `pk` / `sk`: what it holds.

- by_agent: `AGENT#id#open` (…`#done`) / `due_at#ticket_id`: an agent's tickets, next deadline
  first; `QUEUE#team#open` / `rank#due_at#ticket_id`: those of a team that nobody owns, in the
  order in which they are offered
- by_team: `TEAM#id#open` (…`#done`) / `due_at#ticket_id`: a team's tickets
- by_moment: `MOMENT#shard` / `at#owner`: what happens by itself next

Times in keys are UTC with microseconds, so that they sort as text.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import NamedTuple

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import Availability, ChannelEvent, Logged
from chalicelib.domain.tickets import Status, Ticket

MOMENT_SHARDS = 4
FACT_SHARDS = 4


class Key(NamedTuple):
    pk: str
    sk: str


def stamp(at: datetime) -> str:
    """Return `at` as text that sorts by time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_stamp(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def log(event: Logged) -> Key:
    if isinstance(event, ChannelEvent):
        return Key(_of("LOG", event.identity), f"{stamp(event.occurred_at)}#{event.id}")
    if isinstance(event, Availability):
        return Key(f"LOG#agent#{event.agent_id}", event.id)
    return Key(f"LOG#ticket#{event.ticket_id}", event.id)


def contact(contact_id: str) -> Key:
    return Key(f"CONTACT#{contact_id}", "CONTACT")


def contact_ticket(ticket: Ticket) -> Key:
    return Key(f"CONTACT#{ticket.contact_id}", f"TICKET#{stamp(ticket.opened_at)}#{ticket.id}")


def identity(of: Identity) -> Key:
    return Key(_of("IDENTITY", of), "IDENTITY")


def ticket(ticket_id: str) -> Key:
    return Key(f"TICKET#{ticket_id}", "TICKET")


def entry(ticket_id: str, at: datetime, entry_id: str) -> Key:
    return Key(f"TICKET#{ticket_id}", f"AT#{stamp(at)}#{entry_id}")


def sent(channel: str, account: str, message_id: str) -> Key:
    return Key(f"SENT#{channel}#{account}#{message_id}", "SENT")


def early_receipt(channel: str, account: str, message_id: str, delivery: str) -> Key:
    return Key(f"EARLY#{channel}#{account}#{message_id}", delivery)


def account(channel: str, name: str) -> Key:
    return Key(f"ACCOUNT#{channel}#{name}", "ACCOUNT")


def agent(agent_id: str) -> Key:
    return Key(f"AGENT#{agent_id}", "AGENT")


def outbox(recipient: str, created_at: datetime, outbox_id: str) -> Key:
    return Key(f"OUTBOX#{recipient}", f"{stamp(created_at)}#{outbox_id}")


DESK = "DESK"
DESK_CURRENT = Key(DESK, "CURRENT")
DESK_ACCOUNTS = Key(DESK, "ACCOUNTS")
QUARANTINE = "QUARANTINE"
TOKENS = "TOKENS"


def desk_version(version: int) -> Key:
    return Key(DESK, f"VERSION#{version:06d}")


def token(digest: str) -> Key:
    return Key(f"TOKEN#{digest}", "TOKEN")


def used_link(nonce: str) -> Key:
    return Key(f"USED#{nonce}", "USED")


def moment(at: datetime, owner: str) -> Key:
    """Return the index entry of something due at `at`; its owner decides the shard."""
    shard = sha256(owner.encode()).digest()[0] % MOMENT_SHARDS
    return Key(f"MOMENT#{shard}", f"{stamp(at)}#{owner}")


def fact(at: datetime, ticket_id: str, kinds: str) -> Key:
    shard = sha256(ticket_id.encode()).digest()[0] % FACT_SHARDS
    return Key(f"FACT#{at.astimezone(UTC):%Y-%m-%d}#{shard}", f"{stamp(at)}#{ticket_id}#{kinds}")


def fact_shards(day: date) -> Iterator[str]:
    return (f"FACT#{day:%Y-%m-%d}#{shard}" for shard in range(FACT_SHARDS))


def moment_shards() -> Iterator[str]:
    return (f"MOMENT#{shard}" for shard in range(MOMENT_SHARDS))


def bucket(status: Status) -> str:
    """Return the list a ticket stands in; one that is not ours yet stands in no agent's."""
    if status is Status.WATCHED:
        return "watched"
    return "done" if status.is_done else "open"


def agent_tickets(agent_id: str, bucket_name: str) -> str:
    return f"AGENT#{agent_id}#{bucket_name}"


def queue_tickets(team_id: str, bucket_name: str) -> str:
    """Tickets of a team that nobody owns."""
    return f"QUEUE#{team_id}#{bucket_name}"


def team_tickets(team_id: str, bucket_name: str) -> str:
    return f"TEAM#{team_id}#{bucket_name}"


def _of(family: str, of: Identity) -> str:
    return f"{family}#{of.channel}#{of.account}#{of.external_id}"
