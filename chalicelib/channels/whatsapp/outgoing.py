"""A message in the words of the Cloud API.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
"""

from typing import Any

from chalicelib.channels.base import OutboundFile, OutboundMessage, Passage
from chalicelib.channels.splitting import split, utf16_units
from chalicelib.domain.messages import AttachmentKind, Button, Template
from chalicelib.errors import PermanentSendError, SendFailure

Json = dict[str, Any]

_REPLY_BUTTONS, _LIST_ROWS = 3, 10
_BUTTON_TITLE, _ROW_TITLE, _ROW_DESCRIPTION = 20, 24, 72
_BUTTONS_TEXT = _CAPTION = 1024
_LIST_LABEL = "Chọn · Choose"


def body_of(message: OutboundMessage) -> Json:
    """Return the JSON that sends `message`, our id in it, which comes back in every status.

    Raises `PermanentSendError` where only a template may go and there is none.
    """
    answered = {"context": {"message_id": message.reply_to_id}} if message.reply_to_id else {}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **_recipient(message.to.external_id),
        **answered,
        **_content(message),
        "biz_opaque_callback_data": message.id,
    }


def _recipient(external_id: str) -> Json:
    # A phone is digits; a business-scoped user id has a country before its dot.
    return {"to": external_id} if external_id.isdigit() else {"recipient": external_id}


def _content(message: OutboundMessage) -> Json:
    if message.template:
        return {"type": "template", "template": _template(message.template)}
    if message.passage is Passage.TEMPLATE:
        raise PermanentSendError("only a template may go now", SendFailure.WINDOW_CLOSED)
    if message.files:
        return _file(message.files[0], message.text)
    if message.buttons:
        return {"type": "interactive", "interactive": _choices(message.text, message.buttons)}
    return {"type": "text", "text": {"body": message.text, "preview_url": False}}


def _template(template: Template) -> Json:
    parameters = [{"type": "text", "text": each} for each in template.parameters]
    components = [{"type": "body", "parameters": parameters}] if parameters else []
    return {
        "name": template.name,
        "language": {"code": template.language},
        **({"components": components} if components else {}),
    }


def _file(file: OutboundFile, caption: str) -> Json:
    kind = _KINDS.get(file.kind, "document") if _is_shown(file) else "document"
    words = {"caption": caption} if 0 < utf16_units(caption) <= _CAPTION else {}
    more = {
        "image": words,
        "video": words,
        "document": {**words, "filename": file.name},
    }
    return {"type": kind, kind: {"link": file.url, **more.get(kind, {})}}


def _is_shown(file: OutboundFile) -> bool:
    """Tell whether WhatsApp shows or plays the file: others go as documents, up to 100 MB."""
    types, megabytes = _SHOWN.get(file.kind, (frozenset(), 0))
    mime_type = file.mime_type.partition(";")[0].strip().lower()
    return mime_type in types and (file.size or 0) <= megabytes * 1_000_000


def _choices(text: str, buttons: tuple[Button, ...]) -> Json:
    are_few = len(buttons) <= _REPLY_BUTTONS and utf16_units(text) <= _BUTTONS_TEXT
    if are_few and all(utf16_units(each.title) <= _BUTTON_TITLE for each in buttons):
        replies = [{"id": each.payload, "title": each.title} for each in buttons]
        actions: Json = {"buttons": [{"type": "reply", "reply": each} for each in replies]}
        return {"type": "button", "body": {"text": text}, "action": actions}
    rows = [_row(each) for each in buttons[:_LIST_ROWS]]
    actions = {"button": _LIST_LABEL, "sections": [{"rows": rows}]}
    return {"type": "list", "body": {"text": text}, "action": actions}


def _row(button: Button) -> Json:
    title = _begin(button.title, _ROW_TITLE)
    row = {"id": button.payload, "title": title}
    if title == button.title:
        return row
    return {**row, "description": _begin(button.title, _ROW_DESCRIPTION)}


def _begin(text: str, limit: int) -> str:
    return next(iter(split(text, limit, utf16_units)), text)


_KINDS = {
    AttachmentKind.IMAGE: "image",
    AttachmentKind.AUDIO: "audio",
    AttachmentKind.VIDEO: "video",
    AttachmentKind.STICKER: "sticker",
}

# Types, and megabytes at most. A sticker is of 100 or 500 kB: a larger one is a document.
_SHOWN: dict[AttachmentKind, tuple[frozenset[str], float]] = {
    AttachmentKind.IMAGE: (frozenset({"image/jpeg", "image/png"}), 5),
    AttachmentKind.AUDIO: (
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        16,
    ),
    AttachmentKind.VIDEO: (frozenset({"video/mp4", "video/3gpp"}), 16),
    AttachmentKind.STICKER: (frozenset({"image/webp"}), 0.1),
}
