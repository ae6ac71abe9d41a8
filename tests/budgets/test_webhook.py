"""Appending: one round trip per event, dedupe included, and no index written."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib.bootstrap import Frontline
from chalicelib.service.connections import ACCOUNTS_REMEMBERED
from chalicelib.store.log import RAW_LIMIT
from infra.bench import webhooks
from infra.bench.meter import Meter
from infra.simulator.platforms.base import Webhook
from infra.simulator.platforms.graph import escaped_json, signed_headers
from tests.aws import KEYS
from tests.conftest import FrozenClock

INDEX_ATTRIBUTES = {f"{index}_{part}" for index in KEYS for part in ("pk", "sk")}

Post = Callable[[str, Webhook], int]


def through_the_test_client(channel: str, webhook: Webhook) -> int:
    path = f"/webhooks/{channel}/{webhooks.ACCOUNT}"
    headers = {"Content-Type": "application/json", **webhook.headers}
    with Client(app) as client:
        status: int = client.http.post(path, headers=headers, body=webhook.body).status_code
    return status


def as_lambda_calls_it(channel: str, webhook: Webhook) -> int:
    status: int = app(webhooks.lambda_event(channel, webhook), None)["statusCode"]
    return status


def written(channel: str, text: str = webhooks.WORDS) -> Webhook:
    return webhooks.written(webhooks.account_of(channel), "77182093", text)


def batch(texts: list[str]) -> Webhook:
    """Return Messenger's webhook with several messages of one customer in it."""
    bodies = [json.loads(written("messenger", text).body) for text in texts]
    messaging = [body["entry"][0]["messaging"][0] for body in bodies]
    whole = {**bodies[0], "entry": [{**bodies[0]["entry"][0], "messaging": messaging}]}
    body = escaped_json(whole)
    secret = webhooks.account_of("messenger").secret("app_secret")
    return Webhook(event_id="", message_id="", body=body, headers=signed_headers(secret, body))


@pytest.fixture
def warm(connected: Frontline, clock: FrozenClock) -> Frontline:
    """A container that has taken one webhook on every channel."""
    clock.tick(seconds=60)
    for channel in webhooks.channels():
        assert as_lambda_calls_it(channel, written(channel)) == 200
    return connected


@pytest.mark.parametrize("post", [through_the_test_client, as_lambda_calls_it])
@pytest.mark.parametrize("channel", webhooks.channels())
def test_an_event_costs_one_round_trip_and_writes_no_index(
    warm: Frontline, meter: Meter, channel: str, post: Post
) -> None:
    with meter.running():
        assert post(channel, written(channel)) == 200
    assert meter.operations == ["PutItem"]
    assert meter.attempts == 1
    assert not meter.calls[0].params["Item"].keys() & INDEX_ATTRIBUTES


@pytest.mark.parametrize("channel", webhooks.channels())
def test_a_platforms_retry_costs_no_more(warm: Frontline, meter: Meter, channel: str) -> None:
    webhook = written(channel)
    as_lambda_calls_it(channel, webhook)
    with meter.running():
        assert as_lambda_calls_it(channel, webhook) == 200
    assert (meter.operations, meter.attempts) == (["PutItem"], 1)


def test_a_batch_costs_one_round_trip_for_each_event_in_it(warm: Frontline, meter: Meter) -> None:
    with meter.running():
        assert as_lambda_calls_it("messenger", batch(["một", "hai", "ba"])) == 200
    assert (meter.operations, meter.attempts) == (["PutItem"] * 3, 3)


@pytest.mark.parametrize("channel", webhooks.channels())
def test_what_is_not_proven_costs_nothing(warm: Frontline, meter: Meter, channel: str) -> None:
    unproven = replace(written(channel), headers={})
    with meter.running():
        assert as_lambda_calls_it(channel, unproven) == 401
    assert meter.attempts == 0


def test_a_huge_payload_costs_one_more_for_the_bucket(warm: Frontline, meter: Meter) -> None:
    with meter.running():
        assert as_lambda_calls_it("zalo", written("zalo", "ă" * RAW_LIMIT)) == 200
    assert meter.operations == ["PutObject", "PutItem"]


def test_the_accounts_are_read_again_now_and_then_only(
    warm: Frontline, meter: Meter, clock: FrozenClock
) -> None:
    clock.now += ACCOUNTS_REMEMBERED + timedelta(seconds=1)
    with meter.running():
        for _ in range(20):
            as_lambda_calls_it("telegram", written("telegram"))
    assert meter.operations == ["GetItem", *["PutItem"] * 20]


def test_each_account_is_connected_once_per_container(connected: Frontline, meter: Meter) -> None:
    """The first webhook of all reads the accounts; nothing else is read for any channel."""
    with meter.running():
        for channel in webhooks.channels():
            as_lambda_calls_it(channel, written(channel))
    found: list[Any] = meter.operations
    assert found == ["GetItem", *["PutItem"] * len(webhooks.channels())]
