"""What every test may ask for: an in-process AWS and a Frontline wired to it."""

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import hypothesis
import pytest

os.environ.setdefault("AWS_DEFAULT_REGION", "ap-southeast-1")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Frontline")
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "frontline")
# moto's streams client builds a wrong host from the account id otherwise.
os.environ.setdefault("AWS_ACCOUNT_ID_ENDPOINT_MODE", "disabled")

from chalicelib.bootstrap import Frontline, use
from chalicelib.config.settings import Settings
from tests.aws import TABLE, create_table
from tests.desks import shop

pytest_plugins = ("tests.workers", "tests.measured")

# An AWS in-process leaves so many cycles behind that looking for them took a third of the time.
gc.set_threshold(10_000, 10, 10)

# How long an example takes says more of the machine than of the code. The examples are the same in
# every run, so that what fails was changed; FUZZ=1 draws others, to look for what nobody knows yet.
hypothesis.settings.register_profile(
    "frontline", deadline=None, derandomize="FUZZ" not in os.environ
)
hypothesis.settings.load_profile("frontline")

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Vietnam."""


class FrozenClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now

    def sleep(self, seconds: float) -> None:
        self.tick(seconds=seconds)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def clients() -> dict[str, Any]:
    """The clients of all tests, by service: making them takes longer than most tests do.

    Whoever leaves hooks in them (`hooked` takes its own away) has clients of his own instead.
    """
    return {}


@pytest.fixture
def aws(clients: dict[str, Any]) -> Iterator[Any]:
    """An in-process AWS; call it with a service's name for a client."""
    from moto import mock_aws

    with mock_aws():

        def client(service: str) -> Any:
            if service not in clients:
                clients[service] = _session().create_client(service)
            return clients[service]

        yield client


@cache
def _session() -> Any:
    """Return one session for all tests: it remembers the services' descriptions."""
    import botocore.session

    return botocore.session.get_session()


@pytest.fixture
def frontline(aws: Any, clock: FrozenClock) -> Frontline:
    """Frontline on an in-process AWS, with the small shop's desk applied."""
    create_table(aws("dynamodb"))
    queues = {
        name: aws("sqs").create_queue(QueueName=name)["QueueUrl"]
        for name in ("timer", "outbox", "recompute")
    }
    aws("s3").create_bucket(
        Bucket="mail", CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"}
    )
    topic = aws("sns").create_topic(Name="notifications")["TopicArn"]
    for identity in ("desk@frontline.example", "hotro@hoamai.example"):
        aws("sesv2").create_email_identity(EmailIdentity=identity)
    aws("ssm").put_parameter(
        Name="/frontline/test/signing-keys",
        Type="SecureString",
        Value='[["k1", "a-test-signing-key-of-some-length"]]',
    )
    wired = Frontline(
        Settings(
            stage="test",
            table_name=TABLE,
            timer_queue_url=queues["timer"],
            outbox_queue_url=queues["outbox"],
            recompute_queue_url=queues["recompute"],
            mail_bucket="mail",
            notification_topic_arn=topic,
            mail_domain="reply.frontline.example",
            mail_from="desk@frontline.example",
            signing_keys_parameter="/frontline/test/signing-keys",
            public_url="https://desk.example/api",
        ),
        client=aws,
        clock=clock,
        sleep=clock.sleep,
    )
    wired.desks.put(shop(), source="", by="test", now=clock(), expected_version=0)
    use(wired)
    return wired
