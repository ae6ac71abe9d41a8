"""Instagram: direct messages, comments and mentions of one professional account.

Signed like everything of Meta's. Of its two logins, that of Facebook (`page_id` is set) sends
through the connected page, that of Instagram by itself, with a token that is renewed. Set-up and
limits: docs/channels/instagram.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from chalicelib.channels.base import (
    FILES,
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
from chalicelib.channels.instagram.comments import public_events_of
from chalicelib.channels.instagram.events import events_of
from chalicelib.channels.instagram.lookups import completed, lookup_path
from chalicelib.channels.instagram.sending import (
    direct_message,
    profile,
    public_answer,
    refreshed,
    utf8_bytes,
)
from chalicelib.channels.meta import (
    GRAPH,
    TEST_ID,
    Entry,
    bearer,
    envelope,
    mark,
    parts_of,
    read_subscriptions,
    recipient_of,
    require_signed,
    sent_id,
    subscribe_request,
    subscription,
    subscriptions_request,
)
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.profiles import contact_told
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent, ContactUpdated, LookupNeeded
from chalicelib.domain.messages import Attachment, AttachmentKind, Surface
from chalicelib.errors import MalformedPayloadError

_INSTAGRAM = "https://graph.instagram.com"
_VERSION = GRAPH.rpartition("/")[2]

_FIELDS = (
    "comments",
    "live_comments",
    "mentions",
    "message_edit",
    "message_reactions",
    "messages",
    "messaging_postbacks",
    "messaging_seen",
)
# A page passes Instagram's events on once the app is subscribed to any of its own.
_PAGE_FIELDS = ("messages",)


class InstagramAdapter(ChannelAdapter):
    channel: ClassVar[str] = "instagram"
    label: ClassVar[Mapping[str, str]] = {"vi": "Instagram", "en": "Instagram"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=1000,
        measure=utf8_bytes,
        open_window=timedelta(hours=24),
        reply_window=timedelta(days=7),
        has_receipts=True,
        names_customer=False,
        takes_files=FILES,
        takes_buttons=True,
    )
    public: ClassVar[Capabilities | None] = Capabilities(text_limit=300)
    required_secrets: ClassVar[tuple[str, ...]] = (
        "app_id",
        "account_id",
        "app_secret",
        "verify_token",
        "access_token",
    )
    optional_secrets: ClassVar[tuple[str, ...]] = ("page_id",)
    keeps_grants: ClassVar[tuple[str, ...]] = ("access_token",)

    def challenge(self, request: WebhookRequest) -> WebhookAnswer:
        return subscription(request, self.secrets)

    def verify(self, request: WebhookRequest) -> None:
        require_signed(request, self.secrets)

    def parse(self, request: WebhookRequest) -> Parsed:
        return join(self._read(entry, raw) for entry, raw in parts_of(request, "instagram"))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        if message.surface is Surface.PUBLIC:
            return self._post(*public_answer(message, self.secret("account_id")))
        return self._post(f"{self._sender()}/messages", direct_message(message))

    def read_reply(self, response: HttpResponse) -> str:
        return sent_id(response)

    def read_recipient(self, message: OutboundMessage, response: HttpResponse) -> Identity | None:
        recipient_id = recipient_of(response) if message.surface is Surface.DIRECT else None
        reached = self.identity(recipient_id) if recipient_id else None
        return None if reached == message.to else reached

    def hide_request(self, message_id: str) -> HttpRequest:
        return self._post(f"{message_id}?hide=true", {})

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        return None if attachment.kind is AttachmentKind.LINK else super().file_request(attachment)

    def profile_request(self, external_id: str) -> HttpRequest | None:
        # Who is known by a user name only was met in public, which told the name.
        is_known = external_id.startswith("@")
        return None if is_known else self._get(f"{external_id}?fields=name,username")

    def read_profile(
        self, external_id: str, response: HttpResponse, now: datetime
    ) -> ContactUpdated | None:
        return contact_told(self, external_id, now, name=profile(response))

    def lookup_request(self, reference: str) -> HttpRequest:
        return self._get(lookup_path(reference, self.secret("account_id")))

    def read_lookup(self, reference: str, response: HttpResponse) -> Parsed:
        entry = completed(reference, response, self.secret("account_id"))
        raw = envelope("instagram", entry)
        return read_part(self, raw, lambda: _found(self._events(entry)), lambda: mark(entry))

    def check_request(self, webhook_url: str) -> HttpRequest:
        return subscriptions_request(self._node(), self.secret("access_token"))

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        # A page lists all its apps, an account the one that asks.
        app_id = self.secret("app_id") if self._page_id() else None
        return read_subscriptions(response, app_id, self._subscribed())

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        """Return the call for this account; the app's webhook is set in Meta's dashboard."""
        return (subscribe_request(self._node(), self.secret("access_token"), self._subscribed()),)

    def exchange_request(self, now: datetime) -> HttpRequest | None:
        if self._page_id():  # A page's token doesn't grow old.
            return None
        asked = {"grant_type": "ig_refresh_token", "access_token": self.secret("access_token")}
        url = f"{_INSTAGRAM}/refresh_access_token?{urlencode(asked)}"
        return HttpRequest(method="GET", url=url)

    def read_exchange(self, response: HttpResponse, now: datetime) -> Granted:
        return refreshed(response, self.secret("access_token"), now)

    def _read(self, entry: Entry, raw: str) -> Parsed:
        return read_part(self, raw, lambda: self._events(entry), lambda: mark(entry))

    def _events(self, entry: Entry) -> Iterable[ChannelEvent]:
        account_id = str(entry.get("id"))
        if account_id == TEST_ID or "standby" in entry:
            return ()
        if account_id != self.secret("account_id"):
            raise MalformedPayloadError("an entry of another account")
        for_us = _first(entry.get("messaging"))
        if for_us is not None:
            return events_of(self, for_us)
        # By Facebook's login a comment stands in `changes`, by Instagram's in the entry itself.
        change = _first(entry.get("changes")) or entry
        value = change.get("value")
        if not isinstance(value, dict):
            raise MalformedPayloadError(f"no event in an entry of {sorted(entry)[:10]}")
        return public_events_of(self, str(change.get("field")), value, entry.get("time"))

    def _page_id(self) -> object:
        return self.secrets.get("page_id")

    def _sender(self) -> str:
        """Return whose edge `messages` takes a send: by Facebook's login it is the page's."""
        return self.secret("page_id" if self._page_id() else "account_id")

    def _subscribed(self) -> tuple[str, ...]:
        return _PAGE_FIELDS if self._page_id() else _FIELDS

    def _base(self) -> str:
        return GRAPH if self._page_id() else f"{_INSTAGRAM}/{_VERSION}"

    def _node(self) -> str:
        return f"{self._base()}/{self._sender()}"

    def _get(self, path: str) -> HttpRequest:
        return HttpRequest(
            method="GET", url=f"{self._base()}/{path}", headers=bearer(self.secret("access_token"))
        )

    def _post(self, path: str, payload: dict[str, Any]) -> HttpRequest:
        return post_json(f"{self._base()}/{path}", payload, bearer(self.secret("access_token")))


def _first(items: object) -> dict[str, Any] | None:
    item = items[0] if isinstance(items, list) and items else None
    return item if isinstance(item, dict) else None


def _found(events: Iterable[ChannelEvent]) -> Iterator[ChannelEvent]:
    """Yield `events`, unless what was looked up is missing still."""
    for event in events:
        if isinstance(event, LookupNeeded):
            raise MalformedPayloadError("Instagram tells no author")
        yield event
