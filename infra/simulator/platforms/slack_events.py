"""Slack's webhooks: events as JSON, pressed buttons as a form, both signed with the time."""

import hashlib
import hmac
import json
import time
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

APP_ID, BOT_ID, BOT_USER = "A0FRONTLINE", "B0FRONTLINE", "U0FRONTLINE"
CUSTOMERS_TEAM = "T0KHACH"
FILES = "files.slack.com"

MIME_TYPES = {"image": "image/jpeg", "gif": "image/gif", "video": "video/mp4", "audio": "audio/mp4"}

_numbers = count(int(time.time() * 1000) % 900_000)

Payload = dict[str, Any]


def fresh_ts(at: datetime) -> str:
    """Return the id of a message: its second, and a number that tells it from others."""
    return f"{int(at.timestamp())}.{next(_numbers) % 1_000_000:06d}"


def team_of(account: Account) -> str:
    """Return the workspace of the company itself."""
    return account.secret("agent_team_id") or "T0HOAMAI"


def direct_channel(external_id: str) -> str:
    return f"D{external_id[1:]}"


def by_customer(saying: Saying, memory: Memory) -> Payload:
    """Return a customer's message: direct, or below the message it answers (`C0…:ts`)."""
    channel, _, thread_ts = saying.reply_to_id.partition(":")
    channel = channel or direct_channel(saying.external_id)
    files = [_file(each, memory) for each in saying.attachments]
    event = {
        "type": "message",
        "client_msg_id": str(uuid4()),
        "text": _escaped(saying.text),
        "blocks": _rich(saying.text),
        "user": saying.external_id,
        "ts": fresh_ts(saying.at),
        "team": CUSTOMERS_TEAM,
        **_place(channel, thread_ts),
    }
    if files:
        event |= {"subtype": "file_share", "files": files, "upload": False}
    return event | {"event_ts": event["ts"]}


def by_agent(account: Account, saying: Saying) -> Payload:
    """Return a colleague's answer in a shared channel, in the thread that the customer began."""
    channel, _, thread_ts = saying.reply_to_id.partition(":")
    channel = channel or f"C{saying.external_id[1:]}"
    ts = fresh_ts(saying.at)
    own = team_of(account)
    return {
        "type": "message",
        "client_msg_id": str(uuid4()),
        "text": _escaped(saying.text),
        "blocks": _rich(saying.text),
        "user": "U0DONGNGHIEP",
        "ts": ts,
        "team": own,
        "user_team": own,
        "source_team": own,
        "parent_user_id": saying.external_id,
        **_place(channel, thread_ts or fresh_ts(saying.at)),
        "event_ts": ts,
    }


def by_bot(account: Account, channel: str, ts: str, posted: Payload) -> Payload:
    """Return the event of what the app itself posted."""
    own = team_of(account)
    event = {
        "type": "message",
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "bot_profile": {"id": BOT_ID, "app_id": APP_ID, "name": "Hoa Mai", "team_id": own},
        "user": BOT_USER,
        "text": posted.get("text", ""),
        "ts": ts,
        "team": own,
        **_place(channel, str(posted.get("thread_ts") or "")),
        "event_ts": ts,
    }
    named = {name: posted[name] for name in ("blocks", "metadata") if posted.get(name)}
    return event | named


def pressed(account: Account, saying: Saying) -> Payload:
    """Return what a pressed button sends."""
    channel, _, ts = saying.reply_to_id.partition(":")
    channel, ts = channel or direct_channel(saying.external_id), ts or fresh_ts(saying.at)
    action = {
        "action_id": "frontline_0",
        "block_id": ids.base64url(3),
        "text": {"type": "plain_text", "text": saying.text, "emoji": True},
        "value": saying.payload,
        "type": "button",
        "action_ts": fresh_ts(saying.at),
    }
    name = saying.name or "khach"
    return {
        "type": "block_actions",
        "user": {"id": saying.external_id, "name": name, "team_id": CUSTOMERS_TEAM},
        "api_app_id": APP_ID,
        "container": {"type": "message", "message_ts": ts, "channel_id": channel},
        "team": {"id": team_of(account), "domain": "hoamai"},
        "channel": {"id": channel, "name": "directmessage"},
        "message": {"type": "message", "user": BOT_USER, "bot_id": BOT_ID, "ts": ts, "text": ""},
        "actions": [action],
    }


def signed(account: Account, event: Payload, at: datetime, *, is_shared: bool = False) -> Webhook:
    """Wrap and sign an event."""
    own, event_id = team_of(account), f"Ev{ids.digits(10)}"
    authorization = {
        "enterprise_id": None,
        "team_id": own,
        "user_id": BOT_USER,
        "is_bot": True,
        "is_enterprise_install": False,
    }
    callback = {
        "token": "no-proof-of-anything",
        "team_id": own,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(at.timestamp()),
        "authorizations": [authorization],
        "is_ext_shared_channel": is_shared or event["channel"].startswith("C"),
        "event_context": ids.base64url(24),
    }
    body = json.dumps(callback, separators=(",", ":")).replace("/", "\\/").encode()
    key = f"{event['channel']}:{event['ts']}"
    return Webhook(
        event_id=event_id,
        message_id=key,
        body=body,
        headers=_headers(account, body, "application/json"),
    )


def signed_form(account: Account, payload: Payload) -> Webhook:
    """Wrap and sign what a pressed button sends: JSON in a field of a form."""
    body = urlencode({"payload": json.dumps(payload, separators=(",", ":"))}).encode()
    (action,) = payload["actions"]
    key = f"{payload['channel']['id']}:{action['action_ts']}"
    headers = _headers(account, body, "application/x-www-form-urlencoded")
    return Webhook(event_id=f"block_actions:{key}", message_id=key, body=body, headers=headers)


def _headers(account: Account, body: bytes, content_type: str) -> dict[str, str]:
    now = str(int(time.time()))
    secret = account.secret("signing_secret").encode()
    signature = hmac.new(secret, b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": f"v0={signature}",
    }


def _place(channel: str, thread_ts: str) -> Payload:
    kind = "im" if channel.startswith("D") else "channel"
    below = {"thread_ts": thread_ts} if thread_ts else {}
    return {"channel": channel, "channel_type": kind, **below}


def _file(attachment: Attachment, memory: Memory) -> Payload:
    file_id = f"F{ids.digits(10)}"
    content = attachment.content or attachment.url.encode()
    memory.files[file_id] = content
    name = attachment.name or "file"
    at = f"https://{FILES}/files-pri/{CUSTOMERS_TEAM}-{file_id}"
    return {
        "id": file_id,
        "name": name,
        "title": name,
        "mimetype": MIME_TYPES.get(attachment.type, "application/octet-stream"),
        "mode": "hosted",
        "size": len(content),
        "is_external": False,
        "url_private": f"{at}/{quote(name)}",
        "url_private_download": f"{at}/download/{quote(name)}",
    }


def _rich(text: str) -> list[Payload]:
    """Return the same words as Slack's own editor keeps them."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": ids.base64url(3), "elements": [section]}]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
