"""LinkedIn: one company page, the comments on its posts and the posts that mention it.

Signed with HMAC-SHA256 under the client secret; kept alive by a GET challenge every two hours.
Set-up and limits: docs/channels/linkedin.md.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

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
from chalicelib.channels.linkedin import connection, sending
from chalicelib.channels.linkedin.events import events_of, organisation_of
from chalicelib.channels.linkedin.lookups import full_notification, lookup_url
from chalicelib.channels.linkedin.urns import is_comment, post_of
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.profiles import contact_told
from chalicelib.channels.signatures import candidates, require_hmac_sha256
from chalicelib.channels.splitting import utf16_units
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.messages import Surface
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError, PermanentSendError

_PERSON = "urn:li:person:"
# It stands before everything that is signed, and not in the header.
_SIGNED_PREFIX = b"hmacsha256="


class LinkedInAdapter(ChannelAdapter):
    channel: ClassVar[str] = "linkedin"
    label: ClassVar[Mapping[str, str]] = {"vi": "LinkedIn", "en": "LinkedIn"}
    # All is said in public: an app gets no access to a page's messages.
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=1250, measure=utf16_units, names_customer=False
    )
    required_secrets: ClassVar[tuple[str, ...]] = (
        "organization_id",
        "client_id",
        "client_secret",
        "access_token",
    )
    optional_secrets: ClassVar[tuple[str, ...]] = (
        "refresh_token",
        "application_id",
        "person_id",
        "api_version",
    )

    def challenge(self, request: WebhookRequest) -> WebhookAnswer:
        code = request.query.get("challengeCode", "")
        # Who asks is not proven, so what is signed for him must never do for a webhook's body.
        if not code or code.encode().startswith(_SIGNED_PREFIX):
            raise InvalidSignatureError("challengeCode is missing or no code")
        secret = candidates(self.secrets, "client_secret")[-1]
        response = hmac.new(secret.encode(), code.encode(), hashlib.sha256).hexdigest()
        answer = {"challengeCode": code, "challengeResponse": response}
        return WebhookAnswer(json.dumps(answer), "application/json")

    def verify(self, request: WebhookRequest) -> None:
        signature = request.headers.get("x-li-signature", "")
        secrets = candidates(self.secrets, "client_secret")
        require_hmac_sha256(secrets, _SIGNED_PREFIX + request.body, signature)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        items = payload.get("notifications")
        if payload.get("type") != connection.EVENT_TYPE or not isinstance(items, list):
            raise MalformedPayloadError("not a payload of social action notifications")
        # What came alone is kept to the byte.
        raws = [request.body.decode()] if len(items) == 1 else map(_envelope, items)
        return join(map(self._read, items, raws))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        if message.surface is not Surface.PUBLIC or not message.thread:
            raise PermanentSendError("LinkedIn takes answers in public only, under a comment")
        body = {
            "actor": organisation_of(self),
            "object": post_of(message.thread),
            "message": {"text": message.text},
        }
        if is_comment(message.thread):
            body["parentComment"] = message.thread
        return post_json(sending.comments_of(message.thread), body, self._headers())

    def read_reply(self, response: HttpResponse) -> str:
        return sending.comment_id(response)

    def lookup_request(self, reference: str) -> HttpRequest:
        return sending.get(lookup_url(reference), self._headers())

    def read_lookup(self, reference: str, response: HttpResponse) -> Parsed:
        item = full_notification(reference, organisation_of(self), response)
        return self._read(item, _envelope(item))

    def profile_request(self, external_id: str) -> HttpRequest | None:
        if not external_id.startswith(_PERSON):
            return None
        person_id = sending.quoted(external_id.removeprefix(_PERSON))
        return sending.get(f"{sending.API}/people/(id:{person_id})", self._headers())

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        return contact_told(self, external_id, now, name=sending.full_name(response))

    def exchange_request(self, now: datetime) -> HttpRequest | None:
        if not self.secrets.get("refresh_token"):
            return None
        return connection.refresh_request(*map(self.secret, (*_APP, "refresh_token")))

    def read_exchange(self, response: HttpResponse, now: datetime) -> Granted:
        return connection.read_tokens(response, now)

    def check_request(self, webhook_url: str) -> HttpRequest:
        url = self._subscription_url()
        if url:
            return sending.get(url, self._headers())
        return connection.introspect_request(*map(self.secret, (*_APP, "access_token")))

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return connection.read_check(webhook_url, response)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        url = self._subscription_url()
        if url is None:
            return ()
        return (connection.subscribe_request(url, webhook_url, self._headers()),)

    def _subscription_url(self) -> str | None:
        """Return the address of the page's subscription, where it is known whose it is."""
        if not self.secrets.get("application_id") or not self.secrets.get("person_id"):
            return None
        names = ("application_id", "person_id", "organization_id")
        return connection.subscription_url(*map(self.secret, names))

    def _read(self, item: Any, raw: str) -> Parsed:
        return read_part(self, raw, lambda: events_of(self, item), lambda: _envelope(item))

    def _headers(self) -> dict[str, str]:
        set_version = self.secrets.get("api_version")
        version = self.secret("api_version") if set_version else sending.VERSION
        return sending.headers(self.secret("access_token"), version)


_APP = ("client_id", "client_secret")


def _envelope(item: Any) -> str:
    return write_text({"type": connection.EVENT_TYPE, "notifications": [item]})
