"""WhatsApp's files: an id in the webhook, a place that dies soon, and the bytes by token."""

import base64
import hashlib
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import default
from typing import Any

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import ApiAnswer, ApiRequest, Attachment
from infra.simulator.platforms.graph import failure, no_such_object

LOOKASIDE = "lookaside.fbsbx.com"
CAPTIONED = {"image", "video", "document"}

Payload = dict[str, Any]


class Media:
    """The files that customers sent and the account uploaded, by id."""

    def __init__(self) -> None:
        self._types: dict[str, str] = {}

    def content_of(self, attachment: Attachment, caption: str, memory: Memory) -> Payload:
        """Return a message's content for something a customer sends along."""
        kind = _KINDS.get(attachment.type, "document")
        if kind == "location":
            place = {
                "latitude": attachment.latitude or 0.0,
                "longitude": attachment.longitude or 0.0,
            }
            return {"type": kind, kind: place}
        if kind == "text":
            return {"type": kind, kind: {"body": " ".join(filter(None, (caption, attachment.url)))}}
        content = attachment.content or attachment.url.encode()
        file: Payload = {
            "mime_type": _TYPES[kind],
            "sha256": _sha256(content),
            "id": self.keep(content, _TYPES[kind], memory),
        }
        if caption and kind in CAPTIONED:
            file["caption"] = caption
        more: Mapping[str, Payload] = {
            "audio": {"voice": True},
            "sticker": {"animated": False},
            "document": {"filename": attachment.name or "file"},
        }
        return {"type": kind, kind: {**file, **more.get(kind, {})}}

    def keep(self, content: bytes, mime_type: str, memory: Memory) -> str:
        media_id = ids.digits(16)
        memory.files[media_id] = content
        self._types[media_id] = mime_type
        return media_id

    def upload(self, request: ApiRequest, memory: Memory) -> ApiAnswer:
        """Answer a multipart upload with the new file's id."""
        head = b"content-type: " + request.headers.get("content-type", "").encode() + b"\r\n\r\n"
        form = BytesParser(policy=default).parsebytes(head + request.body)
        for part in form.iter_parts() if form.is_multipart() else ():
            if part.get_filename():
                content = part.get_payload(decode=True)
                kept = content if isinstance(content, bytes) else b""
                return ApiAnswer(body={"id": self.keep(kept, part.get_content_type(), memory)})
        return failure(100, "(#100) The parameter file is required.")

    def place(self, media_id: str, memory: Memory) -> ApiAnswer:
        """Answer where a file lies."""
        content = memory.files.get(media_id)
        if content is None:
            return no_such_object(media_id)
        query = f"mid={media_id}&ext={ids.digits(10)}&hash={ids.base64url(20)}"
        return ApiAnswer(
            body={
                "messaging_product": "whatsapp",
                "url": f"https://{LOOKASIDE}/whatsapp_business/attachments/?{query}",
                "mime_type": self._types.get(media_id, "application/octet-stream"),
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_size": len(content),
                "id": media_id,
            }
        )

    def download(self, request: ApiRequest, memory: Memory) -> ApiAnswer:
        """Answer with the bytes themselves."""
        media_id = request.query.get("mid", "")
        content = memory.files.get(media_id)
        if content is None:
            return ApiAnswer(status=404, body=b"Not Found", headers={"content-type": "text/plain"})
        return ApiAnswer(body=content, headers={"content-type": self._types.get(media_id, "")})


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


_KINDS = {
    "image": "image",
    "gif": "video",
    "video": "video",
    "audio": "audio",
    "file": "document",
    "sticker": "sticker",
    "location": "location",
    "link": "text",
}
_TYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/ogg; codecs=opus",
    "document": "application/pdf",
    "sticker": "image/webp",
}
