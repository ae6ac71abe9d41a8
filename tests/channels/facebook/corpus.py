"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.corpus import MESSAGE, Events, Expected, Nothing, read

FEED: dict[str, Expected] = {
    "comment_add": Events(MESSAGE, "手动点赞"),
    "comment_add_2013": Events("lookup.needed"),
    "comment_add_photo": Events(MESSAGE, "", "image"),
    # Its author has the page's own id: an answer under the page's post.
    "comment_add_vn_2018": Events("message.echoed", "binh lua"),
    "comment_hide": Nothing("hiding says nothing"),
    "comment_unhide": Nothing("hiding says nothing"),
    "photo_add": Nothing("the page publishes"),
    "post_status_add": Nothing("the page publishes"),
    "post_status_add_unpublished": Nothing("the page publishes"),
}

TABLES = {"facebook_feed": FEED}
SCHEMES: tuple[str, ...] = ()
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    payload = read(folder, name)
    secrets = {"app_id": "1", "page_id": payload["entry"][0]["id"], "app_secret": "k"}
    adapter = adapter_class("facebook")("corpus", secrets)
    return adapter.parse(WebhookRequest({}, {}, json.dumps(payload).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    raise NotImplementedError(f"no vector is of this channel: {vector['id']}")
