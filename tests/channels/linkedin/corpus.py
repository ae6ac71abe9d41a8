"""What the published payloads of this channel give. See tests/channels/corpus.py."""

from typing import Any

from chalicelib.channels.base import Parsed, WebhookRequest
from chalicelib.channels.registry import adapter_class
from tests.channels.contract import proves
from tests.channels.corpus import CORPUS, MESSAGE, Events, Expected

LINKEDIN: dict[str, Expected] = {
    "notification_comment_capture": Events(MESSAGE, "Commenting as ..."),
}

TABLES = {"linkedin": LINKEDIN}
# The vector of the challenge is no proof of a body: test_linkedin.py has it.
SCHEMES = ("linkedin_signature",)
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    body = (CORPUS / folder / f"{name}.json").read_bytes()
    adapter = adapter_class("linkedin")("corpus", {"organization_id": "96072893"})
    return adapter.parse(WebhookRequest({}, {}, body))


def verifies(vector: dict[str, Any]) -> bool:
    adapter = adapter_class("linkedin")("corpus", {"client_secret": vector["client_secret"]})
    headers = {vector["header"].lower(): vector["signature"]}
    return proves(adapter, WebhookRequest(headers, {}, vector["body"].encode()))
