"""Webhooks as their platforms write and sign them, made by hand from `stack.json` alone."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from itertools import count
from typing import Any

Secrets = Mapping[str, Any]
Signed = tuple[bytes, dict[str, str]]
Body = dict[str, Any]

SIGNATURE = {
    "zalo": "X-ZEvent-Signature",
    "messenger": "X-Hub-Signature-256",
    "telegram": "X-Telegram-Bot-Api-Secret-Token",
}

_numbers = count(int(time.time()))


def said(channel: str, secrets: Secrets, external_id: str, text: str) -> Body:
    """Return the platform's own words for a customer's text message."""
    return BODIES[channel](secrets, external_id, text)


def sign(channel: str, secrets: Secrets, body: Body | bytes) -> Signed:
    """Return the bytes to send, and the headers that prove them."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"}
    return raw, {**headers, SIGNATURE[channel]: PROOFS[channel](secrets, raw)}


def messenger_item(secrets: Secrets, external_id: str, text: str) -> Body:
    return {
        "sender": {"id": external_id},
        "recipient": {"id": secrets["page_id"]},
        "timestamp": _now(),
        "message": {"mid": f"m_{next(_numbers)}", "text": text},
    }


def messenger_entry(secrets: Secrets, *items: Body) -> Body:
    return {"id": secrets["page_id"], "time": _now(), "messaging": list(items)}


def _zalo(secrets: Secrets, external_id: str, text: str) -> Body:
    return {
        "app_id": secrets["app_id"],
        "sender": {"id": external_id},
        "recipient": {"id": secrets["oa_id"]},
        "event_name": "user_send_text",
        "message": {"msg_id": f"{next(_numbers):x}", "text": text},
        "timestamp": str(_now()),
        "user_id_by_app": "1",
    }


def _messenger(secrets: Secrets, external_id: str, text: str) -> Body:
    item = messenger_item(secrets, external_id, text)
    return {"object": "page", "entry": [messenger_entry(secrets, item)]}


def _telegram(_: Secrets, external_id: str, text: str) -> Body:
    who = {"id": int(external_id), "first_name": "Mận", "is_bot": False, "language_code": "vi"}
    message = {
        "message_id": next(_numbers),
        "from": who,
        "chat": {"id": int(external_id), "type": "private", "first_name": "Mận"},
        "date": int(time.time()),
        "text": text,
    }
    return {"update_id": next(_numbers), "message": message}


def _zalo_proof(secrets: Secrets, raw: bytes) -> str:
    try:
        timestamp = str(json.loads(raw)["timestamp"])
    except (ValueError, KeyError, TypeError, RecursionError):
        timestamp = ""
    material = secrets["app_id"].encode() + raw + timestamp.encode()
    return "mac=" + hashlib.sha256(material + secrets["oa_secret_key"].encode()).hexdigest()


def _messenger_proof(secrets: Secrets, raw: bytes) -> str:
    secret = secrets["app_secret"].encode()
    return "sha256=" + hmac.new(secret, raw, hashlib.sha256).hexdigest()


def _telegram_proof(secrets: Secrets, _: bytes) -> str:
    return str(secrets["secret_token"])


def _now() -> int:
    return int(time.time() * 1000)


BODIES = {"zalo": _zalo, "messenger": _messenger, "telegram": _telegram}
PROOFS = {"zalo": _zalo_proof, "messenger": _messenger_proof, "telegram": _telegram_proof}
