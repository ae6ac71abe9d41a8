"""Takes a part out of quarantine by reading, or folding, it once more.

Every step may be repeated: a replay that was cut short is finished by the next one.
"""

from contextlib import suppress
from dataclasses import dataclass

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import WebhookRequest
from chalicelib.errors import MalformedPayloadError, NotFoundError, UnknownAccountError
from chalicelib.store import items, keys
from chalicelib.store.keys import Key
from chalicelib.store.quarantine import Quarantined
from chalicelib.store.table import ConditionFailedError


@dataclass(frozen=True, slots=True)
class Replayer:
    """Reads and folds with what the stage's own functions are made of."""

    frontline: Frontline

    def replay(self, part: Quarantined) -> bool:
        """Return whether `part` is understood now, and so has left the quarantine."""
        understood = self._fold(part, part.log_key) if part.log_key else self._read(part)
        if understood:
            self.frontline.quarantine.remove(part.id)
        return understood

    def _read(self, part: Quarantined) -> bool:
        request = WebhookRequest(headers={}, query={}, body=part.raw.encode())
        try:
            adapter = self.frontline.connections.adapter_for(part.channel, part.account)
            parsed = adapter.parse(request)
        except (MalformedPayloadError, UnknownAccountError):
            return False
        self.frontline.receiver.store(adapter, parsed, self.frontline.real_clock())
        return part.id not in {one.id for one in parsed.unrecognised}

    def _fold(self, part: Quarantined, key: Key) -> bool:
        self._release(part, key)
        item = self.frontline.table.get(key)
        if item is None:
            words = "sự kiện không còn trong sổ · the event is no longer in the log"
            raise NotFoundError(f"{part.id}: {words}")
        # What fails again is set aside anew, which wipes the mark that `_release` made.
        self.frontline.folder.fold_logged(item)
        kept = self.frontline.table.get(Key(keys.QUARANTINE, part.id)) or {}
        return "replayed_at" in kept

    def _release(self, part: Quarantined, key: Key) -> None:
        """Let the event be folded once more, but only once for each time it was set aside."""
        table, now = self.frontline.table, keys.stamp(self.frontline.clock())
        unmark = {
            "Key": items.key(key),
            "UpdateExpression": "REMOVE folded_at",
            "ConditionExpression": "attribute_exists(folded_at)",
        }
        note = {
            "Key": items.key(Key(keys.QUARANTINE, part.id)),
            "UpdateExpression": "SET replayed_at = :now",
            "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(replayed_at)",
            "ExpressionAttributeValues": {":now": items.text(now)},
        }
        with suppress(ConditionFailedError):
            table.transact([{"Update": {"TableName": table.name, **w}} for w in (unmark, note)])
