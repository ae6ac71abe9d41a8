"""A shop's own site by Standard Webhooks: it takes answers, and tells what customers do."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from infra.simulator.memory import Chat, Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    Attachment,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.stack import Account

HOST = "shop.gomhoamai.example"
FILES = "/files/"
TOLERANCE = timedelta(minutes=5)
KINDS = {"gif": "image"}
Payload = dict[str, Any]


def _fresh_secret() -> str:
    return f"whsec_{base64.b64encode(ids.hexadecimal(32).encode()).decode()}"


class Generic(Platform):
    channel: ClassVar = "generic"
    hosts: ClassVar = frozenset({HOST})
    # The standard's schedule: nine more attempts within three days.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=20),
        waits=(
            timedelta(seconds=5),
            timedelta(minutes=5),
            timedelta(minutes=30),
            *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
        ),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "secret": _fresh_secret,
        "reply_secret": _fresh_secret,
        "reply_url": lambda: f"https://{HOST}/frontline",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _refused(429, "slow down", **{"retry-after": "3"}),
        "server_error": lambda: _refused(503, "back soon"),
        "blocked": lambda: _refused(403, "not for this customer"),
        "expired_token": lambda: _refused(410, "moved for good"),
    }

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        url = f"https://{request.host}{request.path}"
        at_url = [account for account in accounts if account.secret("reply_url") == url]
        proven = [account for account in at_url if _is_proven(request, account, None)]
        return next(iter(proven + at_url), None)

    def is_send(self, request: ApiRequest) -> bool:
        return request.method == "POST"

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if request.method == "GET" and request.path.startswith(FILES):
            return _download(request.path.removeprefix(FILES), memory)
        if account is None:
            return _refused(404, "no such page")
        if not _is_proven(request, account, now):
            return _refused(401, "the signature is missing or wrong")
        return _taken(request, account, now)

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        message: Payload = {
            "id": f"m-{ids.hexadecimal(16)}",
            "text": saying.text,
            "sent_at": saying.at.isoformat(),
            "attachments": [_attached(attachment, memory) for attachment in saying.attachments],
        }
        if saying.reply_to_id:
            message["reply_to"] = saying.reply_to_id
        contact = {"id": saying.external_id, "name": saying.name or None, "language": "vi"}
        return (_message(account, "message.received", saying, contact, message),)

    def customer_taps(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        message = {
            "id": f"m-{ids.hexadecimal(16)}",
            "text": saying.text or saying.payload,
            "choice": saying.payload,
        }
        contact = {"id": saying.external_id}
        return (_message(account, "message.received", saying, contact, message),)

    def customer_sees(self, account: Account, saying: Saying, chat: Chat) -> tuple[Webhook, ...]:
        seen = [entry.id for entry in chat.entries if entry.by == "company"] or ["r-0"]
        return (_receipt(account, "read", saying.external_id, seen[-100:], saying.at),)

    def agent_says(self, account: Account, saying: Saying) -> tuple[Webhook, ...]:
        message = {"id": f"r-{ids.hexadecimal(16)}", "text": saying.text}
        contact = {"id": saying.external_id}
        return (_message(account, "message.echoed", saying, contact, message),)


def signed(account: Account, kind: str, at: datetime, message_id: str, data: Payload) -> Webhook:
    """Wrap and sign one event: HMAC of id, time and body, the time being that of sending."""
    payload = {"type": kind, "timestamp": at.isoformat(), "data": data}
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    webhook_id, timestamp = f"msg_{ids.hexadecimal(24)}", str(int(datetime.now(UTC).timestamp()))
    signature = _signature(account.secret("secret"), webhook_id, timestamp, body)
    return Webhook(
        event_id=webhook_id,
        message_id=message_id,
        body=body,
        headers={
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature,
        },
    )


def _message(
    account: Account, kind: str, saying: Saying, contact: Payload, message: Payload
) -> Webhook:
    data = {"contact": contact, "message": message}
    return signed(account, kind, saying.at, message["id"], data)


def _receipt(
    account: Account, status: str, external_id: str, message_ids: list[str], at: datetime
) -> Webhook:
    data = {"contact": {"id": external_id}, "status": status, "message_ids": message_ids}
    return signed(account, "receipt.received", at, message_ids[-1], data)


def _taken(request: ApiRequest, account: Account, now: datetime) -> ApiAnswer:
    payload = request.parameters()
    data = payload.get("data") or {}
    contact, message = data.get("contact") or {}, data.get("message") or {}
    external_id = str(contact.get("id") or "")
    if payload.get("type") != "message.sent" or not external_id or not message.get("id"):
        return _refused(422, "not a message.sent with contact and message")
    # The same message has the same id here, however often it comes.
    message_id = f"r-{ids.derived_digits(str(message['id']))}"
    said = Said(
        id=message_id,
        external_id=external_id,
        text=str(message.get("text") or ""),
        attachments=tuple(
            {"type": file["kind"], "url": file["url"], "name": file["name"]}
            for file in message.get("attachments") or ()
        ),
        buttons=tuple(message.get("buttons") or ()),
    )
    delivered = _receipt(account, "delivered", external_id, [message_id], now)
    return ApiAnswer(body={"id": message_id}, said=said, webhooks=(delivered,))


def _is_proven(request: ApiRequest, account: Account, now: datetime | None) -> bool:
    """Tell whether Frontline signed it; without `now`, whenever it did."""
    webhook_id = request.headers.get("webhook-id", "")
    timestamp = request.headers.get("webhook-timestamp", "")
    if not timestamp.isdigit():
        return False
    if now and abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
        return False
    secrets = account.all_secrets("reply_secret") + account.all_secrets("secret")
    right = {_signature(secret, webhook_id, timestamp, request.body) for secret in secrets}
    return bool(right & set(request.headers.get("webhook-signature", "").split(" ")))


def _signature(secret: str, webhook_id: str, timestamp: str, body: bytes) -> str:
    text = secret.removeprefix("whsec_")
    key = base64.b64decode(text + "=" * (-len(text) % 4))
    message = f"{webhook_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()}"


def _attached(attachment: Attachment, memory: Memory) -> Payload:
    if attachment.type == "location":
        place = {"latitude": attachment.latitude or 0.0, "longitude": attachment.longitude or 0.0}
        return {"kind": "location", **place}
    url = attachment.url
    if attachment.content or not url:
        name = ids.base64url(24)
        memory.files[name] = attachment.content
        url = f"https://{HOST}{FILES}{name}"
    kind = KINDS.get(attachment.type, attachment.type)
    named = {"name": attachment.name} if attachment.name else {}
    return {"kind": kind, "url": url, **named}


def _download(name: str, memory: Memory) -> ApiAnswer:
    content = memory.files.get(name)
    if content is None:
        return _refused(404, "no such file")
    return ApiAnswer(body=content, headers={"content-type": "application/octet-stream"})


def _refused(status: int, words: str, **headers: str) -> ApiAnswer:
    return ApiAnswer(status=status, body={"error": words}, headers=headers)
