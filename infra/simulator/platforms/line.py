"""LINE's Messaging API: answers by token, pushes with a retry key, content and its errors."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from infra.simulator.memory import Bounded, Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.platforms.line_events import Payload, events, messages_of, user_id
from infra.simulator.stack import Account

DATA_HOST = "api-data.line.me"
TEXT_LIMIT = 5000
MOST_MESSAGES = 5
MOST_QUICK_REPLIES = 13
LABEL_LIMIT = 20
TOKEN_LIFE = timedelta(minutes=1)
REMEMBERED = 2000
CONTENT = re.compile(r"/v2/bot/message/(?P<id>\d+)/content")
PROFILE = re.compile(r"/v2/bot/profile/(?P<id>[^/]+)")
SENDS = {"/v2/bot/message/reply", "/v2/bot/message/push"}
ENDPOINT = "/v2/bot/channel/webhook/endpoint"


class Line(Platform):
    channel: ClassVar = "line"
    hosts: ClassVar = frozenset({"api.line.me", DATA_HOST})
    # With redelivery switched on in the console; LINE doesn't say how often.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=2),
        waits=tuple(timedelta(seconds=wait) for wait in (5, 60, 300, 900)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "channel_secret": lambda: ids.hexadecimal(32),
        "channel_access_token": lambda: f"{ids.base64url(126)}=",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _failure(429, "The API rate limit has been exceeded. Try again later."),
        "server_error": lambda: _failure(500, "Internal Server Error"),
        "blocked": lambda: _failure(400, "Failed to send messages"),
        "expired_token": lambda: _failure(
            401, "Authentication failed. Confirm that the access token is valid."
        ),
    }

    def __init__(self) -> None:
        self._tokens: Bounded[str, tuple[str, datetime]] = Bounded(REMEMBERED)
        self._accepted: Bounded[str, tuple[str, list[Payload]]] = Bounded(REMEMBERED)
        self._endpoints: dict[str, str] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        _, _, token = request.headers.get("authorization", "").partition(" ")
        tokens = "channel_access_token"
        return next((a for a in accounts if token and token in a.all_secrets(tokens)), None)

    def is_send(self, request: ApiRequest) -> bool:
        return request.path in SENDS

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if account is None:
            return self.faults["expired_token"]()
        if self.is_send(request):
            return self._send(request, account, now)
        if request.path.startswith("/v2/bot/channel/webhook"):
            return self._webhook(request, account, now)
        content, profile = CONTENT.fullmatch(request.path), PROFILE.fullmatch(request.path)
        if content and request.host == DATA_HOST:
            return _content(content["id"], memory)
        return self._profile(profile["id"], account, memory) if profile else _not_found()

    def external_id(self, wanted: str) -> str:
        return user_id(wanted)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        return tuple(
            self._message(account, saying, message) for message in messages_of(saying, memory)
        )

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        # A quick reply says its words as an ordinary message.
        text = {"id": ids.digits(18), "type": "text", "text": saying.payload}
        return (self._message(account, saying, {**text, "quoteToken": ids.base64url(24)}),)

    def _message(self, account: Account, saying: Saying, message: Payload) -> Webhook:
        token = ids.hexadecimal(32)
        self._tokens[token] = (saying.external_id, saying.at)
        return events(account, {"type": "message", "message": message, "replyToken": token}, saying)

    def _send(self, request: ApiRequest, account: Account, now: datetime) -> ApiAnswer:
        call, key = request.parameters(), request.headers.get("x-line-retry-key", "")
        is_reply = request.path.endswith("/reply")
        if is_reply and key:
            return _failure(400, "The retry key is not supported by this endpoint")
        if key in self._accepted:
            request_id, sent = self._accepted[key]
            said = {"message": "The retry key is already accepted", "sentMessages": sent}
            headers = {"x-line-accepted-request-id": request_id}
            return ApiAnswer(status=409, body=said, headers=headers)
        problem = _problem(call)
        if problem:
            return problem
        receiver = self._by_token(call, now) if is_reply else str(call.get("to") or "")
        if not receiver.startswith("U"):
            what = "Invalid reply token" if is_reply else "The property, 'to', is invalid"
            return _failure(400, what)
        return self._sent(call["messages"], receiver, key)

    def _by_token(self, call: Payload, now: datetime) -> str:
        """Return whose token it is, which is then spent; empty for one that isn't good."""
        receiver, at = self._tokens.pop(str(call.get("replyToken")), ("", now))
        return receiver if now - at <= TOKEN_LIFE else ""

    def _sent(self, messages: list[Payload], receiver: str, key: str) -> ApiAnswer:
        sent: list[Payload] = [
            {"id": ids.digits(18), "quoteToken": ids.base64url(24)} for _ in messages
        ]
        request_id = ids.hexadecimal(32)
        if key:
            self._accepted[key] = (request_id, sent)
        said = Said(
            id=sent[0]["id"],
            external_id=receiver,
            text="\n".join(str(each["text"]) for each in messages if each.get("text")),
            attachments=tuple(
                {"type": "image", "url": str(each["originalContentUrl"])}
                for each in messages
                if each.get("type") == "image"
            ),
            buttons=tuple(button for each in messages for button in _buttons(each)),
        )
        headers = {"x-line-request-id": request_id}
        return ApiAnswer(body={"sentMessages": sent}, headers=headers, said=said)

    def _webhook(self, request: ApiRequest, account: Account, now: datetime) -> ApiAnswer:
        given = str(request.parameters().get("endpoint") or "")
        if (request.method, request.path) == ("PUT", ENDPOINT):
            if not given.startswith("https://"):
                return _failure(400, "Invalid webhook endpoint URL")
            self._endpoints[account.account] = given
            return ApiAnswer(body={})
        endpoint = self._endpoints.get(account.account, account.webhook_url)
        if (request.method, request.path) == ("GET", ENDPOINT):
            return ApiAnswer(body={"endpoint": endpoint, "active": True})
        if request.method == "POST" and request.path.endswith("/test"):
            at = now.isoformat(timespec="milliseconds")
            body = {"success": True, "timestamp": at, "statusCode": 200, "reason": "OK"}
            check = events(account, None, Saying(external_id="", at=now))
            return ApiAnswer(body={**body, "detail": "200"}, webhooks=(check,))
        return _not_found()

    def _profile(self, external_id: str, account: Account, memory: Memory) -> ApiAnswer:
        chat = memory.chats.get((self.channel, account.account, external_id))
        if chat is None or not chat.name:
            return _not_found()
        who = {"userId": external_id, "displayName": chat.name, "language": "vi"}
        return ApiAnswer(body={**who, "pictureUrl": "https://profile.line-scdn.net/a"})


def _failure(status: int, message: str, *details: Payload) -> ApiAnswer:
    body: dict[str, Any] = {"message": message}
    if details:
        body["details"] = list(details)
    return ApiAnswer(status=status, body=body)


def _not_found() -> ApiAnswer:
    return _failure(404, "Not found")


def _problem(call: Payload) -> ApiAnswer | None:
    messages = call.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        return _failure(400, "The request body has 1 error(s)", _detail("Size 1 to 5", "messages"))
    problems = [
        _detail(words, f"messages[{place}].{name}")
        for place, message in enumerate(messages)
        for name, words in _problems(message if isinstance(message, dict) else {})
    ]
    if problems:
        return _failure(400, f"The request body has {len(problems)} error(s)", *problems)
    return None


def _problems(message: Payload) -> list[tuple[str, str]]:
    text = str(message.get("text") or "")
    urls = ("originalContentUrl", "previewImageUrl")
    found = []
    if message.get("type") == "text":
        if not text:
            found.append(("text", "May not be empty"))
        if len(text.encode("utf-16-le")) // 2 > TEXT_LIMIT:
            found.append(("text", f"Length must be between 0 and {TEXT_LIMIT}"))
    elif message.get("type") == "image":
        bad = [name for name in urls if not str(message.get(name)).startswith("https://")]
        found += [(name, "Must be a valid HTTPS URL") for name in bad]
    else:
        found.append(("type", "Must be one of the message types"))
    buttons = _buttons(message)
    if len(buttons) > MOST_QUICK_REPLIES:
        found.append(("quickReply.items", "Size must be between 1 and 13"))
    if any(not 0 < len(button["title"]) <= LABEL_LIMIT for button in buttons):
        found.append(("quickReply.items", "Length of label must be between 1 and 20"))
    return found


def _detail(message: str, place: str) -> Payload:
    return {"message": message, "property": place}


def _buttons(message: Payload) -> list[dict[str, str]]:
    quick_reply = message.get("quickReply")
    items = quick_reply.get("items") if isinstance(quick_reply, dict) else ()
    actions = [item.get("action") or {} for item in items or () if isinstance(item, dict)]
    return [
        {"title": str(action.get("label", "")), "payload": str(action.get("text", ""))}
        for action in actions
    ]


def _content(message_id: str, memory: Memory) -> ApiAnswer:
    content = memory.files.get(message_id)
    if content is None:
        return _not_found()
    return ApiAnswer(body=content, headers={"content-type": "application/octet-stream"})
