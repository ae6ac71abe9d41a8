"""A warm container on an in-process AWS, with a meter on everything it asks of it."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from infra.bench import webhooks
from tests.budgets.meter import SERVICES, Meter
from tests.conftest import FrozenClock
from tests.desks import DOCUMENT, shop
from tests.service.pump import Pump

Write = Callable[..., None]


@pytest.fixture
def meter(aws: Any) -> Meter:
    meter = Meter()
    for service in SERVICES:
        meter.watch(aws(service))
    return meter


@pytest.fixture
def connected(frontline: Frontline, clock: FrozenClock) -> Frontline:
    """The shop with an account of every platform, whose secrets are known."""
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


@pytest.fixture
def pump(frontline: Frontline) -> Pump:
    return Pump(frontline)
