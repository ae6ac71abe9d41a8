"""The outbox: what a decision wants sent, and how far each of it has come.

An item waits, is claimed by one sender, and is then sent, failed or moot. Until then it stands in
the moment index at the time when somebody else may try, so a crash heals itself. A send can repeat
only when its sender dies between the platform's answer and the write that records it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.desk.decision import Fetch, Hide, Lookup, Notification, Outgoing, Reply
from chalicelib.domain.events import ReceiptReceived
from chalicelib.domain.messages import Delivery
from chalicelib.domain.pace import Pace, real_time
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.keys import Key
from chalicelib.store.named import RECEIPTS, named_item
from chalicelib.store.table import ConditionFailedError, Table

READY_EARLY = timedelta(seconds=1)
"""How much too early an item that was postponed may be claimed: queues count whole seconds."""

LEASE = timedelta(seconds=60)
"""How long one sender may take; afterwards the sweep hands the item to another."""

KEPT = timedelta(days=30)
"""How long a finished item is kept, to answer questions."""

TYPES: Mapping[str, type[Outgoing]] = {
    each.type: each for each in (Reply, Notification, Fetch, Lookup, Hide)
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item that is ours to send for `LEASE`; `attempt` counts from 1."""

    key: Key
    outgoing: Outgoing
    attempt: int
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentPart:
    """A part that the platform has: `sent` is the reply as it went, `rest` as it goes on."""

    message_id: str
    total: int
    sent: Reply
    rest: Reply


@dataclass(frozen=True, slots=True)
class Outbox:
    table: Table
    pace: Callable[[], Pace] = real_time

    def claim(self, key: Key, now: datetime) -> Claimed | None:
        """Take an item for sending; None when it is finished or somebody else's."""
        claim = keys.stamp(now)
        due = keys.stamp(now + self.pace().desk_wait(READY_EARLY))
        values = {
            ":claimed": items.text("claimed"),
            ":waiting": items.text("waiting"),
            ":claim": items.text(claim),
            ":until": items.text(self._lease_end(key, now)),
            ":past": items.text(claim),
            ":due": items.text(due),
            ":one": items.number(1),
        }
        is_due = "attribute_not_exists(attempts) OR moment_sk < :due"
        nobody_has_it = f"(#status = :waiting AND ({is_due})) OR moment_sk < :past"
        try:
            item = self.table.update(
                key,
                "SET #status = :claimed, claim = :claim, moment_sk = :until ADD attempts :one",
                ConditionExpression=f"attribute_exists(moment_pk) AND ({nobody_has_it})",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )
        except ConditionFailedError:
            return None
        return Claimed(key, read_outgoing(item), int(item["attempts"]["N"]), claim)

    def record_part(self, claimed: Claimed, part: SentPart, now: datetime) -> Claimed:
        """Record that the next part of a reply is with the platform, and how the rest goes on."""
        reply = claimed.outgoing
        assert isinstance(reply, Reply)  # noqa: S101  only replies have parts
        sent_ids = (*reply.sent_ids, part.message_id)
        rest = replace(part.rest, sent_ids=sent_ids)
        is_done = len(sent_ids) >= part.total
        write = self._finish(claimed, "sent", now) if is_done else self._keep(claimed, now)
        writes = [
            _with_rest(write, rest),
            self._sent_message(part.sent, part.message_id, now),
        ]
        if not is_done:
            self.table.transact(writes)
            return replace(claimed, outgoing=rest)
        try:
            self.table.transact([*writes, self._delivered(rest)])
        except ConditionFailedError as refused:
            if refused.at != (len(writes),):
                raise
            # A receipt of an earlier part has moved the line on: only the id is still to be told.
            self.table.transact([*writes, self._named(rest)])
        return replace(claimed, outgoing=rest)

    def finish(self, claimed: Claimed, now: datetime) -> None:
        """Record that something without parts is done."""
        self.table.transact([self._finish(claimed, "sent", now)])

    def unsent_texts(self, recipient: str) -> list[str]:
        """Return what is on its way to a customer, or about to be."""
        found = self.table.query(
            KeyConditionExpression="pk = :pk",
            FilterExpression="attribute_exists(moment_pk)",
            ExpressionAttributeValues={":pk": items.text(f"OUTBOX#{recipient}")},
            ConsistentRead=True,
        )
        replies = (read_outgoing(item) for item in found)
        return [text for each in replies if isinstance(each, Reply) for text in _texts(each)]

    def early_receipts(self, reply: Reply, message_id: str) -> list[ReceiptReceived]:
        """Return the receipts that came before their message was recorded."""
        to = reply.to
        wanted = {
            keys.early_receipt(to.channel, to.account, message_id, str(delivery)): delivery
            for delivery in RECEIPTS
        }
        found = self.table.batch_get(wanted)
        return [
            ReceiptReceived(
                id=f"{reply.id}:{message_id}:{delivery}",
                identity=to,
                occurred_at=reply.created_at,
                delivery=delivery,
                message_ids=(message_id,),
                reason=items.attribute(found[key], "reason"),
            )
            for key, delivery in wanted.items()
            if key in found
        ]

    def drop(self, claimed: Claimed, now: datetime) -> None:
        """Record that something came too late to say anything, and was not sent."""
        self.table.transact([self._finish(claimed, "moot", now)])

    def fail(self, claimed: Claimed, now: datetime) -> None:
        """Record that a notification can't go out."""
        self.table.transact([self._finish(claimed, "failed", now)])

    def failed_mark(self, claimed: Claimed, now: datetime) -> Item:
        """Return the write that ends a reply for good, for the transaction that tells of it."""
        update: Item = dict(self._finish(claimed, "failed", now)["Update"])
        del update["TableName"]
        return update

    def postpone(self, claimed: Claimed, until_at: datetime) -> bool:
        """Give an item back, to be tried again at `until_at`.

        Returns False when it is not ours any more, or finished: the answer to the write that
        finished it may have been lost.
        """
        try:
            self.table.update(
                claimed.key,
                "SET #status = :waiting, moment_sk = :until",
                ConditionExpression="claim = :claim AND #status = :claimed",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":waiting": items.text("waiting"),
                    ":claimed": items.text("claimed"),
                    ":until": items.text(keys.moment(until_at, claimed.key.sk).sk),
                    ":claim": items.text(claimed.claim),
                },
            )
        except ConditionFailedError:
            return False
        return True

    def _finish(self, claimed: Claimed, status: str, now: datetime) -> Item:
        return self._update(
            claimed,
            "SET #status = :status, expires_at = :expires_at REMOVE moment_pk, moment_sk",
            {
                ":status": items.text(status),
                ":expires_at": items.number(int((now + KEPT).timestamp())),
            },
        )

    def _keep(self, claimed: Claimed, now: datetime) -> Item:
        """Hold on to an item for another lease: each part may take its time."""
        until = items.text(self._lease_end(claimed.key, now))
        return self._update(claimed, "SET moment_sk = :until", {":until": until})

    def _lease_end(self, key: Key, now: datetime) -> str:
        return keys.moment(now + self.pace().desk_wait(LEASE), key.sk).sk

    def _update(self, claimed: Claimed, expression: str, values: Item) -> Item:
        """Return a write to an item that is still ours and not finished."""
        ours = {":claim": items.text(claimed.claim), ":claimed": items.text("claimed")}
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": items.key(claimed.key),
                "UpdateExpression": expression,
                "ConditionExpression": "claim = :claim AND #status = :claimed",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": {**ours, **values},
            }
        }

    def _sent_message(self, reply: Reply, message_id: str, now: datetime) -> Item:
        entry = keys.entry(reply.ticket_id, reply.entry_at, reply.entry_id)
        message = keys.sent(reply.to.channel, reply.to.account, message_id)
        item = named_item(message, reply.ticket_id, entry, now)
        return {"Put": {"TableName": self.table.name, "Item": item}}

    def _delivered(self, reply: Reply) -> Item:
        """Return the write that moves a queued line on to sent."""
        write = self._named(reply)
        sent = {":sent": items.text(Delivery.SENT), ":queued": items.text(Delivery.QUEUED)}
        write["Update"]["UpdateExpression"] += ", delivery = :sent"
        write["Update"]["ConditionExpression"] = "delivery = :queued"
        write["Update"]["ExpressionAttributeValues"] |= sent
        return write

    def _named(self, reply: Reply) -> Item:
        entry = keys.entry(reply.ticket_id, reply.entry_at, reply.entry_id)
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": items.key(entry),
                "UpdateExpression": "SET message_id = :message_id",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": {":message_id": items.text(reply.sent_ids[0])},
            }
        }


def outbox_item(outgoing: Outgoing) -> Item:
    """Return a new item, which the sweep picks up too when the stream has not.

    One that is not to be sent yet waits like one that was postponed.
    """
    key = keys.outbox(outgoing.recipient, outgoing.created_at, outgoing.id)
    held_until = outgoing.not_before if isinstance(outgoing, Notification) else None
    retry = keys.moment(held_until or outgoing.created_at + LEASE, key.sk)
    return {
        **({"attempts": items.number(0)} if held_until else {}),
        **items.key(key),
        "type": items.text(outgoing.type),
        "data": items.text(items.encode(outgoing)),
        "status": items.text("waiting"),
        "moment_pk": items.text(retry.pk),
        "moment_sk": items.text(retry.sk),
    }


def read_outgoing(item: Mapping[str, Any]) -> Outgoing:
    outgoing: Outgoing = items.decode(TYPES[item["type"]["S"]], item["data"]["S"])
    sent = tuple(value["S"] for value in item.get("sent_ids", {}).get("L", ()))
    return replace(outgoing, sent_ids=sent) if isinstance(outgoing, Reply) else outgoing


def _texts(reply: Reply) -> tuple[str, ...]:
    return (*reply.parts, *("" for _ in reply.files))


def _with_rest(write: Item, rest: Reply) -> Item:
    update = write["Update"]
    listed = {"L": [items.text(message_id) for message_id in rest.sent_ids]}
    data = items.text(items.encode(rest))
    return {
        "Update": {
            **update,
            "UpdateExpression": update["UpdateExpression"].replace(
                "SET ", "SET sent_ids = :sent_ids, #data = :data, ", 1
            ),
            "ExpressionAttributeNames": {**update["ExpressionAttributeNames"], "#data": "data"},
            "ExpressionAttributeValues": {
                **update["ExpressionAttributeValues"],
                ":sent_ids": listed,
                ":data": data,
            },
        }
    }
