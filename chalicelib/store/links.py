"""Links that only open a page, each good for one use."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.store import items, keys
from chalicelib.store.table import ConditionFailedError, Table

REMEMBERED = timedelta(days=30)
"""Longer than any link is good for."""


@dataclass(frozen=True, slots=True)
class UsedLinks:
    table: Table

    def was_used(self, nonce: str) -> bool:
        return self.table.get(keys.used_link(nonce)) is not None

    def use(self, nonce: str, ticket_id: str, now: datetime) -> bool:
        """Use a link up; return False when it was used before."""
        item = {
            **items.key(keys.used_link(nonce)),
            "ticket_id": items.text(ticket_id),
            "expires_at": items.number(int((now + REMEMBERED).timestamp())),
        }
        try:
            self.table.put(item, ConditionExpression="attribute_not_exists(pk)")
        except ConditionFailedError:
            return False
        return True
