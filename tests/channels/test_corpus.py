"""Payloads that platforms, SDKs and other projects published, kept outside this project.

Each file is listed with what it must give: its events, nothing (and why), or a part that is kept
because it is not understood (and why). A file that is not listed fails.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chalicelib.channels.base import ChannelAdapter, Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from chalicelib.domain.events import MessageEchoed, MessageReceived
from chalicelib.domain.messages import AttachmentKind

from .contract import proves

CORPUS = Path(__file__).parents[3] / "shared" / "payloads"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")


@dataclass(frozen=True)
class Events:
    """What was understood, and why some part beside it was `kept`."""

    types: str
    text: str = ""
    attachments: str = ""
    kept: str = ""


@dataclass(frozen=True)
class Nothing:
    because: str


@dataclass(frozen=True)
class Kept:
    """Not understood: quarantined for this `reason`."""

    reason: str


Expected = Events | Nothing | Kept

MESSAGE, ECHO = "message.received", "message.echoed"
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
    "bottender_standby_request": Nothing("another app owns the thread"),
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
    "doc_standby_echo": Nothing("another app owns the thread"),
    "doc_sticker_2026": Events(MESSAGE, "", "sticker"),
    "live_echo_video": Events(ECHO, "", "video"),
    "live_reaction": Events("message.reacted"),
    "live_read": Events("receipt.received"),
    "old_location": Events(MESSAGE, "", "location"),
    "old_postback": Events(MESSAGE, "hello world"),
    "old_referral_shortlink": Nothing("a link was opened; nothing was said"),
}

# The `kind_` files have no update_id, which every real update has: `load` adds one.
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

TABLES = {
    "zalo": ("zalo", ZALO),
    "zalo_bot_platform": ("zalo", ZALO_BOT_PLATFORM),
    "messenger": ("messenger", MESSENGER),
    "telegram": ("telegram", TELEGRAM),
}

FILES = [(folder, name) for folder, (_, table) in TABLES.items() for name in table]


def load(folder: str, name: str) -> Any:
    """Return a payload, out of the wrapper that some sources put around it."""
    payload = json.loads((CORPUS / folder / f"{name}.json").read_bytes())
    payload = payload.get("body", payload)
    return {"update_id": 1, **payload} if folder == "telegram" else payload


def first_id(*parties: Any) -> str:
    found = (party["id"] if isinstance(party, dict) else party for party in parties)
    return next((str(each) for each in found if each), "1")


def zalo_account(payload: dict[str, Any]) -> str:
    """Return the id of the Official Account that a payload is about."""
    name = payload.get("event_name", "")
    is_from_account = name.startswith("oa_") or name.endswith(
        ("_received_message", "_seen_message")
    )
    party = payload.get("sender" if is_from_account else "recipient")
    return first_id(payload.get("oa_id"), party)


def adapter_for(channel: str, payload: dict[str, Any]) -> ChannelAdapter:
    """Return the adapter of the very account that a payload was sent to."""
    entries = payload.get("entry", [{"id": "1"}])
    secrets = {
        "zalo": {
            "app_id": str(payload.get("app_id", "1")),
            "oa_id": zalo_account(payload),
            "oa_secret_key": "k",
        },
        "messenger": {"app_id": "1", "page_id": str(entries[0]["id"]), "app_secret": "k"},
        "telegram": {"secret_token": "k"},
    }
    return adapter_class(channel)("corpus", secrets[channel])


def parse(folder: str, name: str) -> Parsed:
    payload = load(folder, name)
    adapter = adapter_for(TABLES[folder][0], payload)
    return adapter.parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def seen(parsed: Parsed) -> Events:
    events = [each.event for each in parsed.received]
    said = [each for each in events if isinstance(each, MessageReceived | MessageEchoed)]
    kinds: list[AttachmentKind] = [each.kind for message in said for each in message.attachments]
    return Events(
        types=" ".join(type(event).type for event in events),
        text=" ".join(message.text for message in said),
        attachments=" ".join(kinds),
        kept=" ".join(part.reason for part in parsed.unrecognised),
    )


@pytest.mark.parametrize(("folder", "name"), FILES, ids="-".join)
def test_a_published_payload(folder: str, name: str) -> None:
    parsed, expected = parse(folder, name), TABLES[folder][1][name]
    match expected:
        case Events():
            assert seen(parsed) == expected
        case Nothing():
            assert parsed == Parsed()
        case Kept(reason):
            assert seen(parsed) == Events("", kept=reason)


@pytest.mark.parametrize("folder", TABLES)
def test_every_published_payload_is_listed(folder: str) -> None:
    assert {path.stem for path in (CORPUS / folder).glob("*.json")} == set(TABLES[folder][1])


@pytest.mark.parametrize(
    ("name", "is_ours"), [("oa_send_text", True), ("prod_oa_send_text_2026", False)]
)
def test_a_published_echo_with_admin_is_a_persons(name: str, is_ours: bool) -> None:
    (received,) = parse("zalo", name).received
    assert isinstance(received.event, MessageEchoed)
    assert received.event.ours is is_ours


def vectors() -> list[dict[str, Any]]:
    if not CORPUS.is_dir():
        return []
    known = json.loads((CORPUS / "vectors.json").read_bytes())
    # WhatsApp is signed as Messenger is, and its vector is one that Meta itself signed.
    return [v for v in known if v["channel"] in ("zalo", "messenger", "telegram", "whatsapp")]


# Bare hex without `mac=` is the same proof, so it is taken; sources differ. Messenger's older
# SHA-1 signature is sent beside the newer one, so it is not needed.
DECIDED = {
    "zalo-no-prefix": True,
    "messenger-legacy-sha1-1": False,
    "messenger-legacy-sha1-2": False,
}


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: str(vector["id"]))
def test_a_published_signature(vector: dict[str, Any]) -> None:
    secret = vector["secret"]
    channel = {"whatsapp": "messenger"}.get(vector["channel"], vector["channel"])
    names = {"zalo": "oa_secret_key", "messenger": "app_secret", "telegram": "secret_token"}
    app_id = str(vector.get("app_id", ""))
    adapter = adapter_class(channel)("corpus", {"app_id": app_id, names[channel]: secret})
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    request = WebhookRequest(headers, {}, vector["body"].encode())
    assert proves(adapter, request) is (DECIDED.get(vector["id"], vector["valid"]))
