"""Discourse: one forum, answered by one user of it through the forum's API.

Signed with HMAC-SHA256 of the raw body under the web hook's secret. Set-up and limits:
docs/channels/discourse.md.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from chalicelib.channels.base import (
    Capabilities,
    ChannelAdapter,
    Checkup,
    HttpRequest,
    HttpResponse,
    OutboundMessage,
    Parsed,
    WebhookRequest,
)
from chalicelib.channels.discourse.events import events_of, require_known
from chalicelib.channels.discourse.lookups import found_in, place_of
from chalicelib.channels.discourse.payloads import Post, Topic
from chalicelib.channels.discourse.sending import message_id, refusal
from chalicelib.channels.discourse.texts import is_upload
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.parts import read_part
from chalicelib.channels.platform_api import post_json, read_answer
from chalicelib.channels.signatures import candidates, require_hmac_sha256
from chalicelib.domain.events import ChannelEvent
from chalicelib.domain.messages import Attachment, Surface
from chalicelib.errors import (
    MalformedPayloadError,
    PermanentSendError,
    TransientSendError,
)

_SCHEME = "sha256="
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Where an answer goes: topic, post and, in public, the username of its author.
_THREAD = re.compile(r"(?P<topic>[0-9]{1,18})/(?P<post>[0-9]{1,18})(?:/(?P<username>[^/]{0,256}))?")
# What is kept of a private message before it is known whether it is for us at all.
_ANNOUNCED = (
    "topic_id",
    "post_number",
    "post_type",
    "topic_archetype",
    "user_id",
    "created_at",
    "updated_at",
    "version",
)


class DiscourseAdapter(ChannelAdapter):
    channel: ClassVar[str] = "discourse"
    label: ClassVar[Mapping[str, str]] = {"vi": "Diễn đàn", "en": "Forum"}
    capabilities: ClassVar[Capabilities] = Capabilities(text_limit=32_000)
    required_secrets: ClassVar[tuple[str, ...]] = (
        "webhook_secret",
        "api_key",
        "base_url",
        "username",
    )
    optional_secrets: ClassVar[tuple[str, ...]] = ("answer_within_minutes", "group")

    def verify(self, request: WebhookRequest) -> None:
        given = request.headers.get("x-discourse-event-signature", "")
        # Without its scheme a signature of the right digits is still not Discourse's.
        proof = given.removeprefix(_SCHEME) if given.startswith(_SCHEME) else ""
        require_hmac_sha256(candidates(self.secrets, "webhook_secret"), request.body, proof)

    def parse(self, request: WebhookRequest) -> Parsed:
        payload = read_object(request.body)
        event = request.headers.get("x-discourse-event") or payload.get("event")
        # The name stands in a header only; beside what was read from it, it is kept.
        named = _reduced({**payload, "event": event})
        return read_part(self, write_text(named), lambda: self._events(named))

    def reply(self, message: OutboundMessage) -> HttpRequest:
        place = _THREAD.fullmatch(message.thread or "")
        if place is None:
            raise PermanentSendError("Discourse needs a post to answer")
        username = place["username"]
        if message.surface is Surface.DIRECT and username is not None:
            # A private answer to something said in public begins a message of its own.
            return self._post(
                {
                    "title": message.subject or "Re: #" + place["topic"],
                    "raw": message.text,
                    "target_recipients": username,
                    "archetype": "private_message",
                }
            )
        return self._post(
            {
                "topic_id": int(place["topic"]),
                "raw": message.text,
                "reply_to_post_number": int(place["post"]),
            }
        )

    def read_reply(self, response: HttpResponse) -> str:
        return message_id(response)

    def lookup_request(self, reference: str) -> HttpRequest:
        place = place_of(reference)
        return self._get(f"/t/{place['topic']}/{place['post']}.json?include_raw=true")

    def read_lookup(self, reference: str, response: HttpResponse) -> Parsed:
        payload = found_in(reference, response)
        if payload is None:
            return Parsed()
        parsed = read_part(self, write_text(payload), lambda: self._events(payload))
        # A private message between others is neither kept nor quarantined.
        is_private = "/private/" in reference
        return Parsed(received=parsed.received) if is_private else parsed

    def file_request(self, attachment: Attachment) -> HttpRequest | None:
        if attachment.url is None:
            return None
        # A forum for members gives its uploads to members only.
        is_members_only = is_upload(self._base_url(), attachment.url)
        headers = self._authorization() if is_members_only else {}
        return HttpRequest(method="GET", url=attachment.url, headers=headers)

    def file_location(self, attachment: Attachment, response: HttpResponse) -> HttpRequest | None:
        """Follow a forum that keeps its uploads elsewhere, without its key."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        location = headers.get("location", "")
        if response.status not in _REDIRECTS or not location.startswith("https://"):
            return None
        return HttpRequest(method="GET", url=location)

    def check_request(self, webhook_url: str) -> HttpRequest:
        return self._get("/session/current.json")

    def read_check(self, webhook_url: str, response: HttpResponse) -> Checkup:
        answer = read_answer(response)
        if response.status == 200:  # noqa: PLR2004
            user = answer.get("current_user")
            name = str(user.get("username", "")) if isinstance(user, dict) else ""
            is_ours = name.lower() == self.secret("username").lower()
            return Checkup(problem=None if is_ours else "the API key is another user's")
        refused = refusal(response, answer)
        if isinstance(refused, TransientSendError):
            raise refused
        return Checkup(problem=f"the forum refuses the API key with {response.status}")

    def _events(self, payload: Mapping[str, Any]) -> Iterable[ChannelEvent]:
        event = payload.get("event")
        if not isinstance(event, str):
            raise MalformedPayloadError("no event is named")
        if not require_known(event):
            return ()
        told = payload.get("post", payload.get("solved"))
        post = Post.model_validate(told)
        topic = Topic.model_validate(payload["topic"]) if "topic" in payload else None
        return events_of(self, event, post, topic)

    def _base_url(self) -> str:
        return self.secret("base_url").rstrip("/")

    def _post(self, payload: Mapping[str, Any]) -> HttpRequest:
        return post_json(f"{self._base_url()}/posts.json", payload, self._authorization())

    def _get(self, path: str) -> HttpRequest:
        url = f"{self._base_url()}{path}"
        return HttpRequest(method="GET", url=url, headers=self._authorization())

    def _authorization(self) -> dict[str, str]:
        return {"api-key": self.secret("api_key"), "api-username": self.secret("username")}


def _reduced(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a web hook without the words of a private message: it may be between others."""
    post = payload.get("post", payload.get("solved"))
    if "topic" in payload or not isinstance(post, dict):
        return payload
    if post.get("topic_archetype") != "private_message":
        return payload
    announced = {name: post[name] for name in _ANNOUNCED if name in post}
    return {"event": payload["event"], "post": announced}
