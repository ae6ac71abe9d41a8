"""What the published payloads of this channel give. See tests/channels/corpus.py."""

import json

from chalicelib.channels.base import HttpResponse, Parsed
from chalicelib.channels.registry import adapter_class
from tests.channels.corpus import ECHO, Events, Expected, read

TRIPADVISOR: dict[str, Expected] = {
    "location_reviews": Events(ECHO, "[owner response]"),
}

TABLES = {"tripadvisor": TRIPADVISOR}
SCHEMES: tuple[str, ...] = ()
DECIDED: dict[str, bool] = {}


def parsed(folder: str, name: str) -> Parsed:
    body = json.dumps(read(folder, name)).encode()
    adapter = adapter_class("tripadvisor")("corpus", {})
    return adapter.read_poll(HttpResponse(status=200, headers={}, body=body))
