"""Viber's callbacks: their shapes and their signature."""

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime
from typing import Any

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

MEDIA_HOST = "dl-media.viber.com"
USER_ID = re.compile(r"[A-Za-z0-9+/]{22}==")
Payload = dict[str, Any]


def callback(account: Account, event: str, token: int, at: datetime, **fields: object) -> Webhook:
    """Wrap and sign one event: HMAC under the bot's token."""
    payload = {
        "event": event,
        "timestamp": ids.milliseconds(at.timestamp()),
        "chat_hostname": "SN-CHAT-05_",
        "message_token": token,
        **fields,
    }
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    key = account.secret("auth_token").encode()
    return Webhook(
        event_id=f"{event}:{token}",
        message_id=str(token),
        body=body,
        headers={
            "Content-Type": "application/json",
            "X-Viber-Content-Signature": hmac.new(key, body, hashlib.sha256).hexdigest(),
        },
    )


def user(saying: Saying) -> Payload:
    return {
        "id": saying.external_id,
        "name": saying.name or "Khách",
        "avatar": "https://media-direct.cdn.viber.com/avatar",
        "country": "VN",
        "language": "vi",
        "api_version": 10,
    }


def user_id(wanted: str) -> str:
    """Return Viber's id of a user, made up for a name that isn't one."""
    if USER_ID.fullmatch(wanted):
        return wanted
    digest = hashlib.sha256(wanted.encode()).hexdigest()
    return base64.b64encode(digest[:16].encode()).decode()


def messages_of(saying: Saying, memory: Memory) -> list[Payload]:
    """Return Viber's message for each thing said; words ride on a picture that comes first."""
    messages = [_attached(attachment, memory) for attachment in saying.attachments]
    if messages and messages[0]["type"] == "picture":
        messages[0]["text"] = saying.text
    elif saying.text:
        messages.insert(0, {"type": "text", "text": saying.text})
    return [{**message, "tracking_data": ""} for message in messages]


def _attached(attachment: Attachment, memory: Memory) -> Payload:
    if attachment.type == "location":
        place = {"lat": attachment.latitude or 0.0, "lon": attachment.longitude or 0.0}
        return {"type": "location", "location": place}
    if attachment.type == "link":
        return {"type": "url", "media": attachment.url}
    if attachment.type == "sticker":
        return {"type": "sticker", "sticker_id": int(ids.derived_digits(attachment.url, length=5))}
    media = {"media": attachment.url or _kept(attachment, memory)}
    size = len(attachment.content)
    if attachment.type in {"image", "gif"}:
        return {"type": "picture", "text": "", "thumbnail": media["media"], **media}
    if attachment.type == "video":
        return {"type": "video", "duration": 7, "size": size, **media}
    # A voice message, too, is a file to a bot.
    return {
        "type": "file",
        "file_name": attachment.name or "file",
        "file_size": size,
        "size": size,
        **media,
    }


def _kept(attachment: Attachment, memory: Memory) -> str:
    name = ids.base64url(24)
    memory.files[name] = attachment.content
    return f"https://{MEDIA_HOST}/{name}"
