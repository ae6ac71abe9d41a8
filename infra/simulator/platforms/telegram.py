"""Telegram Bot API: its methods and its errors. It has no echo, no receipts and no inbox."""

import json
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
from infra.simulator.platforms.telegram_updates import (
    Payload,
    bot,
    callback_query,
    message_updates,
    number,
    update,
)
from infra.simulator.stack import Account

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
METHOD = re.compile(r"/bot(?P<token>[^/]+)/(?P<method>[A-Za-z]+)")
FILE = re.compile(r"/file/bot(?P<token>[^/]+)/(?P<file_path>.+)")
CALLBACK_BYTES = 64
MEDIA = {"photo", "document", "video", "voice", "audio", "sticker", "animation"}
ALL_UPDATES = [
    *("message", "edited_message", "callback_query", "message_reaction", "my_chat_member"),
]
# Ids must not repeat after a restart, or the stack takes news for repeats.
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Telegram(Platform):
    channel: ClassVar = "telegram"
    hosts: ClassVar = frozenset({"api.telegram.org"})
    # Until 2xx, less and less often, for a day.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=60),
        waits=tuple(timedelta(seconds=min(2**step, 3600)) for step in range(33)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "bot_token": lambda: f"{ids.digits(10)}:{ids.base64url(26)}"
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _failure(429, "Too Many Requests: retry after 3", retry_after=3),
        "server_error": lambda: _failure(502, "Bad Gateway"),
        "blocked": lambda: _failure(403, "Forbidden: bot was blocked by the user"),
        "expired_token": lambda: _failure(401, "Unauthorized"),
    }

    def __init__(self) -> None:
        self._ids = count(int((datetime.now(UTC) - EPOCH).total_seconds()))
        self._webhooks: dict[str, Payload] = {}
        self._methods: dict[str, Callable[[_Call], ApiAnswer]] = {
            "getMe": lambda call: _success({**bot(call.account), "can_join_groups": True}),
            "sendMessage": self._send_message,
            "sendChatAction": lambda _: _success(True),
            "answerCallbackQuery": _answer_callback_query,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "getFile": _get_file,
            **{f"send{kind.title()}": self._send_media for kind in MEDIA},
        }

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        match = METHOD.fullmatch(request.path) or FILE.fullmatch(request.path)
        token = match["token"] if match else ""
        return next((a for a in accounts if token in a.all_secrets("bot_token")), None)

    def is_send(self, request: ApiRequest) -> bool:
        match = METHOD.fullmatch(request.path)
        return match is not None and match["method"].startswith("send")

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if account is None:
            return _failure(401, "Unauthorized")
        file = FILE.fullmatch(request.path)
        if file:
            return _download(file["file_path"], memory)
        match = METHOD.fullmatch(request.path)
        method = self._methods.get(match["method"]) if match else None
        if match is None or method is None:
            return _failure(404, "Not Found")
        parameters = {**request.query, **request.parameters()}
        return method(_Call(match["method"], account, parameters, memory, now))

    def external_id(self, wanted: str) -> str:
        return str(number(wanted))

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        messages = message_updates(saying, memory, next(self._ids))
        return tuple(
            update(account, next(self._ids), saying.external_id, message=message)
            for message in messages
        )

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        chat = memory.chats.get((self.channel, account.account, saying.external_id), Chat())
        offered = next((e.buttons for e in reversed(chat.entries) if e.buttons), [])
        query = callback_query(account, saying, next(self._ids), offered)
        return (update(account, next(self._ids), saying.external_id, callback_query=query),)

    def _send_message(self, call: "_Call") -> ApiAnswer:
        text = str(call.parameters.get("text") or "")
        if not call.chat_id:
            return _failure(400, "Bad Request: chat_id is empty")
        if not text.strip():
            return _failure(400, "Bad Request: message text is empty")
        if len(text) > TEXT_LIMIT:
            return _failure(400, "Bad Request: message is too long")
        return self._sent(call, {"text": text}, text, ())

    def _send_media(self, call: "_Call") -> ApiAnswer:
        kind = call.method.removeprefix("send").lower()
        url, caption = (
            str(call.parameters.get(kind) or ""),
            str(call.parameters.get("caption") or ""),
        )
        if not call.chat_id:
            return _failure(400, "Bad Request: chat_id is empty")
        if not url:
            return _failure(400, f"Bad Request: there is no {kind} in the request")
        if len(caption) > CAPTION_LIMIT:
            return _failure(400, "Bad Request: message caption is too long")
        file = {"file_id": url, "file_unique_id": url[-12:]}
        part: Payload = {kind: [file] if kind == "photo" else file}
        if caption:
            part["caption"] = caption
        return self._sent(call, part, caption, ({"type": kind, "url": url},))

    def _sent(
        self, call: "_Call", part: Payload, text: str, attachments: tuple[Payload, ...]
    ) -> ApiAnswer:
        buttons = _buttons(call.parameters)
        if any(not 0 < len(each["payload"].encode()) <= CALLBACK_BYTES for each in buttons):
            return _failure(400, "Bad Request: BUTTON_DATA_INVALID")
        if _quotes_what_is_gone(call):
            return _failure(400, "Bad Request: message to be replied not found")
        message_id = next(self._ids)
        result = {
            "message_id": message_id,
            "from": bot(call.account),
            "chat": {"id": number(call.chat_id), "type": "private"},
            "date": int(call.now.timestamp()),
            **part,
        }
        said = Said(
            id=str(message_id),
            external_id=call.chat_id,
            text=text,
            attachments=attachments,
            buttons=tuple(buttons),
        )
        return ApiAnswer(body={"ok": True, "result": result}, said=said)

    def _set_webhook(self, call: "_Call") -> ApiAnswer:
        self._webhooks[call.account.account] = call.parameters
        return ApiAnswer(body={"ok": True, "result": True, "description": "Webhook was set"})

    def _delete_webhook(self, call: "_Call") -> ApiAnswer:
        self._webhooks[call.account.account] = {"url": ""}
        return ApiAnswer(body={"ok": True, "result": True, "description": "Webhook was deleted"})

    def _webhook_info(self, call: "_Call") -> ApiAnswer:
        as_installed = {"url": call.account.webhook_url, "allowed_updates": ALL_UPDATES}
        webhook = self._webhooks.get(call.account.account, as_installed)
        info: Payload = {
            "url": str(webhook.get("url", "")),
            "has_custom_certificate": False,
            "pending_update_count": 0,
            "max_connections": int(webhook.get("max_connections", 40)),
        }
        if webhook.get("allowed_updates"):
            info["allowed_updates"] = webhook["allowed_updates"]
        return _success(info)


class _Call:
    """One call of a Bot API method."""

    def __init__(
        self,
        method: str,
        account: Account,
        parameters: dict[str, Any],
        memory: Memory,
        now: datetime,
    ) -> None:
        self.method = method
        self.account = account
        self.parameters = parameters
        self.memory = memory
        self.now = now
        self.chat_id = str(parameters.get("chat_id") or "")


def _success(result: object) -> ApiAnswer:
    return ApiAnswer(body={"ok": True, "result": result})


def _failure(code: int, description: str, **parameters: int) -> ApiAnswer:
    body: Payload = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return ApiAnswer(status=code, body=body)


def _answer_callback_query(call: _Call) -> ApiAnswer:
    if not call.parameters.get("callback_query_id"):
        return _failure(
            400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
    return _success(True)


def _get_file(call: _Call) -> ApiAnswer:
    file_id = str(call.parameters.get("file_id") or "")
    if file_id not in call.memory.files:
        return _failure(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    return _success(
        {
            "file_id": file_id,
            "file_unique_id": file_id[-12:],
            "file_size": len(call.memory.files[file_id]),
            "file_path": f"files/{file_id}",
        }
    )


def _quotes_what_is_gone(call: _Call) -> bool:
    quote = call.parameters.get("reply_parameters") or {}
    if not quote or quote.get("allow_sending_without_reply"):
        return False
    chat = call.memory.chats.get(("telegram", call.account.account, call.chat_id), Chat())
    return str(quote.get("message_id")) not in {entry.id for entry in chat.entries}


def _download(file_path: str, memory: Memory) -> ApiAnswer:
    content = memory.files.get(file_path.removeprefix("files/"))
    if content is None:
        return _failure(404, "Not Found")
    return ApiAnswer(body=content, headers={"content-type": "application/octet-stream"})


def _buttons(parameters: dict[str, Any]) -> list[dict[str, str]]:
    markup = parameters.get("reply_markup") or {}
    if isinstance(markup, str):
        markup = json.loads(markup)
    return [
        {"title": str(button.get("text", "")), "payload": str(button.get("callback_data", ""))}
        for row in markup.get("inline_keyboard", [])
        for button in row
    ]
