"""A shop's own form, app or site: signed webhooks both ways, after Standard Webhooks.

Set-up, format and limits: docs/channels/generic.md.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from chalicelib.channels.base import (
    FILES,
    Capabilities,
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.generic.events import events_of
from chalicelib.channels.generic.sending import body_of, message_id
from chalicelib.channels.generic.standard_webhooks import (
    RETRY_WAITS,
    keys_of,
    require_signed,
    signed_headers,
)
from chalicelib.channels.json_body import read_object
from chalicelib.channels.parts import read_part
from chalicelib.channels.signatures import candidates
from chalicelib.errors import ConfigurationError


class GenericAdapter(ChannelAdapter):
    channel: ClassVar[str] = "generic"
    label: ClassVar[Mapping[str, str]] = {"vi": "Trang của cửa hàng", "en": "The shop's own site"}
    # With it a webhook stays within the 20 kB that the standard recommends.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=5000, has_receipts=True, takes_files=FILES, takes_buttons=True
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("secret", "reply_url")
    optional_secrets: ClassVar[tuple[str, ...]] = ("reply_secret",)
    retry_waits: ClassVar[tuple[timedelta, ...] | None] = RETRY_WAITS

    def verify(self, request: WebhookRequest) -> None:
        keys = keys_of(candidates(self.secrets, "secret"))
        require_signed(keys, request.headers, request.body, request.received_at)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        return read_part(self, request.body.decode(), lambda: events_of(self, payload))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        body = body_of(message)
        proof = signed_headers(self._reply_keys(), message.id, message.now or message.sent_at, body)
        return HttpRequest(
            method="POST",
            url=self.secret("reply_url"),
            headers={"content-type": "application/json", **proof},
            body=body,
        )

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def _reply_keys(self) -> tuple[bytes, ...]:
        name = "reply_secret" if self.secrets.get("reply_secret") else "secret"
        self.secret(name)
        keys = keys_of(candidates(self.secrets, name))
        if not keys:
            raise ConfigurationError(f"{self.channel}: {name!r} is no key of Standard Webhooks")
        return keys
