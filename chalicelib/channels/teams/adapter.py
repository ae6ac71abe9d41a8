"""Microsoft Teams: one bot, through the Bot Framework.

Proven by a token that Microsoft signs; it names our app and the activity's service, but doesn't
cover the body. Set-up and limits: docs/channels/teams.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    Checkup,
    Granted,
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
from chalicelib.channels.signatures import candidates
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.teams.events import CARD_ACTION, events_of
from chalicelib.channels.teams.exchange import read_token, token_request
from chalicelib.channels.teams.proof import KEYS_URL, require_proven
from chalicelib.channels.teams.reference import is_attachment, read_reference
from chalicelib.channels.teams.sending import activity, message_id
from chalicelib.domain.messages import Attachment
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
)

JSON = "application/json; charset=utf-8"


class TeamsAdapter(ChannelAdapter):
    channel: ClassVar[str] = "teams"
    label: ClassVar[Mapping[str, str]] = {"vi": "Microsoft Teams", "en": "Microsoft Teams"}
    # 28 KB in UTF-16 is the smallest limit Microsoft names; the rest of an activity fits beside it.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=12_000, measure=utf16_units, has_receipts=True, takes_buttons=True
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("app_id", "app_password")
    optional_secrets: ClassVar[tuple[str, ...]] = ("tenant_id",)

    def keys_request(self) -> HttpRequest:
        return HttpRequest(method="GET", url=KEYS_URL)

    def verify(self, request: WebhookRequest) -> None:
        require_proven(request, candidates(self.secrets, "app_id"))

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        return read_part(self, request.body.decode(), lambda: events_of(self, payload))

    def answer(self, request: WebhookRequest) -> WebhookAnswer:
        """Answer an `invoke` at once: a person's Teams waits for it."""
        try:
            payload = read_object(request.body)
        except (MalformedPayloadError, PayloadTooLargeError):
            return WebhookAnswer()
        if payload.get("type") != "invoke":
            return WebhookAnswer()
        return WebhookAnswer(_CARD_TAKEN if payload.get("name") == CARD_ACTION else "{}", JSON)

    def reply(self, message: OutboundMessage) -> HttpRequest:
        reference = read_reference(message.thread)
        url = reference.activities(message.reply_to_id)
        return post_json(url, activity(message, reference), self._authorization())

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        """Return the call for a file: a picture lies with the connector, any other in SharePoint.

        Only the connector gets to see our token.
        """
        if attachment.url is None:
            return None
        headers = self._authorization() if is_attachment(attachment.url) else {}
        return HttpRequest(method="GET", url=attachment.url, headers=headers)

    def exchange_request(self, now: datetime) -> HttpRequest:
        return self._token_request()

    def read_exchange(self, response: HttpResponse, now: datetime) -> Granted:
        token = read_token(response)
        return Granted(
            secrets={"access_token": token.access_token}, expires_at=now + token.lifetime
        )

    def check_request(self, webhook_url: str) -> HttpRequest:
        """Ask for a token: the app's password ends after two years at the latest."""
        return self._token_request()

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        try:
            read_token(response)
        except PermanentSendError as error:
            return Checkup(problem=str(error))
        return Checkup()

    def _token_request(self) -> HttpRequest:
        tenant_id = self.secret("tenant_id") if self.secrets.get("tenant_id") else ""
        return token_request(self.secret("app_id"), self.secret("app_password"), tenant_id)

    def _authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret('access_token')}"}


# Teams shows `value` to who pressed the button.
_CARD_TAKEN = write_text(
    {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Đã nhận · OK",
    }
)
