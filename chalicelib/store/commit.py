"""Writes a decision in one transaction, or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from chalicelib.desk.decision import Context, Decision
from chalicelib.domain.contacts import Contact
from chalicelib.domain.events import ReceiptReceived
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.errors import ConflictError
from chalicelib.routing.roster import AgentState
from chalicelib.store import items, keys
from chalicelib.store.agents import agent_update
from chalicelib.store.contacts import contact_item, identity_item
from chalicelib.store.facts import facts_item
from chalicelib.store.items import Item
from chalicelib.store.keys import Key
from chalicelib.store.named import early_item, item_of_line
from chalicelib.store.outbox import outbox_item
from chalicelib.store.table import ConditionFailedError, Table
from chalicelib.store.tickets import entry_item, ticket_item

CAREFUL = 6
"""Attempts at which whom others were given to meanwhile is chosen anew."""

EARLY_RECEIPTS = 20
"""Messages of one receipt that are waited for; a transaction holds 100 writes."""


class AlreadyDoneError(ConflictError):
    """The event was folded before: there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Committer:
    table: Table

    def commit(
        self, context: Context, decision: Decision, done: Item | None, now: datetime
    ) -> Ticket | None:
        """Write `decision` together with the mark that its event is `done`; return the ticket.

        Raises `AlreadyDoneError` when the mark was there, `ConflictError` when something that
        was read has changed since, `BusyError` when DynamoDB asks to try again.
        """
        seen = context.states if context.attempt < CAREFUL else {}
        writes = [self._update(done)] if done else []
        writes += self._writes(decision, seen, now)
        if not writes:
            return decision.ticket or context.ticket
        try:
            self.table.transact(writes)
        except ConditionFailedError as error:
            if done and 0 in error.at:
                raise AlreadyDoneError("folded before") from error
            raise
        return _stored(decision.ticket) or context.ticket

    def set_aside(self, done: Item, kept: Item) -> None:
        """Mark an event done without folding it, keeping `kept` for somebody to look at."""
        try:
            self.table.transact([self._update(done), self._put(kept)])
        except ConditionFailedError:
            return

    def _writes(
        self, decision: Decision, seen: Mapping[str, AgentState], now: datetime
    ) -> Iterator[Item]:
        if decision.contact:
            yield from self._of_contact(decision.contact, decision)
        if decision.ticket:
            yield from self._of_ticket(decision.ticket, decision, now)
        yield from (self._put(entry_item(entry)) for entry in decision.entries)
        if decision.unknown:
            yield from self._early(decision.unknown, now)
        yield from (self._update(_delivery(*pair)) for pair in decision.deliveries)
        if decision.merged:
            yield self._put_versioned(ticket_item(_bumped(decision.merged)))
        for change in decision.agents:
            yield self._update(agent_update(change, now, seen.get(change.agent_id)))
        if decision.facts:
            yield self._put(facts_item(decision.facts))
        yield from (self._put(outbox_item(outgoing)) for outgoing in decision.outbox)

    def _of_contact(self, contact: Contact, decision: Decision) -> Iterator[Item]:
        yield self._put_versioned(contact_item(_bumped(contact)))
        if decision.identity:
            yield self._put_new(identity_item(decision.identity, contact.id))
        yield from (self._put(identity_item(each, contact.id)) for each in decision.moved)
        yield from (self._delete(keys.identity(each)) for each in decision.dropped)

    def _of_ticket(self, ticket: Ticket, decision: Decision, now: datetime) -> Iterator[Item]:
        yield self._put_versioned(ticket_item(_bumped(ticket)))
        if ticket.version == 0 or decision.moved:
            yield self._put(items.key(keys.contact_ticket(ticket)))
        yield from (self._put(item_of_line(*named, now)) for named in decision.named)

    def _early(self, receipt: ReceiptReceived, now: datetime) -> Iterator[Item]:
        """Keep a receipt for a message that isn't recorded yet, refused when it is by now."""
        channel, account = receipt.identity.channel, receipt.identity.account
        for message_id in dict.fromkeys(receipt.message_ids[:EARLY_RECEIPTS]):
            named = keys.sent(channel, account, message_id)
            check = {
                "TableName": self.table.name,
                "Key": items.key(named),
                "ConditionExpression": "attribute_not_exists(pk)",
            }
            yield {"ConditionCheck": check}
            key = keys.early_receipt(channel, account, message_id, str(receipt.delivery))
            yield self._put(early_item(key, receipt.reason, now))

    def _put(self, item: Item) -> Item:
        return {"Put": {"TableName": self.table.name, "Item": item}}

    def _delete(self, key: Key) -> Item:
        return {"Delete": {"TableName": self.table.name, "Key": items.key(key)}}

    def _update(self, write: Item) -> Item:
        return {"Update": {"TableName": self.table.name, **write}}

    def _put_new(self, item: Item) -> Item:
        return {
            "Put": {**self._put(item)["Put"], "ConditionExpression": "attribute_not_exists(pk)"}
        }

    def _put_versioned(self, item: Item) -> Item:
        """Replace the item that was read, and only that one."""
        read = int(item["version"]["N"]) - 1
        if read == 0:
            return self._put_new(item)
        condition = {
            "ConditionExpression": "version = :read",
            "ExpressionAttributeValues": {":read": items.number(read)},
        }
        return {"Put": {**self._put(item)["Put"], **condition}}


Versioned = TypeVar("Versioned", Contact, Ticket)


def _bumped(thing: Versioned) -> Versioned:
    return replace(thing, version=thing.version + 1)


def _stored(ticket: Ticket | None) -> Ticket | None:
    return _bumped(ticket) if ticket else None


def _delivery(old: TimelineEntry, new: TimelineEntry) -> Item:
    """Return the write that moves a message's delivery on, refused when it moved meanwhile."""
    return {
        "Key": items.key(keys.entry(new.ticket_id, new.at, new.id)),
        "UpdateExpression": "SET delivery = :new, failure = :failure",
        "ConditionExpression": "delivery = :old",
        "ExpressionAttributeValues": {
            ":new": items.text(str(new.delivery)),
            ":old": items.text(str(old.delivery)),
            ":failure": items.text(new.detail.get("failure", "")),
        },
    }
