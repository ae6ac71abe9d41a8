"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import Expected, Kept, read

STANDARD_WEBHOOKS: dict[str, Expected] = {
    "contact_created_full": Kept("no event we know: contact.created"),
}

TABLES = {"standard_webhooks": STANDARD_WEBHOOKS}
SCHEMES = ("standard_webhooks", "standard_webhooks_ed25519")
# Signed with a pair of keys: we and the shop share one key, so it is not needed.
DECIDED = {"standard_webhooks_ed25519-22": False}


def parsed(folder: str, name: str) -> Parsed:
    adapter = adapter_class("generic")("corpus", {})
    return adapter.parse(WebhookRequest({}, {}, json.dumps(read(folder, name)).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    secret = vector.get("secret") or vector["public_key"]
    adapter = adapter_class("generic")("corpus", {"secret": secret})
    received_at = datetime.fromtimestamp(vector["now"], UTC)
    body = vector["body"].encode()
    return proves(adapter, WebhookRequest(vector["headers"], {}, body, received_at=received_at))
