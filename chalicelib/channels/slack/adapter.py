"""Slack: one app in one workspace, through the Events API and the Web API.

Signed with HMAC-SHA256 of time and body under the app's signing secret. Set-up and limits:
docs/channels/slack.md.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qs

from chalicelib.channels.base import (
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
from chalicelib.channels.phones import to_e164
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.profiles import contact_told
from chalicelib.channels.signatures import candidates
from chalicelib.channels.slack import attachments
from chalicelib.channels.slack.events import events_of
from chalicelib.channels.slack.profile import profile_url, read_user
from chalicelib.channels.slack.proof import require_signed
from chalicelib.channels.slack.sending import message_id, post, read_api
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.messages import Attachment
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
)

_WEB_API = "https://slack.com/api"
_JSON = "application/json; charset=utf-8"
_FORM = b"payload="


class SlackAdapter(ChannelAdapter):
    channel: ClassVar[str] = "slack"
    label: ClassVar[Mapping[str, str]] = {"vi": "Slack", "en": "Slack"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        shares_threads=True, text_limit=4000, names_customer=False, takes_buttons=True
    )
    required_secrets: ClassVar[tuple[str, ...]] = ("signing_secret", "bot_token")
    optional_secrets: ClassVar[tuple[str, ...]] = ("agent_team_id",)

    def verify(self, request: WebhookRequest) -> None:
        require_signed(request, candidates(self.secrets, "signing_secret"))

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(_document(request.body))
        return read_part(self, request.body.decode(), lambda: events_of(self, payload))

    def answer(self, request: WebhookRequest) -> WebhookAnswer:
        """Answer the question whether this address is ours, which is asked once, by POST."""
        try:
            payload = read_object(request.body)
        except (MalformedPayloadError, PayloadTooLargeError):
            return WebhookAnswer()
        if payload.get("type") != "url_verification":
            return WebhookAnswer()
        return WebhookAnswer(write_text({"challenge": str(payload.get("challenge", ""))}), _JSON)

    def reply(self, message: OutboundMessage) -> HttpRequest:
        return post_json(
            f"{_WEB_API}/chat.postMessage",
            post(message),
            {"content-type": _JSON, **self._authorization()},
        )

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def profile_request(self, external_id: str) -> HttpRequest:
        return HttpRequest(
            method="GET", url=profile_url(external_id), headers=self._authorization()
        )

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        user = read_user(response)
        phone = to_e164(user.profile.phone) if user.profile.phone else None
        return contact_told(
            self,
            external_id,
            now,
            name=user.name,
            language=user.language,
            phone=phone,
            email=user.profile.email or None,
        )

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        return attachments.file_request(attachment, self._authorization())

    def file_location(self, attachment: Attachment, response: HttpResponse) -> HttpRequest | None:
        return attachments.file_location(attachment, response, self._authorization())

    def check_request(self, webhook_url: str) -> HttpRequest:
        return HttpRequest(
            method="POST", url=f"{_WEB_API}/auth.test", headers=self._authorization()
        )

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        """Return whether the token is alive. Slack tells nobody where an app's events go."""
        try:
            read_api(response)
        except PermanentSendError as error:
            return Checkup(problem=str(error))
        return Checkup()

    def _authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret('bot_token')}"}


def _document(body: bytes) -> bytes:
    """Return the JSON in a body: a pressed button comes in a form, in its field `payload`."""
    if not body.startswith(_FORM):
        return body
    try:
        (document,) = parse_qs(body.decode(), strict_parsing=True, max_num_fields=4)["payload"]
    except (ValueError, KeyError):
        raise MalformedPayloadError("a form that can't be read") from None
    return document.encode("utf-8", "replace")
