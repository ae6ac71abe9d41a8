"""X (Twitter): one account, its direct messages and what is said to it in public.

Signed with HMAC-SHA256 of the raw body under the consumer secret; kept alive by a GET challenge.
Set-up and limits: docs/channels/x.md.
"""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

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
from chalicelib.channels.meta import bearer
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.profiles import contact_told
from chalicelib.channels.signatures import candidates, require_token
from chalicelib.channels.splitting import utf16_units
from chalicelib.channels.x import connection
from chalicelib.channels.x.attachments import DM_MEDIA
from chalicelib.channels.x.counting import weighted
from chalicelib.channels.x.events import events_of
from chalicelib.channels.x.sending import API, profile_name, sent_id
from chalicelib.channels.x.tokens import read_tokens, refresh_request
from chalicelib.domain.events import ContactUpdated
from chalicelib.domain.messages import Attachment, Surface
from chalicelib.errors import InvalidSignatureError, PermanentSendError

Payload = dict[str, Any]


class XAdapter(ChannelAdapter):
    channel: ClassVar[str] = "x"
    label: ClassVar[Mapping[str, str]] = {"vi": "X (Twitter)", "en": "X (Twitter)"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=10_000, measure=utf16_units, has_receipts=True, names_customer=False
    )
    public: ClassVar[Capabilities] = Capabilities(
        text_limit=280, measure=weighted, names_customer=False
    )
    required_secrets: ClassVar[tuple[str, ...]] = (
        "user_id",
        "consumer_secret",
        "client_id",
        "access_token",
        "refresh_token",
    )
    optional_secrets: ClassVar[tuple[str, ...]] = ("client_secret", "bearer_token", "webhook_id")
    keeps_grants: ClassVar[tuple[str, ...]] = ("refresh_token", "access_token")

    def challenge(self, request: WebhookRequest) -> WebhookAnswer:
        token = request.query.get("crc_token", "")
        if not token:
            raise InvalidSignatureError("crc_token is missing")
        # Who asks is not proven, so what is signed for him must never do for a webhook's body.
        if token.lstrip().startswith("{"):
            raise InvalidSignatureError("crc_token is no token")
        secret = candidates(self.secrets, "consumer_secret")[-1]
        answer = {"response_token": _signature(secret, token.encode())}
        return WebhookAnswer(json.dumps(answer), "application/json")

    def verify(self, request: WebhookRequest) -> None:
        given = request.headers.get("x-twitter-webhooks-signature", "")
        secrets = candidates(self.secrets, "consumer_secret")
        require_token([_signature(secret, request.body) for secret in secrets], given)

    def parse(self, request: WebhookRequest) -> Parsed:
        parts = list(_parts(read_object(request.body)))
        # What came alone is kept to the byte.
        raws = [request.body.decode()] if len(parts) == 1 else map(write_text, parts)
        return join(map(self._read, parts, raws))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        if message.surface is Surface.DIRECT:
            to = quote(message.to.external_id, safe="")
            url = f"{API}/2/dm_conversations/with/{to}/messages"
            return post_json(url, {"text": message.text}, self._as_user())
        if not message.thread:
            raise PermanentSendError("no post to answer")
        answered = {"in_reply_to_tweet_id": message.thread}
        body = {"text": message.text, "reply": answered}
        return post_json(f"{API}/2/tweets", body, self._as_user())

    def read_reply(self, response: HttpResponse) -> str:
        return sent_id(response)

    def profile_request(self, external_id: str) -> HttpRequest:
        url = f"{API}/2/users/{quote(external_id, safe='')}"
        return HttpRequest(method="GET", url=url, headers=self._as_user())

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        return contact_told(self, external_id, now, name=profile_name(response))

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        private = DM_MEDIA.fullmatch(attachment.url or "")
        if private is None:
            return super().file_request(attachment)
        url = f"{API}/2/dm_conversations/media/{'/'.join(private.groups())}"
        return HttpRequest(method="GET", url=url, headers=self._as_user())

    def hide_request(self, message_id: str) -> HttpRequest:
        url = f"{API}/2/tweets/{quote(message_id, safe='')}/hidden"
        body = json.dumps({"hidden": True}).encode()
        headers = {"content-type": "application/json", **self._as_user()}
        return HttpRequest(method="PUT", url=url, headers=headers, body=body)

    def exchange_request(self, now: datetime) -> HttpRequest:
        return refresh_request(
            self.secret("client_id"), self._optional("client_secret"), self.secret("refresh_token")
        )

    def read_exchange(self, response: HttpResponse, now: datetime) -> Granted:
        return read_tokens(response, now)

    def check_request(self, webhook_url: str) -> HttpRequest:
        app_token = self._optional("bearer_token")
        if app_token:
            return connection.webhooks_request(app_token)
        return connection.me_request(self.secret("access_token"))

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return connection.read_check(webhook_url, self.secret("user_id"), response)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        """Register the webhook; with its id known, validate it again and subscribe to it."""
        app_token, webhook_id = self._optional("bearer_token"), self._optional("webhook_id")
        if not app_token:
            return ()
        if not webhook_id:
            return (connection.create_request(app_token, webhook_url),)
        user_token, user_id = self.secret("access_token"), self.secret("user_id")
        return (
            connection.revalidate_request(app_token, webhook_id),
            *connection.subscriptions(user_token, user_id, webhook_id),
        )

    def _read(self, part: Payload, raw: str) -> Parsed:
        return read_part(self, raw, lambda: events_of(self, part), lambda: write_text(part))

    def _as_user(self) -> dict[str, str]:
        return bearer(self.secret("access_token"))

    def _optional(self, name: str) -> str | None:
        return self.secret(name) if self.secrets.get(name) else None


def _signature(secret: str, message: bytes) -> str:
    return f"sha256={b64encode(hmac.digest(secret.encode(), message, hashlib.sha256)).decode()}"


def _parts(payload: Payload) -> Iterator[Payload]:
    """Yield a payload of its own for every event in `payload`."""
    data = payload.get("data")
    if isinstance(data, dict) and isinstance(data.get("payload"), dict):
        for part in _single(data["payload"]):
            yield {**payload, "data": {**data, "payload": part}}
    else:
        yield from _single(payload)


def _single(body: Payload) -> Iterator[Payload]:
    lists = {key: each for key, each in body.items() if key.endswith("_events") and each}
    lists = {key: each for key, each in lists.items() if isinstance(each, list)}
    rest = {key: value for key, value in body.items() if key not in lists}
    yield from ({**rest, key: [item]} for key, items in lists.items() for item in items)
    if not lists:
        yield rest
