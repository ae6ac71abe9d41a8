"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import MESSAGE, Events, Expected, Nothing, read

VIBER: dict[str, Expected] = {
    "conversation_started": Nothing("the chat was opened; nothing was said"),
    "delivered": Events("receipt.received"),
    "failed": Events("receipt.received"),
    "message": Events(MESSAGE, "a message to the service"),
    "message_contact": Events(MESSAGE, "", "contact"),
    "message_file": Events(MESSAGE, "", "file"),
    "message_location": Events(MESSAGE, "", "location"),
    "message_picture": Events(MESSAGE, "a message to the service", "image"),
    "message_text_unicode": Events(
        MESSAGE,
        "批封廟根縄華勢田郎報株聞。変宝長独部鉱内出殺反提似惑金参勧車査真測。見名基現画府日室事集百藤米。"
        "発目本当党考万名東拓学早職表治月佐。町要静子呉遊推写間確長無読死覧件一盛治融。",
    ),
    "message_url": Events(MESSAGE, "", "link"),
    "message_video": Events(MESSAGE, "", "video"),
    "seen": Events("receipt.received"),
    "unsubscribed": Events("contact.blocked"),
}

TABLES = {"viber": VIBER}
SCHEMES = ("viber",)
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    adapter = adapter_class("viber")("corpus", {"auth_token": "k"})
    return adapter.parse(WebhookRequest({}, {}, json.dumps(read(folder, name)).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("viber")("corpus", {"auth_token": vector["secret"]})
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))
