"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import MESSAGE, Events, Expected, Kept, Nothing, read

_GROUP = Nothing("a group is not a talk with one customer")

LINE: dict[str, Expected] = {
    "accountLink": Nothing("linked to the shop's own service"),
    "batch_all_events": Events(
        f"{MESSAGE} " * 5
        + f"contact.returned contact.blocked {MESSAGE} {MESSAGE} {MESSAGE} {MESSAGE} "
        + f"{MESSAGE} {MESSAGE} {MESSAGE} message.edited",
        "Hello, world     action=buyItem&itemId=123123&color=red 2017-12-25T01:00 "
        "action=buyItem&itemId=123123&color=red 2013-04-01 "
        "action=buyItem&itemId=123123&color=red 10:00 "
        "action=buyItem&itemId=123123&color=red 2013-04-01T10:00   Hello, world",
        "video audio location sticker file image",
        kept="no event we know: undefined",
    ),
    "beacon_2": Nothing("somebody passed a shop's beacon"),
    "follow": Events("contact.returned"),
    "join_group": _GROUP,
    "leave_group": _GROUP,
    "memberJoined_group": _GROUP,
    "memberLeft_group": _GROUP,
    "messageEdited_text": Events("message.edited"),
    "message_audio": Events(MESSAGE, "", "audio"),
    "message_file": Events(MESSAGE, "", "file"),
    "message_image": Events(MESSAGE, "", "image"),
    "message_image_room": _GROUP,
    "message_sticker": Events(MESSAGE, "", "sticker"),
    "message_text_2": Events(MESSAGE, "Hello, world"),
    "message_text_group": _GROUP,
    "message_text_room": _GROUP,
    "postback_2": Events(MESSAGE, "action=buyItem&itemId=123123&color=red 2013-04-01"),
    "postback_3": Events(MESSAGE, "action=buyItem&itemId=123123&color=red 10:00"),
    "postback_4": Events(MESSAGE, "action=buyItem&itemId=123123&color=red 2013-04-01T10:00"),
    "undefined": Kept("no event we know: undefined"),
    "unfollow": Events("contact.blocked"),
}

TABLES = {"line": LINE}
SCHEMES = ("line",)
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    adapter = adapter_class("line")("corpus", {"channel_secret": "k"})
    return adapter.parse(WebhookRequest({}, {}, json.dumps(read(folder, name)).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("line")("corpus", {"channel_secret": vector["secret"]})
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))
