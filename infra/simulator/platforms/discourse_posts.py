"""A forum's posts, users and topics as Discourse prints them, and its signed web hook."""

import hashlib
import hmac
import html
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

HOST = "forum.gomhoamai.example"
DESK_USER = 42
AROUND = 10
Payload = dict[str, Any]


@dataclass(slots=True)
class Topic:
    """One topic; who began it and, in private, who may read it."""

    id: int
    title: str
    user: Payload
    is_private: bool = False
    is_closed: bool = False
    readers: list[Payload] = field(default_factory=list)
    posts: list[Payload] = field(default_factory=list)

    @property
    def archetype(self) -> str:
        return "private_message" if self.is_private else "regular"


def hooked(account: Account, event: str, post: Payload) -> Webhook:
    """Sign a web hook; its event id is new at each attempt in life, so nothing rests on it."""
    body = json.dumps({"post": post}, ensure_ascii=False, separators=(",", ":")).encode()
    secret = account.secret("webhook_secret").encode()
    base_url = account.secret("base_url")
    event_id = ids.digits(6)
    return Webhook(
        event_id=event_id,
        message_id=message_id(post),
        body=body,
        headers={
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "Discourse/3.5.0",
            "X-Discourse-Instance": base_url,
            "X-Discourse-Event-Id": event_id,
            "X-Discourse-Event-Type": "post",
            "X-Discourse-Event": event,
            "X-Discourse-Event-Signature": "sha256="
            + hmac.new(secret, body, hashlib.sha256).hexdigest(),
        },
    )


def message_id(post: Payload) -> str:
    return f"{post['topic_id']}/{post['post_number']}"


def new_post(post_id: int, topic: Topic, user: Payload, raw: str, saying: Saying) -> Payload:
    """Return the next post of a topic; its uploads are put in by `cooked`."""
    at = saying.at
    return {
        "id": post_id,
        "name": user["name"],
        "username": user["username"],
        "avatar_template": f"/letter_avatar_proxy/v4/letter/{user['username'][:1]}/a.png",
        "created_at": printed(at),
        "cooked": f"<p>{html.escape(raw)}</p>",
        "post_number": len(topic.posts) + 1,
        "post_type": 1,
        "updated_at": printed(at),
        "reply_count": 0,
        "reply_to_post_number": None,
        "quote_count": 0,
        "avg_time": None,
        "incoming_link_count": 0,
        "reads": 0,
        "score": 0,
        "topic_id": topic.id,
        "topic_slug": "chu-de",
        "topic_title": topic.title,
        "display_username": user["name"],
        "primary_group_name": None,
        "version": 1,
        "user_title": None,
        "raw": raw,
        "moderator": False,
        "admin": False,
        "staff": False,
        "user_id": user["id"],
        "hidden": False,
        "trust_level": 1,
        "deleted_at": None,
        "user_deleted": False,
        "edit_reason": None,
        "wiki": False,
        "topic_archetype": topic.archetype,
        "category_slug": "" if topic.is_private else "hoi-dap",
    }


def view(topic: Topic, number: int) -> Payload:
    around = [p for p in topic.posts if abs(p["post_number"] - number) < AROUND]
    return {
        "post_stream": {
            "posts": [dict(post) for post in around],
            "stream": [post["id"] for post in topic.posts],
        },
        "id": topic.id,
        "title": topic.title,
        "fancy_title": topic.title,
        "posts_count": len(topic.posts),
        "slug": "chu-de",
        "archetype": topic.archetype,
        "closed": topic.is_closed,
        "archived": False,
        "user_id": topic.user["id"],
        "details": {
            "created_by": topic.user,
            "allowed_users": topic.readers,
            "allowed_groups": [],
        },
    }


def user_of(saying: Saying) -> Payload:
    name = saying.name or f"khach_{saying.external_id}"
    username = re.sub(r"\W+", "_", name.lower(), flags=re.ASCII).strip("_") or "khach"
    return {
        "id": int(saying.external_id),
        "username": f"{username}_{saying.external_id[-3:]}",
        "name": name,
    }


def author(post: Payload) -> Payload:
    return {"id": post["user_id"], "username": post["username"], "name": post["name"]}


def desk_user(account: Account) -> Payload:
    return {"id": DESK_USER, "username": account.secret("username"), "name": "Gốm Hoa Mai"}


def markdown(saying: Saying) -> str:
    uploads = (
        f"![{each.name or 'anh'}|100x100](upload://{ids.hexadecimal(20)}.png)"
        if each.type in ("image", "gif")
        else f"[{each.name or 'tep'}|attachment](upload://{ids.hexadecimal(20)}.bin) (1 KB)"
        for each in saying.attachments
    )
    return "\n\n".join(part for part in (saying.text, *uploads) if part)


def cooked(attachment: Attachment, memory: Memory | None) -> str:
    url = attachment.url
    if attachment.content and memory is not None:
        file_id = f"{ids.hexadecimal(40)}.bin"
        memory.files[file_id] = attachment.content
        url = f"//{HOST}/uploads/default/original/1X/{file_id}"
    address, name = html.escape(url), html.escape(attachment.name)
    if attachment.type in ("image", "gif"):
        return f'<p><img src="{address}" alt="{name}" width="100" height="100"></p>'
    return f'<p><a class="attachment" href="{address}">{name or "tep"}</a> (1 KB)</p>'


def printed(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
