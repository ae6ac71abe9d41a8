"""Facebook Messenger: one page, through the Send API.

Signed with HMAC-SHA256 of the raw body under the app secret; subscribed with a GET handshake.
Set-up and limits: docs/channels/messenger.md.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.messenger.events import events_of
from chalicelib.channels.messenger.sending import GRAPH, message_id, profile
from chalicelib.channels.parts import digest, join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.signatures import candidates, require_hmac_sha256, require_token
from chalicelib.channels.splitting import utf16_units
from chalicelib.domain.events import ChannelEvent, ContactUpdated
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError

_TEST_PAGE_ID = "0"


class MessengerAdapter(ChannelAdapter):
    channel: ClassVar[str] = "messenger"
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=2000,
        measure=utf16_units,
        reply_window=timedelta(hours=24),
        has_receipts=True,
        names_customer=False,
    )
    required_secrets: ClassVar[tuple[str, ...]] = (
        "app_id",
        "page_id",
        "app_secret",
        "verify_token",
        "page_access_token",
    )

    def challenge(self, request: WebhookRequest) -> str:
        if request.query.get("hub.mode") != "subscribe":
            raise InvalidSignatureError("hub.mode is not subscribe")
        tokens = candidates(self.secrets, "verify_token")
        require_token(tokens, request.query.get("hub.verify_token", ""))
        return request.query.get("hub.challenge", "")

    def verify(self, request: WebhookRequest) -> None:
        scheme, _, signature = request.headers.get("x-hub-signature-256", "").partition("=")
        if scheme != "sha256":
            raise InvalidSignatureError("X-Hub-Signature-256 is missing")
        require_hmac_sha256(candidates(self.secrets, "app_secret"), request.body, signature)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        if payload.get("object") != "page" or not isinstance(payload.get("entry"), list):
            raise MalformedPayloadError("not a payload of the page object")
        parts = list(_parts(payload["entry"]))
        # What came alone is kept to the byte.
        raws = [request.body.decode()] if len(parts) == 1 else map(_envelope, parts)
        return join(map(self._read, parts, raws))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        return post_json(
            f"{GRAPH}/{self.secret('page_id')}/messages",
            {
                "recipient": {"id": message.to.external_id},
                "messaging_type": "RESPONSE",
                "message": {"text": message.text, "metadata": message.id},
            },
            self._authorization(),
        )

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def profile_request(self, external_id: str) -> HttpRequest:
        return HttpRequest(
            method="GET",
            url=f"{GRAPH}/{external_id}?fields=name,first_name,last_name",
            headers=self._authorization(),
        )

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        name = profile(response)
        if not name:
            return None
        return ContactUpdated(
            id=self.event_id("profile", digest(f"{external_id} {name}")),
            identity=self.identity(external_id),
            occurred_at=now,
            name=name,
        )

    def _read(self, entry: dict[str, Any], raw: str) -> Parsed:
        return read_part(self, raw, lambda: self._events(entry), lambda: _mark(entry))

    def _events(self, entry: dict[str, Any]) -> Iterable[ChannelEvent]:
        if "id" not in entry:
            raise MalformedPayloadError("an entry without a page")
        page_id = str(entry["id"])
        if page_id == _TEST_PAGE_ID or "standby" in entry:
            return ()
        if page_id != self.secret("page_id"):
            raise MalformedPayloadError("an entry of another page")
        items = entry.get("messaging")
        if not isinstance(items, list) or not items or not isinstance(items[0], dict):
            raise MalformedPayloadError(f"no messaging in an entry of {sorted(entry)[:10]}")
        return events_of(self, items[0])

    def _authorization(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret('page_access_token')}"}


def _parts(entries: list[Any]) -> Iterator[dict[str, Any]]:
    """Yield an entry of its own for everything in `entries`."""
    for entry in entries:
        if not isinstance(entry, dict):
            yield {"unknown": entry}
            continue
        lists = {key: value for key, value in entry.items() if isinstance(value, list) and value}
        rest = {key: value for key, value in entry.items() if key not in lists}
        yield from ({**rest, key: [item]} for key, items in lists.items() for item in items)
        if not lists:
            yield rest


def _mark(entry: dict[str, Any]) -> str:
    """Tell an entry from others: a redelivery may be batched otherwise, at another time."""
    return write_text({key: value for key, value in entry.items() if key != "time"})


def _envelope(entry: dict[str, Any]) -> str:
    return write_text({"object": "page", "entry": [entry]})
