"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import ECHO, MESSAGE, Events, Expected, Kept, Nothing, read

MESSENGER: dict[str, Expected] = {
    "botman_nlp": Events(MESSAGE, "bye, see you tomorrow at 4pm"),
    "botman_optin_user_ref": Nothing("an opt-in says nothing"),
    "botman_quick_reply": Events(MESSAGE, "Red"),
    "bottender_audio_message": Events(MESSAGE, "", "audio"),
    "bottender_batch_request": Events(MESSAGE, "test 1", kept="an entry of another page"),
    "bottender_echo_request": Events(ECHO, "text"),
    "bottender_file_message": Events(MESSAGE, "", "file"),
    "bottender_like_sticker_message": Events(MESSAGE, "", "sticker"),
    "bottender_pass_thread_control": Nothing("apps hand the thread to each other"),
    "bottender_postback_referral": Events(MESSAGE, "Get Started"),
    "bottender_request_thread_control_from_inbox": Nothing("apps hand the thread to each other"),
    "bottender_standby_request": Kept("no event we know among ['recipient', 'sender']"),
    "bottender_text_message_from_customer_chat_plugin": Events(
        MESSAGE, "Sharp tools make good work."
    ),
    "bottender_video_message": Events(MESSAGE, "", "video"),
    "bottender_webhook_test_request": Nothing("the dashboard's Test button"),
    "doc_ads_referral_message": Events(MESSAGE, "hello, world!"),
    "doc_fallback_link": Events(
        MESSAGE, "This is where I want to go: https://youtu.be/bbo_fZAjIhg", "link"
    ),
    "doc_message_edit": Events("message.edited"),
    "doc_optin_marketing": Nothing("an opt-in says nothing"),
    "doc_standby_echo": Events(ECHO, "", "link"),
    "doc_sticker_2026": Events(MESSAGE, "", "sticker"),
    "live_echo_video": Events(ECHO, "", "video"),
    "live_reaction": Events("message.reacted"),
    "live_read": Events("receipt.received"),
    "old_location": Events(MESSAGE, "", "location"),
    "old_postback": Events(MESSAGE, "hello world"),
    "old_referral_shortlink": Nothing("a link was opened; nothing was said"),
}

TABLES = {"messenger": MESSENGER}
SCHEMES = ("messenger",)
# The older SHA-1 signature is sent beside the newer one, so it is not needed.
DECIDED = {"messenger-legacy-sha1-1": False, "messenger-legacy-sha1-2": False}


def parsed(folder: str, name: str) -> Parsed:
    payload = read(folder, name)
    (entry, *_) = payload.get("entry", [{"id": "1"}])
    secrets = {"app_id": "1", "page_id": str(entry["id"]), "app_secret": "k"}
    adapter = adapter_class("messenger")("corpus", secrets)
    return adapter.parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("messenger")("corpus", {"app_secret": vector["secret"]})
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))
