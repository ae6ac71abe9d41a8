"""Meta's webhook for what is said on a page in public: its changes, escaped and signed."""

from datetime import datetime
from typing import Any

from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.platforms.graph import Payload, escaped_json, signed_headers
from infra.simulator.stack import Account


def fresh_comment_id(post_id: str) -> str:
    """Return a comment's id, which begins with the number of its post."""
    return f"{post_id.rpartition('_')[2]}_{ids.digits(15)}"


def fresh_post_id(account: Account) -> str:
    return f"{account.secret('page_id')}_{ids.digits(18)}"


def standing_post_id(account: Account) -> str:
    """Return the one post that the page has published: who names no other comments on it."""
    page_id = account.secret("page_id")
    return f"{page_id}_{ids.derived_digits('post', page_id, length=18)}"


def post_of(account: Account, said_id: str) -> str:
    """Return the post that a comment stands under; a post is its own."""
    page_id = account.secret("page_id")
    if said_id.startswith(f"{page_id}_"):
        return said_id
    return f"{page_id}_{said_id.partition('_')[0]}"


def comment(account: Account, author: Payload | None, under: str, **told: Any) -> Payload:
    """Return the change of a comment under a post or another comment."""
    post_id = post_of(account, under)
    return {
        **({"from": author} if author else {}),
        "post": {
            "status_type": "mobile_status_update",
            "is_published": True,
            "updated_time": "2026-03-02T02:00:00+0000",
            "permalink_url": f"https://www.facebook.com/{post_id}",
            "promotion_status": "inactive",
            "id": post_id,
        },
        "post_id": post_id,
        "item": "comment",
        "parent_id": under,
        "verb": "add",
        **told,
    }


def shown(attachment: Attachment | None) -> Payload:
    """Return what the change tells of a picture or film: of a sticker, nothing."""
    kinds = {"image": "photo", "gif": "video", "video": "video", "link": "link"}
    name = kinds.get(attachment.type) if attachment else None
    return {name: attachment.url} if attachment and name else {}


def author_of(saying: Saying) -> Payload | None:
    """Return who wrote. Of somebody without a name Meta doesn't tell: he has to be looked up."""
    return {"id": saying.external_id, "name": saying.name} if saying.name else None


def page_of(account: Account) -> Payload:
    return {"id": account.secret("page_id"), "name": account.account}


def changed(
    account: Account, value: Payload, said_id: str, at: datetime, field: str = "feed"
) -> Webhook:
    """Wrap and sign one change, which tells seconds where Messenger tells milliseconds."""
    seconds = int(at.timestamp())
    change = {"value": {**value, "created_time": seconds}, "field": field}
    entry = {"id": account.secret("page_id"), "time": seconds + 1, "changes": [change]}
    body = escaped_json({"entry": [entry], "object": "page"})
    return Webhook(
        event_id=f"{value['verb']}:{said_id}",
        message_id=said_id,
        body=body,
        headers=signed_headers(account.secret("app_secret"), body),
    )
