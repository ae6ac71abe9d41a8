"""Telegram: one bot, through the Bot API.

Proven by a secret token in a header; the body is not signed. Set-up and limits:
docs/channels/telegram.md.
"""

from collections.abc import Mapping
from typing import ClassVar

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object
from chalicelib.channels.parts import read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.signatures import candidates, require_token
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.telegram.events import events_of
from chalicelib.channels.telegram.sending import message_id

_BOT_API = "https://api.telegram.org"


class TelegramAdapter(ChannelAdapter):
    channel: ClassVar[str] = "telegram"
    label: ClassVar[Mapping[str, str]] = {"vi": "Telegram", "en": "Telegram"}
    capabilities: ClassVar[Capabilities] = Capabilities(text_limit=4096, measure=utf16_units)
    required_secrets: ClassVar[tuple[str, ...]] = ("bot_token", "secret_token")

    def verify(self, request: WebhookRequest) -> None:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        require_token(candidates(self.secrets, "secret_token"), given)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        return read_part(self, request.body.decode(), lambda: events_of(self, payload))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        return post_json(
            f"{_BOT_API}/bot{self.secret('bot_token')}/sendMessage",
            {"chat_id": message.to.external_id, "text": message.text},
        )

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)
