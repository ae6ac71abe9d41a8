"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import ECHO, MESSAGE, Events, Expected, Kept, Nothing, read

_INTERACTIVITY = Nothing("a dialog or a shortcut that we don't offer")

SLACK: dict[str, Expected] = {
    "app_rate_limited": Kept("Slack held events back: more than 30 000 an hour"),
    # Of before there were `authorizations`: which of the users is the bot isn't told.
    "event_app_mention": Events(MESSAGE, "@W111 Hi there!"),
    "event_app_uninstalled_body": Kept("app_uninstalled: the app must be installed again"),
    "event_join_event_body": Nothing("somebody came into a channel"),
    "event_message_bot": Events(ECHO, "Hi there! Thanks for sharing the info!"),
    "event_message_channel": Events(MESSAGE, "Hello World!"),
    "event_message_classic_bot": Nothing("another application's words"),
    "event_message_deleted": Events("message.deleted"),
    "event_message_file_share": Events(MESSAGE, "Hi there!", "image"),
    "event_message_inaccessible_file": Events(
        MESSAGE, "Message with a file shared from a Slack Connect channel", "file"
    ),
    "event_message_thread_broadcast": Events(MESSAGE, "Hi there!"),
    # Written by the very bot that the event is delivered to.
    "event_message_user": Events(ECHO, "Hi there! Thanks for sharing the info!"),
    "event_tokens_revoked_body": Kept("tokens_revoked: the app must be installed again"),
    "event_valid_reaction_added_body": Nothing("our own reaction"),
    "interactivity_block_suggestion": _INTERACTIVITY,
    "interactivity_global_shortcut": _INTERACTIVITY,
    "interactivity_view_closed": _INTERACTIVITY,
    "interactivity_view_submission_response_urls": _INTERACTIVITY,
    "opsdroid_method_users.info": Kept("a payload of no type we know"),
    "opsdroid_payload_message": Events(MESSAGE, "this is a test message"),
    "opsdroid_payload_message_bot_message": Nothing("another application's words"),
    "opsdroid_payload_url_verification": Nothing("a question for our address"),
}

TABLES = {"slack": SLACK}
SCHEMES = ("slack_v0",)
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    adapter = adapter_class("slack")("corpus", {})
    return adapter.parse(WebhookRequest({}, {}, json.dumps(read(folder, name)).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("slack")("corpus", {"signing_secret": vector["secret"]})
    headers = {
        "x-slack-signature": vector["signature"],
        "x-slack-request-timestamp": vector["timestamp"],
    }
    received_at = datetime.fromtimestamp(vector["now"], UTC)
    return proves(
        adapter, WebhookRequest(headers, {}, vector["body"].encode(), received_at=received_at)
    )
