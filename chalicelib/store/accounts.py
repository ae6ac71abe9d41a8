"""The connected accounts, read without the rest of the desk: all that a webhook needs."""

import json
from dataclasses import dataclass

from chalicelib.store import keys
from chalicelib.store.table import Table

SecretRefs = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Accounts:
    table: Table

    def all(self) -> dict[tuple[str, str], SecretRefs]:
        """Return every account's secret references by channel and account."""
        item = self.table.get(keys.DESK_ACCOUNTS)
        found = json.loads(item["data"]["S"]) if item else []
        return {(each["channel"], each["account"]): each["secrets"] for each in found}
