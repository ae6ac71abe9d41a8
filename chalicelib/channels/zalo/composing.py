"""What goes out to Zalo: consultation messages, as words or as a picture by its address.

https://developers.zalo.me/docs/official-account/tin-nhan/tin-tu-van
"""

from typing import Any

from chalicelib.channels.base import OutboundFile, OutboundMessage
from chalicelib.domain.messages import Attachment

_PICTURES = frozenset({"image/jpeg", "image/png"})
_PICTURE_LIMIT = 1_000_000
_NAME_LIMIT = 100


def consultation(message: OutboundMessage) -> dict[str, Any]:
    """Return the body of a send call.

    Only pictures are fetched from an address; every other file would have to be uploaded before,
    so its link goes instead.
    """
    return {"recipient": {"user_id": message.to.external_id}, "message": _said(message)}


def _said(message: OutboundMessage) -> dict[str, Any]:
    pictures = [file for file in message.files if is_picture(file)]
    if pictures and len(message.files) == 1:
        caption = {"text": message.text} if message.text else {}
        return {**caption, "attachment": _media(pictures[0])}
    words = filter(None, (message.text, *map(_link, message.files)))
    return {"text": "\n".join(words), **_quote(message)}


def _quote(message: OutboundMessage) -> dict[str, str]:
    """Quote in the first part of a person's answer; a refused quote is left out the next time."""
    if message.automatic or message.part or message.attempt > 1 or not message.reply_to_id:
        return {}
    return {"quote_message_id": message.reply_to_id}


def is_picture(file: OutboundFile | Attachment) -> bool:
    """Tell what Zalo fetches from an address: JPEG and PNG of up to 1 MB."""
    return file.mime_type in _PICTURES and (file.size or 0) <= _PICTURE_LIMIT


def _media(file: OutboundFile) -> dict[str, Any]:
    element = {"media_type": "image", "url": file.url}
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


def _link(file: OutboundFile) -> str:
    return f"{file.name[:_NAME_LIMIT]}\n{file.url}"
