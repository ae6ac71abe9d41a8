"""Viber: one bot, through the REST bot API.

Signed with HMAC-SHA256 of the raw body under the bot's token. Set-up and limits:
docs/channels/viber.md.
"""

from collections.abc import Mapping
from typing import ClassVar

from chalicelib.channels.base import (
    FILES,
    Capabilities,
    ChannelAdapter,
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object
from chalicelib.channels.parts import read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.signatures import candidates, require_hmac_sha256
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.viber.events import events_of
from chalicelib.channels.viber.sending import (
    OPTIONAL_EVENTS,
    PA,
    checkup,
    content,
    message_token,
)

# Viber refuses a longer name.
_SENDER_NAME = 28


class ViberAdapter(ChannelAdapter):
    channel: ClassVar[str] = "viber"
    label: ClassVar[Mapping[str, str]] = {"vi": "Viber", "en": "Viber"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=7000,
        measure=utf16_units,
        has_receipts=True,
        takes_files=FILES,
        takes_buttons=True,
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("auth_token", "sender_name")

    def verify(self, request: WebhookRequest) -> None:
        given = request.headers.get("x-viber-content-signature", "")
        require_hmac_sha256(candidates(self.secrets, "auth_token"), request.body, given)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        return read_part(self, request.body.decode(), lambda: events_of(self, payload))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        addressed = {
            "receiver": message.to.external_id,
            "min_api_version": 1,
            "sender": {"name": self.secret("sender_name")[:_SENDER_NAME]},
        }
        return self._call("send_message", {**addressed, **content(message)})

    def read_reply(self, response: HttpResponse) -> str:
        return message_token(response)

    def check_request(self, webhook_url: str) -> HttpRequest:
        return self._call("get_account_info", {})

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return checkup(webhook_url, response)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        events = {"url": webhook_url, "event_types": OPTIONAL_EVENTS, "send_name": True}
        return (self._call("set_webhook", events),)

    def _call(self, method: str, fields: Mapping[str, object]) -> HttpRequest:
        token = {"x-viber-auth-token": self.secret("auth_token")}
        return post_json(f"{PA}/{method}", fields, token)
