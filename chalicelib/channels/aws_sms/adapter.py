"""AWS End User Messaging: text messages of one number, which come by an SNS topic.

Nothing is proven here: IAM lets only the service publish on the topic, and only the topic call the
function. Set-up and limits: docs/channels/aws_sms.md.
"""

from collections.abc import Mapping
from typing import ClassVar

from chalicelib.channels.aws_sms.events import events_of
from chalicelib.channels.aws_sms.payloads import RECEIVED_AT, dated
from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    HttpResponse,
    OutboundMessage,
    Parsed,
    SmsRequest,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.parts import read_part
from chalicelib.channels.platform_api import read_answer
from chalicelib.channels.segments import segments
from chalicelib.channels.splitting import utf16_units
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError, TransientSendError

TEXT_LIMIT = 1600


class AwsSmsAdapter(ChannelAdapter):
    channel: ClassVar[str] = "aws_sms"
    has_webhook: ClassVar[bool] = False
    label: ClassVar[Mapping[str, str]] = {"vi": "Tin nhắn SMS", "en": "Text message"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=TEXT_LIMIT,
        measure=utf16_units,
        has_receipts=True,
        names_customer=False,
        segments=segments,
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("phone_number",)
    optional_secrets: ClassVar[tuple[str, ...]] = ("configuration_set",)

    def verify(self, request: WebhookRequest) -> None:
        raise InvalidSignatureError("text messages of AWS come by a topic, not by a webhook")

    def parse(self, request: WebhookRequest) -> Parsed:
        """Read what was published on the topic; `received_at` is when it was."""
        payload = read_object(request.body)
        if not {"inboundMessageId", "eventType"} & payload.keys():
            raise MalformedPayloadError("neither a message nor an event of one")
        payload = dated(payload, request.received_at)
        theirs = {key: value for key, value in payload.items() if key != RECEIVED_AT}
        return read_part(
            self,
            write_text(payload),
            lambda: events_of(self, payload),
            lambda: write_text(theirs),
        )

    def reply(self, message: OutboundMessage) -> SmsRequest:
        return SmsRequest(
            sender=self.secret("phone_number"),
            recipient=message.to.external_id,
            text=message.text,
            configuration_set=(
                self.secret("configuration_set") if self.secrets.get("configuration_set") else None
            ),
        )

    def read_reply(self, response: HttpResponse) -> str:
        sent_id = read_answer(response).get("MessageId")
        if not isinstance(sent_id, str) or not sent_id:
            raise TransientSendError("AWS named no message")
        return sent_id
