"""Meta's webhook for Instagram: messages and comments, escaped and signed."""

import re
import unicodedata
from datetime import datetime

from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, NotOnThisPlatformError, Saying, Webhook
from infra.simulator.platforms.graph import Payload, escaped_json, signed_headers
from infra.simulator.stack import Account

_TYPES = {
    "image": "image",
    "gif": "image",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "sticker": "like_heart",
    "link": "share",
}


def fresh_mid() -> str:
    return f"aWdfZAG1faXRlbTox{ids.base64url(90)}"


def fresh_id() -> str:
    """Return the id of a comment or of a picture."""
    return f"17{ids.digits(15)}"


def is_in_public(said_id: str) -> bool:
    """Whether an id is that of a picture or comment: those of messages aren't numbers."""
    return said_id.isdigit()


def username(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D")).lower()
    return ".".join(re.findall("[a-z0-9]+", plain.encode("ascii", "ignore").decode()))


def messages_of(saying: Saying) -> list[Payload]:
    """Return Instagram's message for each thing said: a text travels apart from attachments."""
    reply_to = {"reply_to": {"mid": saying.reply_to_id}} if saying.reply_to_id else {}
    messages: list[Payload] = []
    if saying.text:
        messages.append({"mid": fresh_mid(), "text": saying.text, **reply_to})
    if saying.attachments:
        attached = [_attached(attachment) for attachment in saying.attachments]
        messages.append({"mid": fresh_mid(), "attachments": attached, **reply_to})
    return messages


def from_customer(account: Account, saying: Saying, said_id: str, **event: Payload) -> Webhook:
    parties = (saying.external_id, account.secret("account_id"))
    return _messaging(account, parties, saying.at, said_id, event)


def to_customer(account: Account, saying: Saying, said_id: str, **event: Payload) -> Webhook:
    parties = (account.secret("account_id"), saying.external_id)
    return _messaging(account, parties, saying.at, said_id, event)


def comment(
    account: Account, author: Payload, under: str, text: str, at: datetime, *, is_reply: bool
) -> Webhook:
    """Return the change of a comment on a picture, or of a reply to the comment `under`."""
    said_id = fresh_id()
    media_id = ids.derived_digits("media", under, length=17) if is_reply else under
    value = {
        "from": author,
        "media": {"id": media_id, "media_product_type": "FEED"},
        "id": said_id,
        **({"parent_id": under} if is_reply else {}),
        "text": text,
    }
    change = {"field": "comments", "value": value}
    entry = {"id": account.secret("account_id"), "time": int(at.timestamp()), "changes": [change]}
    return _signed(account, entry, f"comments:{said_id}", said_id)


def _messaging(
    account: Account,
    parties: tuple[str, str],
    at: datetime,
    said_id: str,
    event: dict[str, Payload],
) -> Webhook:
    sender, recipient = parties
    moment = ids.milliseconds(at.timestamp())
    item = {
        "sender": {"id": sender},
        "recipient": {"id": recipient},
        "timestamp": moment,
        **event,
    }
    entry = {"time": moment + 120, "id": account.secret("account_id"), "messaging": [item]}
    return _signed(account, entry, f"{next(iter(event))}:{said_id}", said_id)


def _signed(account: Account, entry: Payload, event_id: str, said_id: str) -> Webhook:
    body = escaped_json({"object": "instagram", "entry": [entry]})
    return Webhook(
        event_id=event_id,
        message_id=said_id,
        body=body,
        headers=signed_headers(account.secret("app_secret"), body),
    )


def _attached(attachment: Attachment) -> Payload:
    kind = _TYPES.get(attachment.type)
    if kind is None:
        raise NotOnThisPlatformError(f"instagram has no {attachment.type}")
    return {"type": kind, **({"payload": {"url": attachment.url}} if attachment.url else {})}
