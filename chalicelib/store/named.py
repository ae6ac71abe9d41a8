"""Messages that later events name: which line of which ticket is meant by a provider's id."""

from datetime import datetime, timedelta

from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import TimelineEntry
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.keys import Key

NAMED_KEPT = timedelta(days=400)
"""How long an answer or receipt can still find the message it means."""

EARLY_KEPT = timedelta(days=1)
"""How long a receipt waits for the record of its message."""

RECEIPTS = (Delivery.DELIVERED, Delivery.READ, Delivery.FAILED)


def named_item(message: Key, ticket_id: str, entry: Key, now: datetime) -> Item:
    """Return the item that leads from a message, under its key, to its line."""
    return {
        **items.key(message),
        "ticket_id": items.text(ticket_id),
        "entry_pk": items.text(entry.pk),
        "entry_sk": items.text(entry.sk),
        "expires_at": items.number(int((now + NAMED_KEPT).timestamp())),
    }


def item_of_line(account: str, entry: TimelineEntry, now: datetime) -> Item:
    """Return the item of a line that has channel and message id."""
    message = keys.sent(entry.channel or "", account, entry.message_id or "")
    place = keys.entry(entry.ticket_id, entry.at, entry.id)
    return named_item(message, entry.ticket_id, place, now)


def early_item(receipt: Key, reason: str | None, now: datetime) -> Item:
    return {
        **items.key(receipt),
        **({"reason": items.text(reason)} if reason else {}),
        "expires_at": items.number(int((now + EARLY_KEPT).timestamp())),
    }
