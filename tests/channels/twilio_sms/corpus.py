"""What the published payloads of this channel give. See tests/channels/corpus.py.

Two more are written as forms: test_twilio_sms.py has them.
"""

from typing import Any
from urllib.parse import urlencode

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import MESSAGE, Events, Expected, read

SMS: dict[str, Expected] = {
    "zammad_inbound_sms2": Events(MESSAGE, "Follow-up"),
    "zammad_inbound_sms3": Events(MESSAGE, "new 2"),
}

TABLES: dict[str, dict[str, Expected]] = {"twilio_sms": SMS, "twilio_whatsapp": {}}
SCHEMES = ("twilio", "twilio_body")
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    payload = read(folder, name)
    secrets = {"account_sid": payload["AccountSid"], "auth_token": "k", "sender": payload["To"]}
    adapter = adapter_class("twilio_sms")("corpus", secrets)
    return adapter.parse(WebhookRequest({}, {}, urlencode(payload).encode()))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("twilio_sms")("corpus", {"auth_token": vector["token"]})
    body = (
        vector["body"]
        if "body" in vector
        else urlencode([tuple(each) for each in vector["params"]])
    )
    headers = {"x-twilio-signature": vector["signature"]}
    return proves(adapter, WebhookRequest(headers, {}, body.encode(), urls=(vector["url"],)))
