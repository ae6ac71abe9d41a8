"""E-mail through SES: in by S3, not by webhook; out as MIME. Set-up: docs/channels/email.md."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.errors import HeaderParseError
from typing import Any, ClassVar

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    HttpResponse,
    MailRequest,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.email.automatic import automatic_kind
from chalicelib.channels.email.compose import compose
from chalicelib.channels.email.headers import one_line
from chalicelib.channels.email.mail import Mail
from chalicelib.channels.email.quotes import reply_text
from chalicelib.domain.events import MessageReceived
from chalicelib.domain.messages import Attachment
from chalicelib.errors import (
    InvalidSignatureError,
    MalformedPayloadError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

# An event is one item of 400 kB at most; a longer text stays whole in the original mail.
MAX_TEXT = 60_000
MAX_NAME = 200
_MAX_REFERENCES = 20

_FORWARDED = re.compile(r"^\W*(?:fwd?|wg|tr|rv|chuyển tiếp|chuyen tiep)\s*:", re.IGNORECASE)
_SERVER_ERROR = 500


class EmailAdapter(ChannelAdapter):
    channel: ClassVar[str] = "email"
    has_webhook: ClassVar[bool] = False
    label: ClassVar[Mapping[str, str]] = {"vi": "Email", "en": "E-mail"}
    capabilities: ClassVar[Capabilities] = Capabilities(shares_threads=True, text_limit=100_000)
    required_secrets: ClassVar[tuple[str, ...]] = ("address",)
    optional_secrets: ClassVar[tuple[str, ...]] = ("name",)

    @property
    def address(self) -> str:
        """The account's public address, lower-cased."""
        return self.secret("address").strip().lower()

    def verify(self, request: WebhookRequest) -> None:
        raise InvalidSignatureError("e-mail comes through SES, not by webhook")

    def parse(self, request: WebhookRequest) -> Parsed:
        raise MalformedPayloadError("e-mail comes through SES, not by webhook")

    def received(
        self,
        mail: Mail,
        *,
        occurred_at: datetime,
        attachments: Sequence[Attachment] = (),
        ticket_id: str | None = None,
    ) -> MessageReceived:
        """Return the customer's message that `mail` is; `ticket_id` from a signed reply address."""
        return MessageReceived(
            id=self.event_id("message", mail.message_id),
            identity=self.identity(mail.sender.spec),
            occurred_at=occurred_at,
            message_id=mail.message_id,
            text=message_text(mail)[:MAX_TEXT],
            attachments=tuple(attachments),
            name=one_line(mail.sender.name)[:MAX_NAME] or None,
            subject=mail.subject or None,
            automatic=automatic_kind(mail) is not None,
            thread_refs=thread_refs(mail),
            ticket_id=ticket_id,
        )

    def reply(self, message: OutboundMessage) -> MailRequest:
        try:
            mime = compose(message, self._name(), self.address)
        except (HeaderParseError, ValueError, IndexError) as error:
            raise PermanentSendError(
                "no mail can be sent to this address", SendFailure.UNKNOWN_RECIPIENT
            ) from error
        return MailRequest(sender=self.address, recipient=message.to.external_id, mime=mime)

    def _name(self) -> str:
        return one_line(self.secret("name")) if self._secrets.get("name") else ""

    def read_reply(self, response: HttpResponse) -> str:
        """Return SES's MessageId, from `{"MessageId": …}` as the sender hands it over."""
        if response.is_throttling or response.status >= _SERVER_ERROR:
            raise TransientSendError(f"SES answered {response.status}")
        message_id = _message_id(response.body)
        if not message_id:
            raise PermanentSendError(f"SES answered {response.status} without a MessageId")
        return message_id


def message_text(mail: Mail) -> str:
    """Return what the writer says: without quotes, but whole when he forwards something."""
    return mail.text.strip() if _FORWARDED.match(mail.subject) else reply_text(mail.text)


def thread_refs(mail: Mail) -> tuple[str, ...]:
    """Return the ids this mail answers, the nearest last, each up to its `@`.

    SES sends under `<id@email.amazonses.com>` (the host differs by region) and tells us only
    the `id`.
    """
    local_parts = [each.partition("@")[0] for each in (*mail.references, *mail.in_reply_to)]
    nearest_first = dict.fromkeys(each for each in reversed(local_parts) if each)
    return tuple(nearest_first)[:_MAX_REFERENCES][::-1]


def _message_id(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return str(answer.get("MessageId") or "") if isinstance(answer, dict) else ""
