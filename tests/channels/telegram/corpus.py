"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import MESSAGE, Events, Expected, Nothing, read

# The `kind_` files have no update_id, which every real update has: `parsed` adds one.
TELEGRAM: dict[str, Expected] = {
    "callback_query": Events(MESSAGE, "data"),
    "channel_post": Nothing("a channel is not one customer"),
    "cw_photo": Events(MESSAGE, "", "image"),
    "cw_sticker_animated": Events(MESSAGE, "", "sticker"),
    "cw_voice": Events(MESSAGE, "", "audio"),
    "edited_message": Events("message.edited"),
    "group_callback_query": Nothing("a group is not one customer"),
    "guide_audio": Events(MESSAGE, "", "audio"),
    "guide_edited": Events("message.edited"),
    "guide_forwarded": Events(MESSAGE, "/start"),
    "guide_forwarded_channel": Events(MESSAGE, "/start"),
    "guide_message_text": Events(MESSAGE, "/start"),
    "inline_query": Nothing("typed at the bot in another chat"),
    "kind_audio_message": Events(MESSAGE, "", "audio"),
    "kind_document_message": Events(MESSAGE, "", "file"),
    "kind_location_message": Events(MESSAGE, "", "location"),
    "kind_photo_message": Events(MESSAGE, "", "image"),
    "kind_reply_to_text_message": Events(MESSAGE, "replyText"),
    "kind_sticker_message": Events(MESSAGE, "", "sticker"),
    "kind_venue_message": Events(MESSAGE, "", "location"),
    "kind_voice_message": Events(MESSAGE, "", "audio"),
    "pre_checkout_query": Nothing("Frontline takes no payments"),
    "shipping_query": Nothing("Frontline takes no payments"),
}

TABLES = {"telegram": TELEGRAM}
SCHEMES = ("telegram",)
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    payload = {"update_id": 1, **read(folder, name)}
    adapter = adapter_class("telegram")("corpus", {"secret_token": "k"})
    return adapter.parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("telegram")("corpus", {"secret_token": vector["secret"]})
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))
