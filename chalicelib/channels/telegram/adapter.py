"""Telegram: one bot, through the Bot API.

Proven by a secret token in a header; the body is not signed. Set-up and limits:
docs/channels/telegram.md.
"""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import quote

from chalicelib.channels.base import (
    FILES,
    Capabilities,
    ChannelAdapter,
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookAnswer,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.parts import read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.signatures import candidates, require_token
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.telegram.composing import call_of, fetches
from chalicelib.channels.telegram.events import events_of, pressed_id
from chalicelib.channels.telegram.sending import file_path, message_id
from chalicelib.channels.telegram.subscribing import read_webhook, webhook_settings
from chalicelib.domain.messages import Attachment, Surface

_BOT_API = "https://api.telegram.org"


class TelegramAdapter(ChannelAdapter):
    channel: ClassVar[str] = "telegram"
    label: ClassVar[Mapping[str, str]] = {"vi": "Telegram", "en": "Telegram"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=4096, measure=utf16_units, takes_files=FILES, takes_buttons=True
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("bot_token", "secret_token")

    def verify(self, request: WebhookRequest) -> None:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        require_token(candidates(self.secrets, "secret_token"), given)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        return read_part(self, request.body.decode(), lambda: events_of(self, payload))

    def answer(self, request: WebhookRequest) -> WebhookAnswer:
        """End the waiting sign on a pressed button; Telegram takes one call as an answer."""
        query_id = pressed_id(request.body)
        if query_id is None:
            return super().answer(request)
        call = {"method": "answerCallbackQuery", "callback_query_id": query_id}
        return WebhookAnswer(write_text(call), "application/json")

    def reply(self, message: OutboundMessage) -> HttpRequest:
        method, parameters = call_of(message)
        return post_json(self._method(method), parameters)

    def takes_file(self, file: Attachment, surface: Surface) -> bool:
        return fetches(file)

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        """Return the call that tells where a file lies, of at most 20 MB."""
        if attachment.file_id is None:
            return None
        return post_json(self._method("getFile"), {"file_id": attachment.file_id})

    def file_location(self, attachment: Attachment, response: HttpResponse) -> HttpRequest:
        path = quote(file_path(response))
        url = f"{_BOT_API}/file/bot{self.secret('bot_token')}/{path}"
        return HttpRequest(method="GET", url=url)

    def check_request(self, webhook_url: str) -> HttpRequest:
        return HttpRequest(method="GET", url=self._method("getWebhookInfo"))

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return read_webhook(webhook_url, response)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        settings = webhook_settings(webhook_url, self.secret("secret_token"))
        return (post_json(self._method("setWebhook"), settings),)

    def _method(self, name: str) -> str:
        return f"{_BOT_API}/bot{self.secret('bot_token')}/{name}"
