"""LINE: one Official Account, through the Messaging API.

Signed with HMAC-SHA256 of the raw body under the channel secret. Set-up and limits:
docs/channels/line.md.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.line.attachments import content_request, require_content
from chalicelib.channels.line.events import events_of
from chalicelib.channels.line.sending import (
    API,
    checkup,
    content,
    message_id,
    profile,
    retry_key,
)
from chalicelib.channels.line.tokens import usable_token
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.profiles import contact_told
from chalicelib.channels.signatures import candidates, require_token
from chalicelib.channels.splitting import utf16_units
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.errors import MalformedPayloadError


class LineAdapter(ChannelAdapter):
    channel: ClassVar[str] = "line"
    label: ClassVar[Mapping[str, str]] = {"vi": "LINE", "en": "LINE"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=5000,
        measure=utf16_units,
        names_customer=False,
        takes_files=frozenset({AttachmentKind.IMAGE}),
        takes_buttons=True,
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("channel_secret", "channel_access_token")

    def verify(self, request: WebhookRequest) -> None:
        # Compared as text: several base64 texts stand for the same bytes.
        secrets = candidates(self.secrets, "channel_secret")
        signatures = [_signature(secret, request.body) for secret in secrets]
        require_token(signatures, request.headers.get("x-line-signature", ""))

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        events = payload.get("events")
        if not isinstance(events, list):
            raise MalformedPayloadError("not a payload with events")
        # What came alone is kept to the byte.
        raws = (
            [request.body.decode()]
            if len(events) == 1
            else [write_text({**payload, "events": [event]}) for event in events]
        )
        return join(map(self._read, events, raws))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        messages, token = [content(message)], usable_token(message)
        if token:
            fields = {"replyToken": token, "messages": messages}
            return post_json(f"{API}/message/reply", fields, self._authorization())
        return post_json(
            f"{API}/message/push",
            {"to": message.to.external_id, "messages": messages},
            {**self._authorization(), "x-line-retry-key": retry_key(message)},
        )

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def profile_request(self, external_id: str) -> HttpRequest:
        return self._get(f"{API}/profile/{quote(external_id, safe='')}")

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        name, language = profile(response)
        if not name:
            return None
        return contact_told(self, external_id, now, name=name, language=language)

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        return content_request(attachment, self._authorization())

    def file_location(self, attachment: Attachment, response: HttpResponse) -> HttpRequest | None:
        require_content(response)
        return None

    def check_request(self, webhook_url: str) -> HttpRequest:
        return self._get(f"{API}/channel/webhook/endpoint")

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return checkup(webhook_url, response)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        endpoint = f"{API}/channel/webhook"
        test = post_json(f"{endpoint}/test", {"endpoint": webhook_url}, self._authorization())
        setting = HttpRequest(
            method="PUT", url=f"{endpoint}/endpoint", headers=test.headers, body=test.body
        )
        return setting, test

    def _read(self, event: Any, raw: str) -> Parsed:
        if not isinstance(event, dict):
            return read_part(self, raw, _no_object, lambda: write_text(event))
        # A redelivery differs in nothing else.
        said = {name: value for name, value in event.items() if name != "deliveryContext"}
        return read_part(self, raw, lambda: events_of(self, event), lambda: write_text(said))

    def _get(self, url: str) -> HttpRequest:
        return HttpRequest(method="GET", url=url, headers=self._authorization())

    def _authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret('channel_access_token')}"}


def _signature(secret: str, body: bytes) -> str:
    digest_of_body = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest_of_body).decode()


def _no_object() -> Any:
    raise MalformedPayloadError("an event that is no object")
