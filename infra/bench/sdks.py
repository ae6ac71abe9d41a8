"""The platforms' own SDKs, doing to a webhook what they offer."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from chalicelib.channels.base import WebhookRequest
from infra.simulator.stack import Account

Work = Callable[[], object]


def of(channel: str, request: WebhookRequest, account: Account) -> Work | None:
    """Return the SDK's work on this webhook, None where there is no SDK for it."""
    maker = MAKERS.get(channel)
    return maker(request, account) if maker else None


def _slack(request: WebhookRequest, account: Account) -> Work:
    from slack_sdk.signature import SignatureVerifier

    verifier = SignatureVerifier(account.secret("signing_secret"))
    headers = dict(request.headers)

    def work() -> object:
        assert verifier.is_valid_request(request.body, headers)  # noqa: S101
        return json.loads(request.body)

    return work


def _twilio(request: WebhookRequest, account: Account) -> Work:
    from twilio.request_validator import RequestValidator

    validator = RequestValidator(account.secret("auth_token"))
    signature, url = request.headers["x-twilio-signature"], request.urls[0]

    def work() -> object:
        fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        assert validator.validate(url, fields, signature)  # noqa: S101
        return fields

    return work


def _line(request: WebhookRequest, account: Account) -> Work:
    from linebot.v3 import WebhookParser

    parser = WebhookParser(account.secret("channel_secret"))
    signature, body = request.headers["x-line-signature"], request.body.decode()
    return lambda: parser.parse(body, signature)


def _viber(request: WebhookRequest, account: Account) -> Work:
    from viberbot import Api, BotConfiguration

    api = Api(BotConfiguration(auth_token=account.secret("auth_token"), name="Hoa Mai", avatar=""))
    signature = request.headers["x-viber-content-signature"]

    def work() -> object:
        assert api.verify_signature(request.body, signature)  # noqa: S101
        return api.parse_request(request.body.decode())

    return work


def _generic(request: WebhookRequest, account: Account) -> Work:
    from standardwebhooks.webhooks import Webhook

    webhook = Webhook(account.secret("secret"))
    headers = dict(request.headers)
    return lambda: webhook.verify(request.body, headers)


MAKERS: Mapping[str, Callable[[WebhookRequest, Account], Work]] = {
    "slack": _slack,
    "twilio_sms": _twilio,
    "line": _line,
    "viber": _viber,
    "generic": _generic,
}
