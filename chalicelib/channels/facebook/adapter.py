"""Facebook page: comments, posts of visitors and reviews, answered in public or once in private.

They come with the page's Messenger events, to the same webhook, under the same signature. A
private answer is a Messenger message: the talk goes on there. Set-up and limits:
docs/channels/facebook.md.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, ClassVar

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
from chalicelib.channels.facebook.events import COMMENT, events_of
from chalicelib.channels.facebook.payloads import FeedValue
from chalicelib.channels.facebook.sending import private_answer, public_answer
from chalicelib.channels.meta import (
    GRAPH,
    TEST_ID,
    Entry,
    bearer,
    envelope,
    graph_answer,
    mark,
    page_requests,
    parts_of,
    read_subscriptions,
    recipient_of,
    require_signed,
    sent_id,
    subscription,
    subscriptions_request,
)
from chalicelib.channels.parts import join, read_part
from chalicelib.channels.platform_api import post_json
from chalicelib.channels.splitting import utf16_units
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import ChannelEvent
from chalicelib.domain.messages import Attachment, AttachmentKind, Surface
from chalicelib.errors import MalformedPayloadError

_FIELDS = frozenset({"feed", "mention", "ratings"})
_MESSENGER = "messenger"
_TOLD = "from,message,created_time,permalink_url"


class FacebookAdapter(ChannelAdapter):
    channel: ClassVar[str] = "facebook"
    label: ClassVar[Mapping[str, str]] = {"vi": "Bình luận Facebook", "en": "Facebook comments"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        text_limit=2000, measure=utf16_units, reply_window=timedelta(days=7)
    )
    public: ClassVar[Capabilities | None] = Capabilities(
        text_limit=8000, measure=utf16_units, takes_files=frozenset({AttachmentKind.IMAGE})
    )
    required_secrets: ClassVar[tuple[str, ...]] = (
        "app_id",
        "page_id",
        "app_secret",
        "verify_token",
        "page_access_token",
    )
    door: ClassVar[str | None] = _MESSENGER

    def challenge(self, request: WebhookRequest) -> WebhookAnswer:
        return subscription(request, self.secrets)

    def verify(self, request: WebhookRequest) -> None:
        require_signed(request, self.secrets)

    def parse(self, request: WebhookRequest) -> Parsed:
        return join(self._read(entry, raw) for entry, raw in parts_of(request, "page"))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        if message.surface is Surface.PUBLIC:
            return self._post(f"{message.thread}/comments", public_answer(message))
        page_id = self.secret("page_id")
        return self._post(f"{page_id}/messages", private_answer(message, page_id))

    def read_reply(self, response: HttpResponse) -> str:
        return sent_id(response)

    def read_recipient(self, message: OutboundMessage, response: HttpResponse) -> Identity | None:
        """Return whom a private answer reached: from now on the talk is one of Messenger's."""
        recipient_id = recipient_of(response) if message.surface is Surface.DIRECT else None
        return Identity(_MESSENGER, self.account, recipient_id) if recipient_id else None

    def hide_request(self, message_id: str) -> HttpRequest:
        return self._post(message_id, {"is_hidden": True})

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        return None if attachment.kind is AttachmentKind.LINK else super().file_request(attachment)

    def lookup_request(self, reference: str) -> HttpRequest:
        change = FeedValue.model_validate_json(reference)
        if change.item == COMMENT:
            node, fields = change.comment_id, f"{_TOLD},attachment"
        else:
            node, fields = change.post_id or change.open_graph_story_id, f"{_TOLD},attachments"
        url = f"{GRAPH}/{node}?fields={fields}"
        return HttpRequest(method="GET", url=url, headers=self._authorization())

    def read_lookup(self, reference: str, response: HttpResponse) -> Parsed:
        told = graph_answer(response)
        known = json.loads(reference)
        # The time that the webhook told is that of the change, not of what was changed.
        value = {**told, **known}
        change = {"field": "feed", "value": value}
        entry = {
            "id": self.secret("page_id"),
            "time": known["created_time"],
            "changes": [change],
        }
        return read_part(
            self,
            envelope("page", entry),
            lambda: events_of(self, value, is_looked_up=True),
            lambda: mark(entry),
        )

    def check_request(self, webhook_url: str) -> HttpRequest:
        return subscriptions_request(self._page(), self.secret("page_access_token"))

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        return read_subscriptions(response, self.secret("app_id"), ["feed"])

    def subscribe_requests(self, webhook_url: str) -> tuple[HttpRequest, ...]:
        return page_requests(self, webhook_url)

    def _read(self, entry: Entry, raw: str) -> Parsed:
        return read_part(self, raw, lambda: self._events(entry), lambda: mark(entry))

    def _events(self, entry: Entry) -> Iterable[ChannelEvent]:
        page_id = str(entry.get("id"))
        if "messaging" in entry or "standby" in entry or page_id == TEST_ID:
            return ()
        change = _change(entry)
        if page_id != self.secret("page_id"):
            raise MalformedPayloadError("an entry of another page")
        field = str(change.get("field"))
        if field not in _FIELDS:
            raise MalformedPayloadError(f"no event we know: {field[:40]}")
        return events_of(self, {"created_time": entry.get("time"), **change["value"]})

    def _page(self) -> str:
        return f"{GRAPH}/{self.secret('page_id')}"

    def _post(self, path: str, payload: dict[str, Any]) -> HttpRequest:
        return post_json(f"{GRAPH}/{path}", payload, self._authorization())

    def _authorization(self) -> dict[str, str]:
        return bearer(self.secret("page_access_token"))


def _change(entry: Entry) -> dict[str, Any]:
    changes = entry.get("changes")
    change = changes[0] if isinstance(changes, list) and changes else None
    if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
        raise MalformedPayloadError(f"no change in an entry of {sorted(entry)[:10]}")
    return change
