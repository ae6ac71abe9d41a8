"""Signed webhooks as API Gateway hands them to the function, written by the simulated platforms."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.registry import adapter_class
from infra.local.accounts import made_up, secret_names
from infra.simulator.memory import Memory
from infra.simulator.platforms import all_platforms
from infra.simulator.platforms.base import Saying, Webhook
from infra.simulator.stack import Account

ACCOUNT = "hoa-mai"
WORDS = "Chị ơi, bình gốm giao hôm qua bị sứt miệng, mình muốn đổi cái khác ạ."
HOST = "a1b2c3d4e5.execute-api.ap-southeast-1.amazonaws.com"
ADDRESS = f"https://{HOST}/api"
RESOURCE = "/webhooks/{channel}/{account}"
PLATFORMS = {platform.channel: platform for platform in all_platforms()}
MEMORY = Memory()

LambdaEvent = dict[str, Any]


def channels() -> tuple[str, ...]:
    """Return the channels whose platforms call our webhooks with a proof we check by ourselves."""
    return tuple(channel for channel in PLATFORMS if _calls_us(adapter_class(channel)))


def _calls_us(adapter: type[ChannelAdapter]) -> bool:
    return adapter.has_webhook and adapter.keys_request is ChannelAdapter.keys_request


@cache
def account_of(channel: str) -> Account:
    """Return an account with made-up secrets, the same ones all through a run."""
    named = {name: made_up(channel, name) for name in secret_names(channel)}
    secrets = {name: value for name, value in named.items() if value}
    url = f"{ADDRESS}/webhooks/{channel}/{ACCOUNT}"
    return Account(channel=channel, account=ACCOUNT, webhook_url=url, secrets=secrets)


def written(account: Account, external_id: str, text: str = WORDS) -> Webhook:
    """Return the webhook that tells of a customer's message, signed as its platform signs."""
    saying = Saying(external_id=external_id, at=datetime.now(UTC), text=text, name="Chị Mai")
    return PLATFORMS[account.channel].customer_says(account, saying, MEMORY)[0]


def lambda_events(channel: str, count: int = 1) -> Iterator[LambdaEvent]:
    """Yield `count` messages of one customer."""
    for _ in range(count):
        yield lambda_event(channel, written(account_of(channel), "7718209365541120"))


def lambda_event(channel: str, webhook: Webhook) -> LambdaEvent:
    """Return what a Lambda proxy integration makes of a POST (payload format 1.0)."""
    path = f"/webhooks/{channel}/{ACCOUNT}"
    headers = {"Content-Type": "application/json", "User-Agent": "platform/1.0", **webhook.headers}
    return {
        "resource": RESOURCE,
        "path": path,
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"channel": channel, "account": ACCOUNT},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": RESOURCE,
            "httpMethod": "POST",
            "path": f"/api{path}",
            "stage": "api",
            "apiId": "a1b2c3d4e5",
            "domainName": HOST,
            "requestId": "8f7a2b1c-0000-4000-8000-000000000000",
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "platform/1.0"},
        },
        "body": webhook.body.decode(),
        "isBase64Encoded": False,
    }


def given(channel: str, count: int, *, referring: bool = False) -> dict[str, Any]:
    """Return what `inside.py` is given: messages, and what AWS answers to those who ask.

    `referring`: the account's secrets are parameters of SSM, as on AWS.
    """
    secrets = dict(account_of(channel).secrets)
    named = {name: f"ssm:/bench/{name}" for name in secrets} if referring else secrets
    account = {"channel": channel, "account": ACCOUNT, "secrets": named}
    return {
        "events": list(lambda_events(channel, count)),
        "accounts": json.dumps([account]),
        "parameters": {f"/bench/{name}": value for name, value in secrets.items()},
    }
