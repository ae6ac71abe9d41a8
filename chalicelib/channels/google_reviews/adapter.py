"""Google reviews: one Business Profile account.

Told by Pub/Sub, whose pushes carry a token of Google for a service account; the body is not
signed, so a review is always read from Google itself. Set-up: docs/channels/google_reviews.md.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlencode

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    Checkup,
    Granted,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.google_reviews.events import notified, reviewed
from chalicelib.channels.google_reviews.payloads import REVIEW_NAME
from chalicelib.channels.google_reviews.sending import answer_of, granted, message_id
from chalicelib.channels.google_reviews.tokens import require_push_token
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.parts import read_part
from chalicelib.channels.signatures import candidates
from chalicelib.domain.messages import Surface
from chalicelib.errors import (
    MalformedPayloadError,
    PermanentSendError,
    SendFailure,
)

_REVIEWS = "https://mybusiness.googleapis.com/v4"
_NOTIFICATIONS = "https://mybusinessnotifications.googleapis.com/v1"
_KEYS = "https://www.googleapis.com/oauth2/v3/certs"
_TOKENS = "https://oauth2.googleapis.com/token"
_WANTED = ("NEW_REVIEW", "UPDATED_REVIEW")


def _utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


class GoogleReviewsAdapter(ChannelAdapter):
    channel: ClassVar[str] = "google_reviews"
    label: ClassVar[Mapping[str, str]] = {"vi": "Đánh giá Google", "en": "Google reviews"}
    capabilities: ClassVar[Capabilities] = Capabilities(text_limit=4096, measure=_utf8_bytes)
    required_secrets: ClassVar[tuple[str, ...]] = (
        "audience",
        "service_account",
        "client_id",
        "client_secret",
        "refresh_token",
    )
    optional_secrets: ClassVar[tuple[str, ...]] = ("business", "topic")

    def keys_request(self) -> HttpRequest:
        return HttpRequest(method="GET", url=_KEYS)

    def verify(self, request: WebhookRequest) -> None:
        require_push_token(
            request,
            candidates(self.secrets, "audience"),
            candidates(self.secrets, "service_account"),
        )

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        # What was looked up is kept as Google gave it, and read again here. It never comes by
        # webhook, whose token says nothing of its body.
        is_review = "starRating" in payload or "createTime" in payload
        if is_review and "authorization" in request.headers:
            raise MalformedPayloadError("a review by webhook, which only tells that there is one")
        read = reviewed if is_review else notified
        return read_part(self, request.body.decode(), lambda: read(self, payload))

    def lookup_request(self, reference: str) -> HttpRequest:
        return self._call("GET", f"{_REVIEWS}/{_review_name(reference)}")

    def read_lookup(self, reference: str, response: HttpResponse) -> Parsed:
        try:
            review = answer_of(response)
        except PermanentSendError as error:
            if error.reason is SendFailure.UNKNOWN_RECIPIENT:  # Taken back before we asked.
                return Parsed()
            raise
        return read_part(self, write_text(review), lambda: reviewed(self, review))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        if message.surface is Surface.DIRECT:
            raise PermanentSendError("who wrote a review can't be written to in private")
        if message.part:
            raise PermanentSendError("a review has one answer: a second part would replace it")
        name = _review_name(message.thread or "")
        return self._call("PUT", f"{_REVIEWS}/{name}/reply", {"comment": message.text})

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def exchange_request(self, now: datetime) -> HttpRequest:
        form = {
            "client_id": self.secret("client_id"),
            "client_secret": self.secret("client_secret"),
            "refresh_token": self.secret("refresh_token"),
            "grant_type": "refresh_token",
        }
        return HttpRequest(
            method="POST",
            url=_TOKENS,
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
        )

    def read_exchange(self, response: HttpResponse, now: datetime) -> Granted:
        return granted(response, now)

    def check_request(self, webhook_url: str) -> HttpRequest | None:
        if not self.secrets.get("business"):
            return None
        return self._call("GET", self._setting())

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        try:
            setting = answer_of(response)
        except PermanentSendError as error:
            return Checkup(problem=f"the notification setting can't be read: {error}")
        types = setting.get("notificationTypes")
        if not setting.get("pubsubTopic"):
            return Checkup(problem="Google notifies no Pub/Sub topic")
        if not set(_WANTED) <= set(map(str, types if isinstance(types, list) else ())):
            return Checkup(problem="Google does not notify of new and updated reviews")
        return Checkup()

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        """Return the call that sends notifications to `topic`; its push is set up in Pub/Sub."""
        if not self.secrets.get("business") or not self.secrets.get("topic"):
            return ()
        setting = {"pubsubTopic": self.secret("topic"), "notificationTypes": list(_WANTED)}
        mask = urlencode({"updateMask": "pubsubTopic,notificationTypes"})
        return (self._call("PATCH", f"{self._setting()}?{mask}", setting),)

    def _setting(self) -> str:
        return f"{_NOTIFICATIONS}/{self.secret('business')}/notificationSetting"

    def _call(self, method: str, url: str, payload: object = None) -> HttpRequest:
        headers = {"authorization": f"Bearer {self.secret('access_token')}"}
        if payload is None:
            return HttpRequest(method=method, url=url, headers=headers)
        return HttpRequest(
            method=method,
            url=url,
            headers={**headers, "content-type": "application/json"},
            body=json.dumps(payload, ensure_ascii=False).encode(),
        )


def _review_name(name: str) -> str:
    if not REVIEW_NAME.fullmatch(name):
        raise PermanentSendError("Google needs a review to answer")
    return name
