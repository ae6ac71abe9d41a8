"""X's webhook: the Activity API's events and their signature."""

import base64
import hashlib
import hmac
import html
import json
from datetime import datetime
from typing import Any

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

Payload = dict[str, Any]

KINDS = {"image": "photo", "video": "video", "gif": "animated_gif", "audio": "video"}


def fresh_id() -> str:
    return ids.digits(19)


def activity(
    account: Account, kind: str, message_id: str, payload: Payload, includes: Payload | None = None
) -> Webhook:
    """Wrap and sign one event: HMAC under the consumer secret, in base64."""
    data: Payload = {
        "event_uuid": fresh_id(),
        "filter": {"user_id": account.secret("user_id")},
        "event_type": kind,
        "tag": account.account,
        "payload": payload,
    }
    if includes is not None:
        data["includes"] = includes
    body = json.dumps({"data": data}, ensure_ascii=False, separators=(",", ":")).encode()
    digest = hmac.new(account.secret("consumer_secret").encode(), body, hashlib.sha256).digest()
    signature = f"sha256={base64.b64encode(digest).decode()}"
    return Webhook(
        event_id=str(data["event_uuid"]),
        message_id=message_id,
        body=body,
        headers={
            "Content-Type": "application/json",
            "x-twitter-webhooks-signature": signature,
        },
    )


def messages_of(saying: Saying, memory: Memory) -> list[Payload]:
    """Return a message's data for each thing said: one file at most travels with a message."""
    parts = [_attached(attachment, memory) for attachment in saying.attachments] or [{}]
    for part in parts:
        link = part.get("attachment", {}).get("media", {}).get("url", "")
        words = html.escape(saying.text, quote=False) if part is parts[0] else ""
        part["text"] = f"{words} {link}".strip()
        part["entities"] = {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}
    return parts


def message(
    account: Account, saying: Saying, data: Payload, message_id: str, *, from_us: bool = False
) -> Webhook:
    """Return the webhook of one direct message, either way."""
    ours = account.secret("user_id")
    sender, recipient = (ours, saying.external_id) if from_us else (saying.external_id, ours)
    media = data.get("attachment", {}).get("media")
    if media and media["media_url_https"].startswith("https://ton."):
        file_url = media["media_url_https"].replace("/dm/0/", f"/dm/{message_id}/")
        media["media_url"] = media["media_url_https"] = file_url
    event = {
        "type": "message_create",
        "id": message_id,
        "created_timestamp": str(ids.milliseconds(saying.at.timestamp())),
        "message_create": {
            "target": {"recipient_id": recipient},
            "sender_id": sender,
            "message_data": data,
        },
    }
    users = {saying.external_id: {"data": user(saying)}, ours: {"data": _us(account)}}
    payload = {"direct_message_events": [event], "users": users}
    return activity(account, "dm.sent" if from_us else "dm.received", message_id, payload)


def read_receipt(account: Account, saying: Saying, last_id: str) -> Webhook:
    event = {
        "created_timestamp": str(ids.milliseconds(saying.at.timestamp())),
        "sender_id": saying.external_id,
        "target": {"recipient_id": account.secret("user_id")},
        "last_read_event_id": last_id,
    }
    users = {saying.external_id: {"data": user(saying)}}
    payload = {"direct_message_mark_read_events": [event], "users": users}
    return activity(account, "dm.read", last_id, payload)


def post(account: Account, saying: Saying, post_id: str, *, from_us: bool = False) -> Webhook:
    """Return the webhook of one public post, either way; `reply_to_id` makes it a reply."""
    payload: Payload = {
        "paid_partnership": False,
        "created_at": _iso(saying.at),
        "edit_history_tweet_ids": [post_id],
        "conversation_id": saying.reply_to_id or post_id,
        "text": html.escape(saying.text, quote=False),
        "author_id": account.secret("user_id") if from_us else saying.external_id,
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "id": post_id,
        "lang": "vi",
    }
    if saying.reply_to_id:
        to = saying.external_id if from_us else account.secret("user_id")
        payload |= {"in_reply_to_tweet_id": saying.reply_to_id, "in_reply_to_user_id": to}
        payload["referenced_tweets"] = [{"type": "replied_to", "id": saying.reply_to_id}]
    kind = "post.create" if from_us else "post.mention.create"
    return activity(account, kind, post_id, payload, {"users": [user(saying), _us(account)]})


def user(saying: Saying) -> Payload:
    return {
        "id": saying.external_id,
        "name": saying.name or f"Khách {saying.external_id[-4:]}",
        "username": f"khach_{saying.external_id[-8:]}",
        "protected": False,
        "verified": False,
    }


def _us(account: Account) -> Payload:
    ours = account.secret("user_id")
    return {"id": ours, "name": account.account, "username": f"us_{ours[-8:]}", "protected": False}


def _attached(attachment: Attachment, memory: Memory) -> Payload:
    if attachment.type == "location":
        place = [attachment.longitude or 0.0, attachment.latitude or 0.0]
        coordinates = {"coordinates": {"type": "Point", "coordinates": place}}
        location = {"type": "shared_coordinate", "shared_coordinate": coordinates}
        return {"attachment": {"type": "location", "location": location}}
    media_id, url = fresh_id(), attachment.url
    if attachment.content:
        memory.files[media_id] = attachment.content
        url = f"https://ton.twitter.com/1.1/ton/data/dm/0/{media_id}/{ids.base64url(6)}.jpg"
    kind = KINDS.get(attachment.type, "photo")
    media: Payload = {
        "id_str": media_id,
        "media_url": url,
        "media_url_https": url,
        "url": f"https://t.co/{ids.hexadecimal(10)}",
        "type": kind,
    }
    if kind != "photo" and not attachment.content:
        media["video_info"] = {"variants": [{"bitrate": 832000, "url": url}]}
    return {"attachment": {"type": "media", "media": media}}


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
