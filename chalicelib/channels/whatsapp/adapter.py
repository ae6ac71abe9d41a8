"""WhatsApp: one business phone number, through Meta's Cloud API.

Signed with HMAC-SHA256 of the raw body under the app secret; subscribed with a GET handshake.
Set-up and limits: docs/channels/whatsapp.md.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar
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
from chalicelib.channels.meta import (
    GRAPH,
    TEST_ID,
    bearer,
    mark,
    parts_of,
    require_signed,
    subscription,
)
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.whatsapp.batches import change_of, single_items
from chalicelib.channels.whatsapp.events import events_of
from chalicelib.channels.whatsapp.outgoing import body_of
from chalicelib.channels.whatsapp.sending import checkup, file_url, message_id, reached
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent
from chalicelib.domain.messages import Attachment

_OBJECT = "whatsapp_business_account"


class WhatsAppAdapter(ChannelAdapter):
    channel: ClassVar[str] = "whatsapp"
    label: ClassVar[Mapping[str, str]] = {"vi": "WhatsApp", "en": "WhatsApp"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=4096,
        measure=utf16_units,
        reply_window=timedelta(hours=24),
        has_templates=True,
        has_receipts=True,
        takes_files=FILES,
        takes_buttons=True,
    )
    required_secrets: ClassVar[tuple[str, ...]] = (
        "phone_number_id",
        "waba_id",
        "app_secret",
        "verify_token",
        "access_token",
    )

    def challenge(self, request: WebhookRequest) -> WebhookAnswer:
        return subscription(request, self.secrets)

    def verify(self, request: WebhookRequest) -> None:
        require_signed(request, self.secrets)

    def parse(self, request: WebhookRequest) -> Parsed:
        parts = parts_of(request, _OBJECT, single_items)
        return join(self._read(entry, raw) for entry, raw in parts)

    def reply(self, message: OutboundMessage) -> HttpRequest:
        return post_json(f"{self._number()}/messages", body_of(message), self._authorization())

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def read_recipient(self, message: OutboundMessage, response: HttpResponse) -> Identity | None:
        found = reached(response)
        return self.identity(found) if found and found != message.to.external_id else None

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        if attachment.file_id is None:
            return None
        return self._get(f"{GRAPH}/{quote(attachment.file_id, safe='')}")

    def file_location(self, attachment: Attachment, response: HttpResponse) -> HttpRequest:
        return self._get(file_url(response))

    def check_request(self, webhook_url: str) -> HttpRequest:
        return self._get(f"{self._number()}?fields=status,webhook_configuration")

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return checkup(response, webhook_url)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        """Subscribe the app to the business account, and give this number a URL of its own.

        https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/override
        """
        override = {
            "override_callback_uri": webhook_url,
            "verify_token": self.secret("verify_token"),
        }
        return (
            post_json(
                f"{GRAPH}/{self.secret('waba_id')}/subscribed_apps", {}, self._authorization()
            ),
            post_json(self._number(), {"webhook_configuration": override}, self._authorization()),
        )

    def _read(self, entry: dict[str, Any], raw: str) -> Parsed:
        return read_part(self, raw, lambda: self._events(entry), lambda: mark(entry))

    def _events(self, entry: dict[str, Any]) -> Iterable[ChannelEvent]:
        if str(entry.get("id")) == TEST_ID:
            return ()
        return events_of(self, change_of(entry))

    def _number(self) -> str:
        return f"{GRAPH}/{self.secret('phone_number_id')}"

    def _get(self, url: str) -> HttpRequest:
        return HttpRequest(method="GET", url=url, headers=self._authorization())

    def _authorization(self) -> dict[str, str]:
        return bearer(self.secret("access_token"))
