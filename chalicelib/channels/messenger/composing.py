"""What goes out to Messenger: a text with quick replies, or one file by its address.

https://developers.facebook.com/docs/messenger-platform/reference/send-api
"""

from typing import Any

from chalicelib.channels.base import OutboundFile, OutboundMessage, Passage
from chalicelib.domain.messages import AttachmentKind, Button

_MOST_BUTTONS = 13
_TITLE_LIMIT = 20
_PAYLOAD_LIMIT = 1000
_MID = ("m_", "mid.")


def send_call(message: OutboundMessage) -> dict[str, Any]:
    """Return the body of a send call; our id comes back as `metadata` of the echo."""
    return {
        "recipient": {"id": message.to.external_id},
        **_kind(message.passage),
        **_quote(message),
        "message": {**_content(message), **_quick_replies(message), "metadata": message.id},
    }


def _kind(passage: Passage) -> dict[str, str]:
    if passage is Passage.TAGGED:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def _content(message: OutboundMessage) -> dict[str, Any]:
    """Return words or a file: Messenger takes no message with both."""
    if len(message.files) == 1 and not message.text:
        return {"attachment": _attachment(message.files[0])}
    return {"text": "\n".join(filter(None, (message.text, *(f.url for f in message.files))))}


def _attachment(file: OutboundFile) -> dict[str, Any]:
    kind = _KINDS.get(file.kind, "file")
    return {"type": kind, "payload": {"url": file.url, "is_reusable": False}}


def _quick_replies(message: OutboundMessage) -> dict[str, Any]:
    replies = [_quick_reply(button) for button in message.buttons[:_MOST_BUTTONS]]
    return {"quick_replies": replies} if replies else {}


def _quick_reply(button: Button) -> dict[str, str]:
    return {
        "content_type": "text",
        "title": _fitting(button.title),
        "payload": button.payload[:_PAYLOAD_LIMIT],
    }


def _fitting(title: str) -> str:
    return title if len(title) <= _TITLE_LIMIT else f"{title[: _TITLE_LIMIT - 1].rstrip()}…"


def _quote(message: OutboundMessage) -> dict[str, Any]:
    """Quote in the first part of a person's answer, once: a message taken back can't be quoted.

    What we named ourselves, as an older postback, is no message of Messenger's.
    """
    mid = message.reply_to_id or ""
    if message.automatic or message.part or message.attempt > 1 or not mid.startswith(_MID):
        return {}
    return {"reply_to": {"mid": mid}}


_KINDS = {
    AttachmentKind.IMAGE: "image",
    AttachmentKind.AUDIO: "audio",
    AttachmentKind.VIDEO: "video",
}
