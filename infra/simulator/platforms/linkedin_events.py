"""LinkedIn's webhook: its notifications and their signature."""

import hashlib
import hmac
import json
from typing import Any

from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Saying, Webhook
from infra.simulator.stack import Account

Payload = dict[str, Any]
EVENT_TYPE = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"


def organisation_of(account: Account) -> str:
    return f"urn:li:organization:{account.secret('organization_id')}"


def post_of(account: Account) -> str:
    """Return the page's post under which all is said."""
    return f"urn:li:activity:{ids.derived_digits('linkedin', account.account)}"


def fresh_comment(account: Account) -> str:
    return f"urn:li:comment:({post_of(account)},{ids.digits(19)})"


def notification(
    account: Account, action: str, urn: str, saying: Saying, comment: Payload | None
) -> Webhook:
    """Return a signed webhook with one notification; it writes a comment's name in short."""
    note: Payload = {
        "subscriber": "urn:li:person:quanTri001",
        "lastModifiedAt": ids.milliseconds(saying.at.timestamp()),
        "decoratedSourcePost": {
            "owner": organisation_of(account),
            "mediaCategory": "NONE",
            "text": "Hàng mới về",
            "entity": f"urn:li:share:{ids.derived_digits('share', account.account)}",
        },
        "sourcePost": post_of(account),
        "action": action,
        "notificationId": int(ids.digits(10)),
        "organizationalEntity": organisation_of(account),
        "generatedActivity": urn.replace("(urn:li:", "("),
    }
    if comment is not None:
        note["decoratedGeneratedActivity"] = {
            "comment": {**comment, "entity": urn, "object": post_of(account)}
        }
    document = {"type": EVENT_TYPE, "notifications": [note]}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    secret = account.secret("client_secret").encode()
    signature = hmac.new(secret, b"hmacsha256=" + body, hashlib.sha256).hexdigest()
    return Webhook(
        event_id=str(note["notificationId"]),
        message_id=urn,
        body=body,
        headers={"Content-Type": "application/json", "X-LI-Signature": signature},
    )


def comment_of(author: str, saying: Saying) -> Payload:
    """Return a comment as a notification tells it."""
    comment = {"owner": author, "text": saying.text}
    return {**comment, "parentComment": saying.reply_to_id} if saying.reply_to_id else comment
