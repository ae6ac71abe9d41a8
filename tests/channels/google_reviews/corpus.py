"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import MESSAGE, Events, Expected, read

GOOGLE: dict[str, Expected] = {
    "pubsub_push_new_review": Events("lookup.needed"),
    "review_no_comment_anonymous": Events(MESSAGE, "[★★★☆☆]"),
    "review_resource": Events(f"{MESSAGE} message.echoed", "Giao hàng chậm Xin lỗi anh/chị"),
}

TABLES = {"google_business": GOOGLE}
SCHEMES = ("google_pubsub_oidc",)
DECIDED: dict[str, bool] = {}

# The vectors came without their key document: this modulus follows from their signatures.
_MODULUS = (
    "tsxxEVeqsmxa-r_3ND6sEoYvPQE91GPbHjoH9ah3Hi0MBT9XxroPMwdLufo9_kivNxQx9P9GxbbdaNtVcLUuXdY8cTay"
    "Y1uPRGAelk_21vPNkjFAjWV7UUYChzfQN3JhPwof4gqxKtN-sTVW1xuN9VacC1unuA--5gsLCEPHrW6Yy5VK7Uj-WYg2"
    "D73iZU53OqWjqLkQF1JQfITeOLXA5MEamWYawIrGNVuJ1-1yRssakm7DBTKIKKHABTsCxJ0eKU0pIhcUVlvHia55TRzX"
    "votUdLRCf4MAhLi5ugS8i_9L5SeKbc2YrBJX66mD-nQeDYgOeXDVWqftud10d0meBw"
)
_KEYS = {"keys": [{"kid": "test-kid-1", "kty": "RSA", "e": "AQAB", "n": _MODULUS}]}


def parsed(folder: str, name: str) -> Parsed:
    adapter = adapter_class("google_reviews")("corpus", {})
    return adapter.parse(WebhookRequest({}, {}, json.dumps(read(folder, name)).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    secrets = {"audience": vector["audience"], "service_account": vector["service_account"]}
    request = WebhookRequest(
        headers={"authorization": vector["authorization"]},
        query={},
        body=b"{}",
        received_at=datetime.fromtimestamp(vector["now"], UTC),
        keys=_KEYS,
    )
    return proves(adapter_class("google_reviews")("corpus", secrets), request)
