"""Zalo's webhook: its events and its signature."""

import hashlib
import json
from typing import Any

from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

Payload = dict[str, Any]


def messages_of(saying: Saying) -> list[tuple[str, Payload]]:
    """Return Zalo's event name and message for each thing said: one event per attachment."""
    captioned = bool(saying.attachments) and saying.attachments[0].type == "image"
    messages: list[tuple[str, Payload]] = []
    if saying.text and not captioned:
        quote = {"quote_msg_id": saying.reply_to_id} if saying.reply_to_id else {}
        text = {"text": saying.text, "msg_id": ids.hexadecimal(20), **quote}
        messages.append(("user_send_text", text))
    for number, attachment in enumerate(saying.attachments):
        caption = {"text": saying.text} if captioned and number == 0 and saying.text else {}
        message = {"msg_id": ids.hexadecimal(20), **caption, "attachments": [_attached(attachment)]}
        messages.append((f"user_send_{attachment.type}", message))
    return messages


def echo_of(message: Payload, message_id: str) -> tuple[str, Payload]:
    elements = _elements(message)
    if not elements:
        return "oa_send_text", {"text": message.get("text", ""), "msg_id": message_id}
    kind = str(elements[0].get("media_type", "file"))
    attachments = [
        {"type": kind, "payload": {"thumbnail": item.get("url", ""), "url": item.get("url", "")}}
        for item in elements
    ]
    echo = {"text": message.get("text", ""), "msg_id": message_id, "attachments": attachments}
    return f"oa_send_{kind}", echo


def shown(message: Payload) -> list[Payload]:
    return [
        {"type": str(item.get("media_type", "file")), "url": str(item.get("url", ""))}
        for item in _elements(message)
    ]


def from_customer(account: Account, saying: Saying, name: str, message: Payload) -> Payload:
    user, oa = saying.external_id, account.secret("oa_id")
    return _event(account, saying, name, sender=user, recipient=oa, message=message)


def to_customer(account: Account, saying: Saying, name: str, message: Payload) -> Payload:
    user, oa = saying.external_id, account.secret("oa_id")
    return _event(account, saying, name, sender=oa, recipient=user, message=message)


def signed(account: Account, event: Payload, message_id: str) -> Webhook:
    """Sign as Zalo does: a plain SHA-256 of app id, the very bytes, timestamp and OA secret key."""
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    secret = account.secret("oa_secret_key")
    material = event["app_id"].encode() + body + event["timestamp"].encode() + secret.encode()
    return Webhook(
        event_id=f"{event['event_name']}:{message_id}",
        message_id=message_id,
        body=body,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "ZaloWebhook",
            "X-ZEvent-Signature": f"mac={hashlib.sha256(material).hexdigest()}",
        },
    )


def child(parent: Payload, name: str) -> Payload:
    value = parent.get(name)
    return value if isinstance(value, dict) else {}


def _attached(attachment: Attachment) -> Payload:
    payloads: dict[str, Payload] = {
        "image": {"thumbnail": attachment.url, "url": attachment.url},
        "gif": {"thumbnail": attachment.url, "url": attachment.url},
        "video": {"thumbnail": "", "description": "", "url": attachment.url},
        "link": {"thumbnail": "", "description": attachment.name, "url": attachment.url},
        "sticker": {"id": ids.hexadecimal(20), "url": attachment.url},
        "location": {
            # Strings, as Zalo sends them.
            "coordinates": {
                "latitude": str(attachment.latitude or 0),
                "longitude": str(attachment.longitude or 0),
            }
        },
        "file": {
            "size": str(len(attachment.content)),
            "name": attachment.name,
            "checksum": hashlib.md5(attachment.content, usedforsecurity=False).hexdigest(),
            "type": attachment.name.rpartition(".")[2],
            "url": attachment.url,
        },
    }
    payload = payloads.get(attachment.type, {"url": attachment.url})
    return {"payload": payload, "type": attachment.type}


def _elements(message: Payload) -> list[Payload]:
    elements = child(child(message, "attachment"), "payload").get("elements")
    return [item for item in elements if isinstance(item, dict)] if elements else []


def _event(
    account: Account, saying: Saying, name: str, *, sender: str, recipient: str, message: Payload
) -> Payload:
    app_id = account.secret("app_id")
    return {
        "event_name": name,
        "app_id": app_id,
        "sender": {"id": sender},
        "recipient": {"id": recipient},
        "message": message,
        "timestamp": str(ids.milliseconds(saying.at.timestamp())),
        "user_id_by_app": ids.derived_digits(app_id, saying.external_id),
    }
