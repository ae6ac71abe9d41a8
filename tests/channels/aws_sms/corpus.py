"""What the published payload of this channel gives. See tests/channels/corpus.py."""

import json
from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import NOON
from tests.channels.corpus import MESSAGE, Events, Expected, read

SMS: dict[str, Expected] = {"two_way_inbound": Events(MESSAGE, "EXAMPLE")}

TABLES = {"aws_sms": SMS}
SCHEMES: tuple[str, ...] = ()
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    body = json.dumps(read(folder, name)).encode()
    adapter = adapter_class("aws_sms")("corpus", {"phone_number": "+12125550101"})
    return adapter.parse(WebhookRequest({}, {}, body, received_at=NOON))


def verifies(vector: dict[str, Any]) -> bool:
    raise AssertionError("no signature vector is of this channel")
