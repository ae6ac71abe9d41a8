"""The connected accounts, read without the rest of the desk: all that a webhook needs."""

import json
from dataclasses import dataclass

from chalicelib.store import keys
from chalicelib.store.table import Table

SecretRefs = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Connected:
    """An account's secret references, and the channel at whose webhook its events arrive too."""

    secrets: SecretRefs
    door: str | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    table: Table

    def all(self) -> dict[tuple[str, str], Connected]:
        """Return every account by channel and name."""
        item = self.table.get(keys.DESK_ACCOUNTS)
        found = json.loads(item["data"]["S"]) if item else []
        return {
            (each["channel"], each["account"]): Connected(each["secrets"], each.get("door"))
            for each in found
        }
