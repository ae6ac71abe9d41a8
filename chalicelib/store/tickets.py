"""Tickets and their timelines."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import merge
from typing import Any

from chalicelib.desk.decision import Fetch
from chalicelib.domain.messages import Attachment, Delivery
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.errors import NotFoundError
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.keys import Key
from chalicelib.store.table import Table

NEVER = "9999-12-31T00:00:00.000000Z"
"""Sorts after every deadline: a ticket with none is last."""


PAGE = 200
"""Tickets read per Query: whoever wants more reads on."""


@dataclass(frozen=True, slots=True)
class Tickets:
    table: Table

    def get(self, ticket_id: str) -> Ticket:
        """Return a ticket. Raises `NotFoundError`."""
        item = self.table.get(keys.ticket(ticket_id))
        if item is None:
            raise NotFoundError(f"no ticket {ticket_id}")
        return read_ticket(item)

    def together(self, ticket_ids: Iterable[str]) -> "Together":
        """Return tickets that are asked for one after another, read in one round trip."""
        return Together(self.table, ticket_ids)

    def with_timeline(self, ticket_id: str) -> tuple[Ticket, list[TimelineEntry]]:
        """Return a ticket and its whole story, oldest first, in one Query."""
        found = list(
            self.table.query(
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": items.text(keys.ticket(ticket_id).pk)},
                ConsistentRead=True,
            )
        )
        if not found or found[-1]["sk"]["S"] != "TICKET":
            raise NotFoundError(f"no ticket {ticket_id}")
        return read_ticket(found[-1]), [read_entry(item) for item in found[:-1]]

    def by_ids(self, ticket_ids: list[str]) -> list[Ticket]:
        found = self.table.batch_get(keys.ticket(ticket_id) for ticket_id in ticket_ids)
        return [read_ticket(found[key]) for key in map(keys.ticket, ticket_ids) if key in found]

    def of_agent(self, agent_id: str, bucket: str, after: str = "") -> Iterator[tuple[str, Ticket]]:
        """Return an agent's tickets with their sort keys, next deadline first."""
        return self._index("agent", keys.agent_tickets(agent_id, bucket), after)

    def of_queue(self, team_id: str, bucket: str, after: str = "") -> Iterator[tuple[str, Ticket]]:
        """Return a team's tickets that nobody owns."""
        return self._index("agent", keys.queue_tickets(team_id, bucket), after)

    def of_teams(
        self, team_ids: list[str], buckets: list[str], after: str = ""
    ) -> Iterator[tuple[str, Ticket]]:
        """Return the tickets of several teams in one order, next deadline first."""
        partitions = [keys.team_tickets(team, bucket) for team in team_ids for bucket in buckets]
        return merge(
            *(self._index("team", pk, after) for pk in partitions), key=lambda found: found[0]
        )

    def _index(self, index: str, pk: str, after: str) -> Iterator[tuple[str, Ticket]]:
        found = self.table.query(
            IndexName=f"by_{index}",
            Limit=PAGE,
            KeyConditionExpression=f"{index}_pk = :pk AND {index}_sk > :after",
            ExpressionAttributeValues={":pk": items.text(pk), ":after": items.text(after or " ")},
        )
        return ((item[f"{index}_sk"]["S"], read_ticket(item)) for item in found)


class Together:
    """Tickets read together; one asked for again is read anew, with all not asked for yet.

    `reads` counts how often.
    """

    def __init__(self, table: Table, ticket_ids: Iterable[str]) -> None:
        self._table = table
        self._left = set(map(keys.ticket, ticket_ids))
        self._found: dict[Key, Item] = {}
        self.reads = 0
        self._read()

    def get(self, ticket_id: str) -> Ticket:
        """Return a ticket. Raises `NotFoundError`."""
        key = keys.ticket(ticket_id)
        if key not in self._found:
            self._left.add(key)
            self._read()
        self._left.discard(key)
        if key not in self._found:
            raise NotFoundError(f"no ticket {ticket_id}")
        return read_ticket(self._found.pop(key))

    def _read(self) -> None:
        self._found = self._table.batch_get(self._left)
        self.reads += 1


def ticket_item(ticket: Ticket) -> Item:
    """Return the item of a ticket, with the index entries that its state calls for."""
    due = order(ticket)
    bucket = keys.bucket(ticket.status)
    if ticket.assignee_id:
        holder = Key(keys.agent_tickets(ticket.assignee_id, bucket), due)
    else:
        holder = Key(keys.queue_tickets(ticket.team_id, bucket), f"{ticket.rank}#{due}")
    return {
        **items.key(keys.ticket(ticket.id)),
        "data": items.text(items.encode(ticket)),
        "version": items.number(ticket.version),
        "agent_pk": items.text(holder.pk),
        "agent_sk": items.text(holder.sk),
        "team_pk": items.text(keys.team_tickets(ticket.team_id, bucket)),
        "team_sk": items.text(due),
        **_moment(ticket),
    }


def order(ticket: Ticket) -> str:
    """Return where a ticket stands in a list: next deadline first, those with none last."""
    return f"{keys.stamp(ticket.due_at) if ticket.due_at else NEVER}#{ticket.id}"


def entry_item(entry: TimelineEntry) -> Item:
    delivery = {"delivery": items.text(entry.delivery)} if entry.delivery else {}
    return {
        **items.key(keys.entry(entry.ticket_id, entry.at, entry.id)),
        "data": items.text(items.encode(entry)),
        **delivery,
    }


def read_ticket(item: Mapping[str, Any]) -> Ticket:
    return items.decode(Ticket, item["data"]["S"])


def read_entry(item: Mapping[str, Any]) -> TimelineEntry:
    """Return a timeline entry; how far it was delivered, and its files, stand beside the text."""
    entry = items.decode(TimelineEntry, item["data"]["S"])
    entry = replace(entry, attachments=tuple(_kept(entry, item)))
    delivery = items.attribute(item, "delivery")
    if delivery is None:
        return entry
    return replace(
        entry,
        delivery=Delivery(delivery),
        message_id=items.attribute(item, "message_id") or entry.message_id,
        detail={**entry.detail, **_failure(item)},
    )


def file_update(of: Fetch, kept: Attachment) -> Item:
    """Return the write that says where a customer's file lies now."""
    return {
        "Key": items.key(keys.entry(of.ticket_id, of.entry_at, of.entry_id)),
        "UpdateExpression": f"SET file_{of.place} = :kept",
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeValues": {":kept": items.text(items.encode(kept))},
    }


def _kept(entry: TimelineEntry, item: Mapping[str, Any]) -> Iterator[Attachment]:
    for place, attachment in enumerate(entry.attachments):
        kept = items.attribute(item, f"file_{place}")
        yield items.decode(Attachment, kept) if kept else attachment


def _failure(item: Mapping[str, Any]) -> dict[str, str]:
    reason = items.attribute(item, "failure")
    return {"failure": reason} if reason else {}


def _moment(ticket: Ticket) -> Item:
    if ticket.moment is None:
        return {}
    entry = keys.moment(ticket.moment.at, ticket.id)
    return {"moment_pk": items.text(entry.pk), "moment_sk": items.text(entry.sk)}
