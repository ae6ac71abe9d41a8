"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import CORPUS, ECHO, MESSAGE, Events, Expected, Nothing, read

ACCOUNT = Nothing("of the business account, not of a customer")
PREFERENCE = Nothing("marketing is not ours")
RECEIPT = Events("receipt.received")

WHATSAPP: dict[str, Expected] = {
    **{
        path.stem: ACCOUNT
        for path in (CORPUS / "whatsapp").glob("account_update__*.json")
        if CORPUS.is_dir()
    },
    "call_terminate__call_terminate": Nothing("a call is no message"),
    "callback_button__button": Events(MESSAGE, "title"),
    "callback_button__quick_reply": Events(MESSAGE, "title"),
    "callback_selection__callback": Events(MESSAGE, "title"),
    "callback_selection__description": Events(MESSAGE, "title"),
    "doc_text": Events(MESSAGE, "Does it come in another color?"),
    "edited_message__image": Events("message.edited"),
    "flow_completion__completion": Events(
        MESSAGE,
        "[flow]\ncomment_text: Comment Text\ndelivery_rating: 4\npurchase_rating: 2\n"
        "recommend_radio: 0\ncs_rating: 0",
    ),
    "flow_completion__without_flow_token": Events(
        MESSAGE,
        "[flow]\ncomment_text: Comment Text\ndelivery_rating: 4\npurchase_rating: 2\n"
        "recommend_radio: 0\ncs_rating: 0",
    ),
    "live_text_signed_body": Events(MESSAGE, "Hey there! I am using PyWa."),
    "message__animated_sticker": Events(MESSAGE, "", "sticker"),
    "message__audio": Events(MESSAGE, "", "audio"),
    "message__current_location": Events(MESSAGE, "", "location"),
    "message__document": Events(MESSAGE, "caption", "file"),
    "message__forwarded_many_times": Events(MESSAGE, "text forwarded many times"),
    "message__interactive_message_with_err": Events(MESSAGE, "[interactive]"),
    "message__media_with_url": Events(MESSAGE, "", "image"),
    "message__order": Events(
        MESSAGE, "[order]\n3 × HAMBURGER (30 ILS)\n2 × FRENCH_FRIES (35 ILS)\n2 × SODA (10 ILS)"
    ),
    "message__reaction": Events("message.reacted"),
    "message__reply": Events(MESSAGE, "replied text"),
    "message__static_sticker": Events(MESSAGE, "", "sticker"),
    "message__text": Events(MESSAGE, "Body Text"),
    "message__unreaction_empty": Events("message.reacted"),
    "message__unreaction_no_emoji": Events("message.reacted"),
    "message__unsupported": Events(MESSAGE, "[unsupported]"),
    "message__unsupported_with_type": Events(MESSAGE, "[pool]"),
    "message__voice": Events(MESSAGE, "", "audio"),
    "message_status__delivered": RECEIPT,
    "message_status__played": RECEIPT,
    "message_status__read": RECEIPT,
    "message_status__sent": RECEIPT,
    "message_status__with_tracker": RECEIPT,
    "outgoing_message__delete": Nothing("the account took back a message of its own"),
    "outgoing_message__text": Events(ECHO, "Test message"),
    "system__identity_change": Nothing("another device of the same person"),
    "template_quality_update__yellow": ACCOUNT,
    "user_marketing_preferences__resume": PREFERENCE,
    "user_marketing_preferences__signup": PREFERENCE,
}

TABLES = {"whatsapp": WHATSAPP}
SCHEMES = ("whatsapp",)
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    payload = read(folder, name)
    metadata = payload["entry"][0]["changes"][0]["value"].get("metadata", {})
    secrets = {"phone_number_id": metadata.get("phone_number_id", "1"), "app_secret": "k"}
    adapter = adapter_class("whatsapp")("corpus", secrets)
    return adapter.parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("whatsapp")("corpus", {"app_secret": vector["secret"]})
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))
