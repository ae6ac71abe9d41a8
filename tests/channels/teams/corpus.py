"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import CORPUS, MESSAGE, Events, Expected, Kept, Nothing, read

BOT_FRAMEWORK: dict[str, Expected] = {
    "ConnectorAPI_swagger": Kept("an activity of another channel than Teams"),
    "skype_message": Kept("an activity of another channel than Teams"),
    "teams_conversation_update_bot_added": Nothing("an installation is told by its own event"),
    "teams_direct_message": Events(MESSAGE, "ping"),
    "teams_invalid_message": Kept("an activity of no type we know"),
    "teams_message_card_submit": Events(MESSAGE, "Dạ em gửi lại ạ"),
    "teams_ping_payload": Events(MESSAGE, "ping"),
}

TABLES = {"bot_framework": BOT_FRAMEWORK}
SCHEMES = ("bot_framework_jwt",)
DECIDED: dict[str, bool] = {}

# The vectors' own key document is not among the payloads. This is the one RSA modulus under which
# the signatures of all seven hold: the common divisor of what they were raised from.
_MODULUS = (
    "tsxxEVeqsmxa-r_3ND6sEoYvPQE91GPbHjoH9ah3Hi0MBT9XxroPMwdLufo9_kivNxQx9P9GxbbdaNtVcLUuXdY8cTay"
    "Y1uPRGAelk_21vPNkjFAjWV7UUYChzfQN3JhPwof4gqxKtN-sTVW1xuN9VacC1unuA--5gsLCEPHrW6Yy5VK7Uj-WYg2"
    "D73iZU53OqWjqLkQF1JQfITeOLXA5MEamWYawIrGNVuJ1-1yRssakm7DBTKIKKHABTsCxJ0eKU0pIhcUVlvHia55TRzX"
    "votUdLRCf4MAhLi5ugS8i_9L5SeKbc2YrBJX66mD-nQeDYgOeXDVWqftud10d0meBw"
)
_KEY = {"kid": "test-kid-1", "kty": "RSA", "e": "AQAB", "n": _MODULUS, "endorsements": ["msteams"]}


def parsed(folder: str, name: str) -> Parsed:
    adapter = adapter_class("teams")("corpus", {"app_id": "1"})
    return adapter.parse(WebhookRequest({}, {}, json.dumps(read(folder, name)).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("teams")("corpus", {"app_id": vector["app_id"]})
    request = WebhookRequest(
        headers={"authorization": vector["authorization"]},
        query={},
        body=(CORPUS / vector["activity_file"]).read_bytes(),
        received_at=datetime.fromtimestamp(vector["now"], UTC),
        keys={"keys": [_KEY]},
    )
    return proves(adapter, request)
