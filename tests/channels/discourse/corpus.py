"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import Expected, Nothing, read

DISCOURSE: dict[str, Expected] = {
    "ping": Nothing("the button that tests a web hook"),
    "post_small_action_autoclosed": Nothing("the forum itself closed the topic"),
}

TABLES = {"discourse": DISCOURSE}
SCHEMES = ("discourse",)
DECIDED: dict[str, bool] = {}

# What happened stands in a header, which the files don't have.
_EVENTS = {"ping": "ping", "post_small_action_autoclosed": "post_created"}


def parsed(folder: str, name: str) -> Parsed:
    secrets = {"base_url": "https://forum.example", "username": "desk"}
    adapter = adapter_class("discourse")("corpus", secrets)
    headers = {"x-discourse-event": _EVENTS[name]}
    return adapter.parse(WebhookRequest(headers, {}, json.dumps(read(folder, name)).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("discourse")("corpus", {"webhook_secret": vector["secret"]})
    headers = {vector["header"].lower(): vector["signature"]}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))
