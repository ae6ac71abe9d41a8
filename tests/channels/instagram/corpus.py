"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.corpus import MESSAGE, Events, Expected, Kept, Nothing, read

# A test suite's invention: Instagram writes milliseconds.
_ISO_TIME = Kept("Messaging: timestamp: value_error")

INSTAGRAM: dict[str, Expected] = {
    "cw_seen": _ISO_TIME,
    "cw_standby": Nothing("another app owns the thread"),
    "cw_story_mention_echo": _ISO_TIME,
    "cw_story_reply": _ISO_TIME,
    "cw_unsend": _ISO_TIME,
    "dashboard_test_mentions": Nothing("the dashboard's Test button"),
    "doc_comments_changes": Events(MESSAGE, "This is an example."),
    "doc_comments_flat_business_login": Events(MESSAGE, "<COMMENT_TEXT>"),
    "doc_ephemeral": Events(MESSAGE, "[ephemeral]"),
    "doc_ig_reel": Events(MESSAGE, "", "link"),
    "doc_inline_reply": Events(MESSAGE, "That sounds great"),
    "doc_quick_reply": Events(MESSAGE, "Yes"),
    "doc_reaction_remove": Events("message.reacted"),
    "doc_unsupported": Events(MESSAGE, "[unsupported]"),
    "live_message_edit_num0_2026": Events("lookup.needed"),
    "live_share": Events(MESSAGE, "", "link"),
    "live_text": Events(MESSAGE, "Omg"),
    "live_text_2025b": Events(MESSAGE, "good afternoon mam"),
    "live_text_other_user": Events(MESSAGE, "Bla"),
}

TABLES = {"instagram": INSTAGRAM}
SCHEMES: tuple[str, ...] = ()
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    payload = read(folder, name)
    secrets = {"app_id": "1", "account_id": payload["entry"][0]["id"], "app_secret": "k"}
    adapter = adapter_class("instagram")("corpus", secrets)
    return adapter.parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    raise NotImplementedError(f"no vector is of this channel: {vector['id']}")
