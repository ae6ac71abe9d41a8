"""A warm container on an in-process AWS, with a meter on everything it asks of it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from infra.bench import webhooks
from infra.bench.meter import Meter
from tests.conftest import FrozenClock
from tests.desks import DOCUMENT, shop

SERVICES = ("dynamodb", "s3", "secretsmanager", "sesv2", "sns", "sqs", "ssm")


@pytest.fixture
def clients() -> dict[str, Any]:
    """Clients of one test alone: its meter stays in them."""
    return {}


@pytest.fixture
def meter(aws: Any) -> Meter:
    meter = Meter()
    for service in SERVICES:
        meter.watch(aws(service))
    return meter


@pytest.fixture
def connected(frontline: Frontline, clock: FrozenClock) -> Frontline:
    """The shop with an account of every platform, whose secrets are known, at this very time.

    Some proofs grow old, and the platforms sign by the real clock.
    """
    clock.now = datetime.now(UTC)
    frontline.settings = replace(frontline.settings, public_url=webhooks.ADDRESS)
    accounts = [
        {
            "channel": channel,
            "account": webhooks.ACCOUNT,
            "name": "Hoa Mai",
            "secrets": dict(webhooks.account_of(channel).secrets),
        }
        for channel in webhooks.channels()
    ]
    desk = shop(accounts=[*accounts, DOCUMENT["accounts"][-1]])
    frontline.desks.put(desk, source="", by="test", now=clock(), expected_version=1)
    return frontline
