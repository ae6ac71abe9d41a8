"""How each connected account is: when it was last heard and spoke, and what ails it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.accounts import AccountHealth
from chalicelib.store import items, keys
from chalicelib.store.table import ConditionFailedError, Table

Name = tuple[str, str]
"""Channel and account."""


TIMES = (
    "last_event_at",
    "last_send_at",
    "refused_at",
    "checked_at",
    "token_expires_at",
    "renewed_at",
)


@dataclass(frozen=True, slots=True)
class Healths:
    table: Table

    def of(self, accounts: Iterable[Name]) -> list[AccountHealth]:
        """Return the health of each account, in the order asked for."""
        wanted = list(accounts)
        found = self.table.batch_get(keys.account(*name) for name in wanted) if wanted else {}
        return [_read(name, found.get(keys.account(*name), {})) for name in wanted]

    def note(self, channel: str, account: str, **facts: datetime | str | None) -> None:
        """Remember facts by the names of `AccountHealth`; None forgets one."""
        told = {name: value for name, value in facts.items() if value is not None}
        gone = [name for name, value in facts.items() if value is None]
        parts = [
            "SET " + ", ".join(f"{name} = :{name}" for name in told) if told else "",
            "REMOVE " + ", ".join(gone) if gone else "",
        ]
        values = {f":{name}": items.text(_written(value)) for name, value in told.items()}
        self.table.update(
            keys.account(channel, account),
            " ".join(filter(None, parts)),
            **({"ExpressionAttributeValues": values} if values else {}),
        )

    def take_lease(self, channel: str, account: str, now: datetime, lease: timedelta) -> bool:
        """Return whether renewing this account's token is ours to do now, and nobody else's."""
        try:
            self.table.update(
                keys.account(channel, account),
                "SET leased_until = :until",
                ConditionExpression="attribute_not_exists(leased_until) OR leased_until < :now",
                ExpressionAttributeValues={
                    ":until": items.text(keys.stamp(now + lease)),
                    ":now": items.text(keys.stamp(now)),
                },
            )
        except ConditionFailedError:
            return False
        return True


def _read(name: Name, item: Mapping[str, Any]) -> AccountHealth:
    stamps = {field: items.attribute(item, field) for field in TIMES}
    times = {field: keys.parse_stamp(stamp) for field, stamp in stamps.items() if stamp}
    problem = items.attribute(item, "problem") or ""
    return AccountHealth(channel=name[0], account=name[1], problem=problem, **times)


def _written(value: datetime | str) -> str:
    return keys.stamp(value) if isinstance(value, datetime) else value
