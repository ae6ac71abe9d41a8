"""Contacts and the identities behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.contacts import Contact, Identity
from chalicelib.errors import NotFoundError
from chalicelib.store import items, keys
from chalicelib.store.items import Item
from chalicelib.store.table import Table


@dataclass(frozen=True, slots=True)
class Contacts:
    table: Table

    def get(self, contact_id: str) -> Contact:
        """Return a contact. Raises `NotFoundError`."""
        item = self.table.get(keys.contact(contact_id))
        if item is None:
            raise NotFoundError(f"no contact {contact_id}")
        return read_contact(item)

    def by_identity(self, identity: Identity) -> Contact:
        """Return who an identity is. Raises `NotFoundError`."""
        item = self.table.get(keys.identity(identity))
        if item is None:
            raise NotFoundError(f"no contact on {identity.channel} of that account")
        return self.get(item["contact_id"]["S"])

    def ticket_ids(self, contact_id: str) -> list[str]:
        """Return the ids of all the contact's tickets, newest first."""
        found = self.table.query(
            KeyConditionExpression="pk = :pk AND begins_with(sk, :ticket)",
            ExpressionAttributeValues={
                ":pk": items.text(keys.contact(contact_id).pk),
                ":ticket": items.text("TICKET#"),
            },
            ScanIndexForward=False,
        )
        # One whose beginning moved stands there twice.
        return list(dict.fromkeys(item["sk"]["S"].rpartition("#")[2] for item in found))


def contact_item(contact: Contact) -> Item:
    return {
        **items.key(keys.contact(contact.id)),
        "data": items.text(items.encode(contact)),
        "version": items.number(contact.version),
    }


def identity_item(identity: Identity, contact_id: str) -> Item:
    return {**items.key(keys.identity(identity)), "contact_id": items.text(contact_id)}


def read_contact(item: Mapping[str, Any]) -> Contact:
    return items.decode(Contact, item["data"]["S"])
