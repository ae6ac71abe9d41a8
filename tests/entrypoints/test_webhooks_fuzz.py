"""Whatever is posted to whichever route gets an answer of the few there are, and is not let in."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.bootstrap import Frontline
from chalicelib.channels.registry import ADAPTERS, adapter_class
from tests.aws import TABLE
from tests.channels.oddities import oddities
from tests.conftest import START
from tests.desks import DOCUMENT, shop
from tests.entrypoints.caller import send

ACCOUNT = "hoa-mai"
PROVEN = {200, 413}
FIXTURES = Path(__file__).parents[1] / "channels"
MANY = 25
"""Odd payloads of a channel that are posted, drawn anew from the same seed."""

FUZZED = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture
def everywhere(frontline: Frontline) -> Frontline:
    """Connect an account of every channel."""
    accounts = [_account(channel) for channel in ADAPTERS if channel != "email"]
    desk = shop(accounts=[*accounts, DOCUMENT["accounts"][-1]])
    frontline.desks.put(desk, source="", by="test", now=START, expected_version=1)
    return frontline


def _account(channel: str) -> dict[str, Any]:
    adapter = adapter_class(channel)
    names = (*adapter.required_secrets, *adapter.optional_secrets)
    secrets = {name: f"a-secret-of-{name}" for name in names}
    return {"channel": channel, "account": ACCOUNT, "name": channel, "secrets": secrets}


def stored(frontline: Frontline) -> int:
    found = frontline.client("dynamodb").scan(TableName=TABLE)["Items"]
    return len([item for item in found if item["pk"]["S"].startswith(("LOG#", "QUARANTINE"))])


def post(channel: str, body: bytes, **headers: str) -> int:
    sent = {"content_type": "application/json", **headers}
    return send("POST", f"/webhooks/{channel}/{ACCOUNT}", body, **sent).status


def bodies(channel: str) -> Iterator[bytes]:
    """Yield odd variants of the channel's own fixtures."""
    files = sorted((FIXTURES / channel / "payloads").glob("*.json"))
    draw = random.Random(channel)
    for _ in range(MANY if files else 0):
        yield draw.choice(list(oddities(draw.choice(files).read_bytes())))


HOOKED = [channel for channel in ADAPTERS if channel != "email"]


@pytest.mark.parametrize("channel", HOOKED)
def test_what_is_not_proven_is_refused_and_leaves_nothing(
    everywhere: Frontline, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter_class(channel), "keys_request", lambda _self: None)

    @given(body=JSONS.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
    @FUZZED
    def fuzz(body: bytes) -> None:
        assert post(channel, body) == (200 if is_probe(channel, body) else 401)

    fuzz()
    for body in bodies(channel):
        assert post(channel, body) == 401
    assert stored(everywhere) == 0


def is_probe(channel: str, body: bytes) -> bool:
    """Tell the check of a new URL that claims nothing, which one platform sends unsigned."""
    return channel == "zalo" and body.strip() == b"{}"


@pytest.mark.parametrize("channel", HOOKED)
def test_whatever_is_proven_is_taken_or_kept(
    everywhere: Frontline, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter_class(channel), "keys_request", lambda _self: None)
    monkeypatch.setattr(adapter_class(channel), "verify", lambda _self, _request: None)

    @given(body=JSONS.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60))
    @FUZZED
    def fuzz(body: bytes) -> None:
        assert post(channel, body) in PROVEN

    fuzz()
    for body in bodies(channel):
        assert post(channel, body) in PROVEN


@pytest.mark.parametrize("channel", HOOKED)
def test_a_handshake_of_a_stranger_is_refused(everywhere: Frontline, channel: str) -> None:
    path = f"/webhooks/{channel}/{ACCOUNT}"
    for query in ("", "?hub.mode=subscribe&hub.verify_token=x&hub.challenge=1", "?x=1"):
        assert send("GET", path + query).status == 401


@pytest.mark.parametrize("path", ["/webhooks/pigeon/hoa-mai", "/webhooks/zalo/nobody"])
def test_nobodys_address_is_not_found(everywhere: Frontline, path: str) -> None:
    assert send("POST", path, b"{}", content_type="application/json").status == 404


def test_other_media_are_not_taken(everywhere: Frontline) -> None:
    assert post("zalo", b"<xml/>", content_type="application/xml") == 415


def test_a_body_over_the_limit_is_not_read(everywhere: Frontline) -> None:
    assert post("zalo", b" " * 1_000_001) == 413
