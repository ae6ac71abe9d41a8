"""Twilio: text messages of one number, short code, name or messaging service.

Signed over the address and every field. Set-up and limits: docs/channels/twilio_sms.md.
"""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

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
from chalicelib.channels.parts import read_part
from chalicelib.channels.segments import segments
from chalicelib.channels.signatures import candidates
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.twilio_sms import checking
from chalicelib.channels.twilio_sms.events import events_of
from chalicelib.channels.twilio_sms.forms import read_form
from chalicelib.channels.twilio_sms.proof import require_signed
from chalicelib.channels.twilio_sms.sending import (
    TEXT_LIMIT,
    authorization,
    message_request,
    message_sid,
)
from chalicelib.domain.messages import Attachment, Surface
from chalicelib.errors import MalformedPayloadError


class TwilioSmsAdapter(ChannelAdapter):
    channel: ClassVar[str] = "twilio_sms"
    label: ClassVar[Mapping[str, str]] = {"vi": "Tin nhắn SMS", "en": "Text message"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=TEXT_LIMIT,
        measure=utf16_units,
        has_receipts=True,
        names_customer=False,
        takes_files=FILES,
        segments=segments,
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("account_sid", "auth_token", "sender")
    optional_secrets: ClassVar[tuple[str, ...]] = ("shared_key",)

    def verify(self, request: WebhookRequest) -> None:
        require_signed(request, candidates(self.secrets, "auth_token", "shared_key"))

    def parse(self, request: WebhookRequest) -> Parsed:
        form = read_form(request.body)
        fields = dict(form)
        if "MessageSid" not in fields:
            raise MalformedPayloadError("the form tells of no message")
        return read_part(
            self,
            request.body.decode(),
            lambda: events_of(self, fields),
            # The same on every delivery, whatever the order of its fields.
            lambda: repr(sorted(form)),
        )

    def answer(self, request: WebhookRequest) -> WebhookAnswer:
        # Any other text would be sent to the customer.
        return WebhookAnswer("<Response/>", "text/xml; charset=utf-8")

    def reply(self, message: OutboundMessage) -> HttpRequest:
        return message_request(self, message)

    def read_reply(self, response: HttpResponse) -> str:
        return message_sid(response)

    def takes_file(self, file: Attachment, surface: Surface) -> bool:
        # Only numbers of North America send MMS; of others, Twilio takes no file.
        return file.kind in FILES and self.secret("sender").startswith("+1")

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        if attachment.url is None:
            return None
        url = urlsplit(attachment.url)
        is_twilios = url.scheme == "https" and f".{url.hostname}".endswith(".twilio.com")
        headers = authorization(self) if is_twilios else {}
        return HttpRequest(method="GET", url=attachment.url, headers=headers)

    def check_request(self, webhook_url: str) -> HttpRequest:
        return checking.check_request(self)

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return checking.read_check(self, webhook_url, response)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        return checking.subscribe_requests(self, webhook_url)
