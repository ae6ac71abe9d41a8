"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import ECHO, MESSAGE, Events, Expected, Kept, Nothing, read

TESTING = "This is testing message"

ZALO: dict[str, Expected] = {
    "a4b_user_send_text_vi": Events(MESSAGE, "Chào A4B"),
    "doc_add_user_to_tag": Nothing("housekeeping of the account"),
    "doc_follow": Events("contact.returned"),
    "doc_user_asking_product": Events(MESSAGE, "message_from_user", "link"),
    "doc_zns_user_received_message": Nothing("a template sent to a phone, not in a chat"),
    "oa_send_image": Events(ECHO, "", "image"),
    "oa_send_text": Events(ECHO, "abc"),
    "prod_oa_send_text_2026": Events(ECHO, "chào nha"),
    "prod_user_send_image_with_text_2026": Events(MESSAGE, "hộp bị móp", "image"),
    "prod_user_send_text_2026": Events(MESSAGE, "hi cậu"),
    "synth_registration_probe_empty": Nothing("the console's check of a new URL"),
    "synth_user_click_chatnow": Events("contact.returned"),
    "synth_user_reacted_message": Events("message.reacted"),
    "synth_user_send_business_card": Events(MESSAGE, "", "contact"),
    "synth_user_send_group_text": Nothing("a group is not one customer"),
    "synth_user_send_link": Events(MESSAGE, "https://example.vn/", "link"),
    "synth_user_send_text_quote": Events(MESSAGE, "còn hàng không shop?"),
    "synth_user_send_video": Events(MESSAGE, "", "video"),
    "synth_user_withdraw": Kept("no event we know: user_withdraw"),
    "synth_widget_interaction_accepted": Events("contact.returned"),
    "testbutton_follow": Events("contact.returned"),
    "testbutton_oa_send_list": Events(ECHO, TESTING),
    "testbutton_shop_has_order": Nothing("orders of Zalo's former shop"),
    "testbutton_unfollow": Events("contact.blocked"),
    "testbutton_user_asking_product": Events(MESSAGE, TESTING),
    "testbutton_user_seen_message": Events("receipt.received"),
    "testbutton_user_send_audio": Events(MESSAGE, TESTING),
    "testbutton_user_send_gif": Events(MESSAGE, TESTING),
    "testbutton_user_send_link": Events(MESSAGE, TESTING),
    "testbutton_user_send_video": Events(MESSAGE, TESTING),
    "user_send_image": Events(MESSAGE, "", "image"),
    "user_send_sticker": Events(MESSAGE, "", "sticker"),
    "user_send_text": Events(MESSAGE, "abc"),
}

# Another product of Zalo's with other proof: an Official Account's webhook never gets these.
ZALO_BOT_PLATFORM: dict[str, Expected] = {
    f"message.{kind}.received": Kept(f"no event we know: message.{kind}.received")
    for kind in ("image", "text", "unsupported")
}

TABLES = {"zalo": ZALO, "zalo_bot_platform": ZALO_BOT_PLATFORM}
SCHEMES = ("zalo",)
# Bare hex without `mac=` is the same proof, so it is taken; sources differ.
DECIDED = {"zalo-no-prefix": True}


def parsed(folder: str, name: str) -> Parsed:
    payload = read(folder, name)
    secrets = {
        "app_id": str(payload.get("app_id", "1")),
        "oa_id": _account(payload),
        "oa_secret_key": "k",
    }
    adapter = adapter_class("zalo")("corpus", secrets)
    return adapter.parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("zalo")(
        "corpus", {"app_id": str(vector.get("app_id", "")), "oa_secret_key": vector["secret"]}
    )
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))


def _first_id(*parties: Any) -> str:
    found = (party["id"] if isinstance(party, dict) else party for party in parties)
    return next((str(each) for each in found if each), "1")


def _account(payload: dict[str, Any]) -> str:
    """Return the id of the Official Account that a payload is about."""
    name = payload.get("event_name", "")
    is_from_account = name.startswith("oa_") or name.endswith(
        ("_received_message", "_seen_message")
    )
    party = payload.get("sender" if is_from_account else "recipient")
    return _first_id(payload.get("oa_id"), party)
