"""LINE's webhook: its events and its signature."""

import base64
import hashlib
import hmac
import json
import re
import secrets
from datetime import datetime
from typing import Any

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

USER_ID = re.compile(r"U[0-9a-f]{32}")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Payload = dict[str, Any]


def events(account: Account, event: Payload | None, saying: Saying) -> Webhook:
    """Wrap and sign one event; none is the console's Verify button."""
    event_id = ulid(saying.at)
    common = {
        "timestamp": ids.milliseconds(saying.at.timestamp()),
        "source": {"type": "user", "userId": saying.external_id},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "mode": "active",
    }
    payload = {
        "destination": user_id(account.account),
        "events": [] if event is None else [{**event, **common}],
    }
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    key = account.secret("channel_secret").encode()
    signature = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
    return Webhook(
        event_id=event_id,
        message_id=str(event["message"]["id"]) if event else event_id,
        body=body,
        headers={"Content-Type": "application/json; charset=utf-8", "X-Line-Signature": signature},
    )


def user_id(wanted: str) -> str:
    """Return LINE's id of a user, made up for a name that isn't one."""
    if USER_ID.fullmatch(wanted):
        return wanted
    return f"U{hashlib.sha256(wanted.encode()).hexdigest()[:32]}"


def ulid(at: datetime) -> str:
    """Return a fresh id that sorts by time: 48 bits of it, and 80 at random."""
    number = ids.milliseconds(at.timestamp()) << 80 | secrets.randbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def messages_of(saying: Saying, memory: Memory) -> list[Payload]:
    """Return LINE's message for each thing said: each travels by itself."""
    parts: list[Payload] = [_attached(attachment, memory) for attachment in saying.attachments]
    if saying.text:
        quoted = {"quotedMessageId": saying.reply_to_id} if saying.reply_to_id else {}
        parts.insert(0, {"type": "text", "text": saying.text, **quoted})
    return [{"id": ids.digits(18), "quoteToken": ids.base64url(24), **part} for part in parts]


def _attached(attachment: Attachment, memory: Memory) -> Payload:
    if attachment.type == "location":
        place = {"latitude": attachment.latitude or 0.0, "longitude": attachment.longitude or 0.0}
        return {"type": "location", "title": attachment.name or "Vị trí", "address": "", **place}
    if attachment.type == "link":
        return {"type": "text", "text": attachment.url}
    if attachment.type == "sticker":
        sticker = {"packageId": "446", "stickerId": ids.derived_digits(attachment.url, length=4)}
        return {"type": "sticker", "stickerResourceType": "STATIC", "keywords": ["Hi"], **sticker}
    message_id = ids.digits(18)
    memory.files[message_id] = attachment.content or attachment.url.encode()
    size = len(memory.files[message_id])
    provider = {"id": message_id, "contentProvider": {"type": "line"}}
    if attachment.type in {"image", "gif"}:
        return {"type": "image", **provider}
    if attachment.type in {"video", "audio"}:
        return {"type": attachment.type, "duration": 4000, **provider}
    name = attachment.name or "file"
    return {"type": "file", "id": message_id, "fileName": name, "fileSize": size}
