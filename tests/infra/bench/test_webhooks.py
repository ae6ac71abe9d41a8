"""What is measured is real: signed as platforms sign, in the shape that Lambda is called with."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.registry import adapter_class
from infra.bench import webhook, webhooks
from infra.bench.function import BenchError, Function

ROOT = Path(__file__).parents[3]


@pytest.fixture
def function() -> Function:
    """This checkout in place of the package, which takes long to build."""
    return Function(Path(sys.executable), ROOT)


@pytest.mark.parametrize("channel", webhooks.channels())
def test_each_message_is_proven_and_a_different_one(channel: str) -> None:
    adapter = adapter_class(channel)(webhooks.ACCOUNT, webhooks.account_of(channel).secrets)
    ids = set()
    for event in webhooks.lambda_events(channel, 20):
        headers = {name.lower(): value for name, value in event["headers"].items()}
        request = WebhookRequest(
            headers,
            {},
            event["body"].encode(),
            urls=(webhooks.account_of(channel).webhook_url,),
            received_at=datetime.now(UTC),
        )
        adapter.verify(request)
        (received,) = adapter.parse(request).received
        ids.add(received.event.id)
    assert len(ids) == 20


@pytest.mark.parametrize("channel", webhooks.channels())
@pytest.mark.parametrize("referring", [False, True])
def test_a_fresh_function_takes_its_first_webhook(
    function: Function, channel: str, referring: bool
) -> None:
    given = webhooks.given(channel, 1, referring=referring)
    assert function.run(webhook.program("first"), given) > 0


def test_a_warm_function_and_the_floor_are_measured_in_turn(function: Function) -> None:
    found = function.run(webhook.program("each"), {**webhooks.given("zalo", 3), "rounds": 2})
    assert {name: len(times) for name, times in found.items()} == {"function": 2, "floor": 2}
    assert all(time > 0 for times in found.values() for time in times)


def test_a_webhook_that_is_refused_is_no_measurement(function: Function) -> None:
    given = webhooks.given("zalo", 1)
    given["events"][0]["headers"]["X-ZEvent-Signature"] = "mac=0"
    with pytest.raises(BenchError, match="401"):
        function.run(webhook.program("first"), given)
