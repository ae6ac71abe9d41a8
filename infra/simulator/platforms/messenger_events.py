"""Meta's webhook for pages: its events, its escaping and its signatures."""

from typing import Any

from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.platforms.graph import escaped_json, signed_headers
from infra.simulator.stack import Account

PAGE_INBOX_APP_ID = 263902037430900
Payload = dict[str, Any]


def fresh_mid() -> str:
    return f"m_{ids.base64url(66)}"


def messages_of(saying: Saying) -> list[Payload]:
    """Return Meta's message for each thing said: a text travels apart from attachments."""
    reply_to = {"reply_to": {"mid": saying.reply_to_id}} if saying.reply_to_id else {}
    messages: list[Payload] = []
    if saying.text:
        messages.append({"mid": fresh_mid(), "text": saying.text, **reply_to})
    if saying.attachments:
        attached = [_attached(attachment) for attachment in saying.attachments]
        messages.append({"mid": fresh_mid(), "attachments": attached, **reply_to})
    return messages


def from_customer(account: Account, saying: Saying, **event: Payload) -> Payload:
    """Return one `messaging` element sent by the customer to the page."""
    return _messaging(saying.external_id, account.secret("page_id"), saying, event)


def to_customer(account: Account, saying: Saying, **event: Payload) -> Payload:
    """Return one `messaging` element sent by the page to the customer."""
    return _messaging(account.secret("page_id"), saying.external_id, saying, event)


def app_id_of(account: Account) -> int | str:
    """Return the app id as Meta prints it in an echo: a number."""
    app_id = account.secret("app_id")
    return int(app_id) if app_id.isdigit() else app_id


def signed(account: Account, messaging: Payload, message_id: str) -> Webhook:
    """Wrap and sign one element: HMAC under the app secret, over the escaped bytes."""
    entry = {
        "time": messaging["timestamp"] + 120,
        "id": account.secret("page_id"),
        "messaging": [messaging],
    }
    body = escaped_json({"object": "page", "entry": [entry]})
    return Webhook(
        event_id=f"{_kind(messaging)}:{message_id}",
        message_id=message_id,
        body=body,
        headers=signed_headers(account.secret("app_secret"), body),
    )


def _kind(messaging: Payload) -> str:
    kinds = ("message", "postback", "delivery", "read")
    return next(kind for kind in kinds if kind in messaging)


def _attached(attachment: Attachment) -> Payload:
    if attachment.type == "sticker":
        sticker_id = int(ids.derived_digits(attachment.url, length=15))
        return {"type": "sticker", "payload": {"url": attachment.url, "sticker_id": sticker_id}}
    if attachment.type == "location":
        place = {"lat": attachment.latitude or 0.0, "long": attachment.longitude or 0.0}
        return {"type": "location", "payload": {"coordinates": place}}
    if attachment.type == "link":
        return {"type": "fallback", "payload": {"url": attachment.url, "title": attachment.name}}
    return {"type": attachment.type, "payload": {"url": attachment.url}}


def _messaging(sender: str, recipient: str, saying: Saying, event: dict[str, Payload]) -> Payload:
    return {
        "sender": {"id": sender},
        "recipient": {"id": recipient},
        "timestamp": ids.milliseconds(saying.at.timestamp()),
        **event,
    }
