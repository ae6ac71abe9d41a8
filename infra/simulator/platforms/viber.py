"""Viber's bot API: its calls, its statuses, and the receipts that follow a send."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from infra.simulator.memory import Chat, Memory
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
from infra.simulator.platforms.viber_callbacks import (
    MEDIA_HOST,
    Payload,
    callback,
    messages_of,
    user,
    user_id,
)
from infra.simulator.stack import Account

TEXT_LIMIT = 7000
REQUEST_LIMIT = 30_000
SENDER_NAME_LIMIT = 28
CALL = re.compile(r"/pa/(?P<name>[a-z_]+)")
# Ids have 64 bits and must not repeat after a restart, or the stack takes news for repeats.
FIRST_TOKEN = 5_900_000_000_000_000_000
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
ALWAYS = ("subscribed", "unsubscribed", "conversation_started", "message")


class Viber(Platform):
    channel: ClassVar = "viber"
    hosts: ClassVar = frozenset({"chatapi.viber.com", MEDIA_HOST})
    # Several times for an hour, until 200.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=10),
        waits=tuple(timedelta(seconds=wait) for wait in (10, 60, 300, 600, 1200, 1400)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "auth_token": lambda: "-".join(ids.hexadecimal(16) for _ in range(3)),
        "sender_name": lambda: "Hoa Mai",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _status(12, "tooManyRequests"),
        "server_error": lambda: ApiAnswer(status=500, body={"error": "Internal Server Error"}),
        "blocked": lambda: _status(6, "receiverNotSubscribed"),
        "expired_token": lambda: _status(2, "invalidAuthToken"),
    }

    def __init__(self) -> None:
        since = (datetime.now(UTC) - EPOCH) // timedelta(microseconds=1)
        self._tokens = count(FIRST_TOKEN + since)
        self._webhooks: dict[str, Payload] = {}
        self._calls: dict[str, Callable[[Payload, Account, Memory, datetime], ApiAnswer]] = {
            "send_message": self._send,
            "set_webhook": self._set_webhook,
            "get_account_info": self._account_info,
            "get_user_details": self._user_details,
        }

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        in_body = str(request.parameters().get("auth_token") or "")
        token = request.headers.get("x-viber-auth-token") or in_body
        return next((a for a in accounts if token and token in a.all_secrets("auth_token")), None)

    def is_send(self, request: ApiRequest) -> bool:
        return request.path == "/pa/send_message"

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if request.host == MEDIA_HOST:
            return _download(request.path.removeprefix("/"), memory)
        if account is None:
            return _status(2, "invalidAuthToken")
        match = CALL.fullmatch(request.path)
        call = self._calls.get(match["name"]) if match and request.method == "POST" else None
        if call is None:
            return ApiAnswer(status=404, body={"error": "Not Found"})
        if len(request.body) > REQUEST_LIMIT:
            return _status(3, "badData: the request is too long")
        return call(request.parameters(), account, memory, now)

    def external_id(self, wanted: str) -> str:
        return user_id(wanted)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        return tuple(self._message(account, saying, part) for part in messages_of(saying, memory))

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        # A tapped button is an ordinary message of what stands behind it.
        text = {"type": "text", "text": saying.payload, "tracking_data": ""}
        return (self._message(account, saying, text),)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        tokens = [entry.id for entry in chat.entries if entry.by == "company"]
        about = {"user_id": saying.external_id}
        return tuple(
            callback(account, "seen", int(token), saying.at, **about) for token in tokens
        ) or (callback(account, "seen", next(self._tokens), saying.at, **about),)

    def _message(self, account: Account, saying: Saying, message: Payload) -> Webhook:
        fields = {"sender": user(saying), "message": message, "silent": False}
        return callback(account, "message", next(self._tokens), saying.at, **fields)

    def _send(self, call: Payload, account: Account, memory: Memory, now: datetime) -> ApiAnswer:
        refusal = _refusal(call)
        if refusal:
            return refusal
        receiver, token = str(call["receiver"]), next(self._tokens)
        said = Said(
            id=str(token),
            external_id=receiver,
            text=str(call.get("text") or ""),
            attachments=tuple(_shown(call)),
            buttons=tuple(_buttons(call)),
        )
        delivered = callback(account, "delivered", token, now, user_id=receiver)
        answer = _status(0, "ok", message_token=token, chat_hostname="SN-CHAT-05_")
        return ApiAnswer(body=answer.body, said=said, webhooks=(delivered,))

    def _set_webhook(
        self, call: Payload, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        url = str(call.get("url") or "")
        if url and not url.startswith("https://"):
            return _status(1, "invalidUrl")
        wanted = call.get("event_types") or ("delivered", "seen", "failed")
        events = sorted({*map(str, wanted), *ALWAYS})
        self._webhooks[account.account] = {"webhook": url, "event_types": events}
        check = callback(account, "webhook", next(self._tokens), now)
        answer = _status(0, "ok", event_types=events)
        return ApiAnswer(body=answer.body, webhooks=(check,) if url else ())

    def _account_info(
        self, call: Payload, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        events = sorted({*ALWAYS, "delivered", "seen", "failed"})
        as_installed = {"webhook": account.webhook_url, "event_types": events}
        return _status(
            0,
            "ok",
            id=f"pa:{ids.derived_digits(account.account)}",
            name=account.secret("sender_name"),
            uri=account.account,
            **self._webhooks.get(account.account, as_installed),
        )

    def _user_details(
        self, call: Payload, account: Account, memory: Memory, now: datetime
    ) -> ApiAnswer:
        external_id = str(call.get("id") or "")
        chat = memory.chats.get((self.channel, account.account, external_id))
        if chat is None:
            return _status(5, "receiverNotRegistered")
        return _status(0, "ok", user=user(Saying(external_id=external_id, at=now, name=chat.name)))


def _status(status: int, message: str, **fields: Any) -> ApiAnswer:
    return ApiAnswer(body={"status": status, "status_message": message, **fields})


def _refusal(call: Payload) -> ApiAnswer | None:
    sender = call.get("sender")
    name = str(sender.get("name") or "") if isinstance(sender, dict) else ""
    kind = call.get("type")
    needed = {
        "text": ("text",),
        "picture": ("text", "media"),
        "video": ("media", "size"),
        "file": ("media", "size", "file_name"),
        "url": ("media",),
    }
    if not call.get("receiver") or kind not in needed or not name:
        return _status(4, "missingData: receiver, type or sender")
    if any(call.get(field) is None for field in needed[kind]):
        return _status(4, f"missingData: a message of type {kind} needs {needed[kind]}")
    if len(name) > SENDER_NAME_LIMIT or len(str(call.get("text") or "")) > TEXT_LIMIT:
        return _status(3, "badData: the name or the text is too long")
    if kind == "text" and not str(call["text"]).strip():
        return _status(3, "badData: the text is empty")
    return None


def _shown(call: Payload) -> list[Payload]:
    kinds = {"picture": "image", "url": "link"}
    media = call.get("media")
    return [{"type": kinds.get(call["type"], call["type"]), "url": str(media)}] if media else []


def _buttons(call: Payload) -> list[dict[str, str]]:
    keyboard = call.get("keyboard")
    buttons = keyboard.get("Buttons") if isinstance(keyboard, dict) else ()
    return [
        {"title": str(each.get("Text", "")), "payload": str(each.get("ActionBody", ""))}
        for each in buttons or ()
        if isinstance(each, dict)
    ]


def _download(name: str, memory: Memory) -> ApiAnswer:
    content = memory.files.get(name)
    if content is None:
        return ApiAnswer(status=404, body={"error": "Not Found"})
    return ApiAnswer(body=content, headers={"content-type": "application/octet-stream"})
