"""The Bot Framework's webhook: its activities, and the token that it signs for each."""

import json
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

SERVICE = "https://smba.trafficmanager.net/apac/"
SHAREPOINT = "simulated.sharepoint.com"
DOWNLOAD_INFO = "application/vnd.microsoft.teams.file.download.info"

Payload = dict[str, Any]


class _Newest:
    """The newest id: two activities of one millisecond are two all the same."""

    id = 0


def fresh_id(at: datetime) -> str:
    """Return an activity's id: the millisecond it was sent in."""
    _Newest.id = max(_Newest.id + 1, ids.milliseconds(at.timestamp()))
    return str(_Newest.id)


class Signer:
    """Microsoft's key, made when it is first needed, and what is signed with it."""

    def __init__(self) -> None:
        self._kid = ids.base64url(20)

    @cached_property
    def _key(self) -> RSAPrivateKey:
        return generate_private_key(public_exponent=65537, key_size=2048)

    def document(self) -> Payload:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        key = {
            **public,
            "use": "sig",
            "kid": self._kid,
            "x5t": self._kid,
            "endorsements": ["msteams", "webchat", "directline"],
        }
        return {"keys": [key]}

    def webhook(self, account: Account, said: Payload) -> Webhook:
        now = int(datetime.now(UTC).timestamp())
        claims = {
            "serviceurl": said["serviceUrl"],
            "nbf": now,
            "exp": now + 3600,
            "iss": "https://api.botframework.com",
            "aud": account.secret("app_id"),
        }
        token = jwt.encode(claims, self._key, "RS256", {"kid": self._kid, "x5t": self._kid})
        return Webhook(
            event_id=f"{said['type']}:{said['id']}",
            message_id=str(said["id"]),
            body=json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(),
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
                "Authorization": f"Bearer {token}",
            },
        )


def conversation_id(external_id: str) -> str:
    """Return the id of the personal chat that a person has with the bot."""
    return f"a:{external_id.removeprefix('29:')}"


def activity(account: Account, saying: Saying, kind: str, **more: Any) -> Payload:
    """Return one activity of a personal chat."""
    tenant = account.secret("tenant_id")
    at = saying.at.astimezone(UTC)
    return {
        "type": kind,
        # A tenth of a microsecond is how exactly Microsoft tells the time.
        "timestamp": f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z",
        "localTimestamp": f"{saying.at.isoformat()}",
        "id": fresh_id(at),
        "channelId": "msteams",
        "serviceUrl": SERVICE,
        "from": {
            "id": saying.external_id,
            "name": saying.name or "Khách",
            "aadObjectId": str(uuid5(NAMESPACE_OID, saying.external_id)),
        },
        "conversation": {
            "conversationType": "personal",
            "tenantId": tenant,
            "id": conversation_id(saying.external_id),
        },
        "recipient": {"id": f"28:{account.secret('app_id')}", "name": account.account},
        "entities": [
            {
                "locale": "vi-VN",
                "country": "VN",
                "platform": "Web",
                "timezone": "Asia/Ho_Chi_Minh",
                "type": "clientInfo",
            }
        ],
        "channelData": {"tenant": {"id": tenant}},
        "locale": "vi-VN",
        "localTimezone": "Asia/Ho_Chi_Minh",
        **more,
    }


def message(account: Account, saying: Saying, memory: Memory) -> Payload:
    """Return what a person said, with its files; Teams sends the words a second time as HTML."""
    attached = [_attached(each, memory) for each in saying.attachments]
    mirrored = {"contentType": "text/html", "content": f"<p>{saying.text}</p>"}
    said = {"text": saying.text, "textFormat": "plain", "attachments": [*attached, mirrored]}
    reply = {"replyToId": saying.reply_to_id} if saying.reply_to_id else {}
    return activity(account, saying, "message", **said, **reply)


def _attached(attachment: Attachment, memory: Memory) -> Payload:
    file_id = ids.hexadecimal(32)
    memory.files[file_id] = attachment.content or attachment.url.encode()
    if attachment.type in ("image", "gif", "sticker"):
        return {
            "contentType": "image/*",
            "contentUrl": f"{SERVICE}v3/attachments/{file_id}/views/original",
        }
    if attachment.type == "audio":
        return {
            "contentType": "audio/mp4",
            "contentUrl": f"{SERVICE}v3/attachments/{file_id}/views/original",
            "name": attachment.name,
        }
    name = attachment.name or "file"
    return {
        "contentType": DOWNLOAD_INFO,
        "contentUrl": f"https://{SHAREPOINT}/personal/khach/Documents/{name}",
        "name": name,
        "content": {
            "downloadUrl": f"https://{SHAREPOINT}/download/{file_id}",
            "uniqueId": file_id,
            "fileType": name.rpartition(".")[2],
        },
    }
