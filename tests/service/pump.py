"""Stands in for the table's stream: hands every change to what follows from it, in order."""

from collections.abc import Mapping
from typing import Any

from chalicelib.bootstrap import Frontline
from chalicelib.store.keys import Key
from tests.aws import TABLE

Item = Mapping[str, Any]


class Pump:
    """Compares the table with how it last looked, as a stream would tell."""

    def __init__(self, frontline: Frontline) -> None:
        self.frontline = frontline
        self.seen: dict[Key, Item] = {}
        self.settle(deliver=False)

    def settle(self, *, deliver: bool = True) -> None:
        """Go on until nothing changes any more."""
        while changes := self._changes():
            for key, old, new in changes:
                self._follow(key, old, new, deliver)

    def items(self, family: str) -> list[Item]:
        return [item for key, item in self._scan().items() if key.pk.startswith(family)]

    def _follow(self, key: Key, old: Item | None, new: Item, deliver: bool) -> None:
        family = key.pk.partition("#")[0]
        follower = self.frontline.follower
        if family == "LOG" and old is None:
            self.frontline.folder.fold_logged(new)
        elif family == "TICKET" and key.sk == "TICKET":
            follower.ticket_changed(old, dict(new))
        elif family == "AGENT":
            follower.agent_changed(old, dict(new))
        elif family == "OUTBOX" and old is None and deliver:
            self.frontline.deliverer.deliver(key)

    def _changes(self) -> list[tuple[Key, Item | None, Item]]:
        now = self._scan()
        changed = [(k, self.seen.get(k), i) for k, i in now.items() if self.seen.get(k) != i]
        self.seen = now
        return changed

    def _scan(self) -> dict[Key, Item]:
        client = self.frontline.client("dynamodb")
        found = client.scan(TableName=TABLE)["Items"]
        return {Key(item["pk"]["S"], item["sk"]["S"]): item for item in found}
