"""Facebook Messenger: one page, through the Send API.

Signed with HMAC-SHA256 of the raw body under the app secret; subscribed with a GET handshake.
Set-up and limits: docs/channels/messenger.md.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

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
from chalicelib.channels.messenger.composing import send_call
from chalicelib.channels.messenger.events import events_of
from chalicelib.channels.messenger.sending import message_id, profile
from chalicelib.channels.meta import (
    GRAPH,
    TEST_ID,
    bearer,
    mark,
    page_requests,
    parts_of,
    read_subscriptions,
    require_signed,
    subscription,
    subscriptions_request,
)
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.profiles import contact_told
from chalicelib.channels.splitting import utf16_units
from chalicelib.domain.events import ChannelEvent, ContactUpdated
from chalicelib.errors import MalformedPayloadError

# Handovers and standby may be left off on purpose, where a bot has the threads.
_NEEDED = (
    "messages",
    "messaging_postbacks",
    "message_deliveries",
    "message_reads",
    "message_echoes",
    "message_reactions",
    "message_edits",
)


class MessengerAdapter(ChannelAdapter):
    channel: ClassVar[str] = "messenger"
    label: ClassVar[Mapping[str, str]] = {"vi": "Messenger", "en": "Messenger"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=2000,
        measure=utf16_units,
        reply_window=timedelta(days=7),
        open_window=timedelta(hours=24),
        has_receipts=True,
        names_customer=False,
        takes_files=FILES,
        takes_buttons=True,
    )
    required_secrets: ClassVar[tuple[str, ...]] = (
        "app_id",
        "page_id",
        "app_secret",
        "verify_token",
        "page_access_token",
    )

    def challenge(self, request: WebhookRequest) -> WebhookAnswer:
        return subscription(request, self.secrets)

    def verify(self, request: WebhookRequest) -> None:
        require_signed(request, self.secrets)

    def parse(self, request: WebhookRequest) -> Parsed:
        return join(self._read(entry, raw) for entry, raw in parts_of(request, "page"))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        return post_json(
            f"{GRAPH}/{self.secret('page_id')}/messages",
            send_call(message),
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
        return contact_told(self, external_id, now, name=profile(response))

    def check_request(self, webhook_url: str) -> HttpRequest:
        page = f"{GRAPH}/{self.secret('page_id')}"
        return subscriptions_request(page, self.secret("page_access_token"))

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return read_subscriptions(response, self.secret("app_id"), _NEEDED)

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        return page_requests(self, webhook_url)

    def _read(self, entry: dict[str, Any], raw: str) -> Parsed:
        if "changes" in entry:  # What is said on the page in public, the channel `facebook` reads.
            return Parsed()
        return read_part(self, raw, lambda: self._events(entry), lambda: mark(entry))

    def _events(self, entry: dict[str, Any]) -> Iterable[ChannelEvent]:
        if "id" not in entry:
            raise MalformedPayloadError("an entry without a page")
        page_id = str(entry["id"])
        if page_id == TEST_ID:
            return ()
        if page_id != self.secret("page_id"):
            raise MalformedPayloadError("an entry of another page")
        # In standby another app, often a person in Page Inbox, has the thread: it is said all
        # the same.
        items = entry.get("messaging") or entry.get("standby")
        if not isinstance(items, list) or not items or not isinstance(items[0], dict):
            raise MalformedPayloadError(f"no messaging in an entry of {sorted(entry)[:10]}")
        return events_of(self, items[0])

    def _authorization(self) -> dict[str, str]:
        return bearer(self.secret("page_access_token"))
