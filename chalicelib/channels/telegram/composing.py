"""What goes out through a bot: a text, or a file that Telegram fetches from its address.

https://core.telegram.org/bots/api#sending-files
"""

from dataclasses import dataclass
from typing import Any

from chalicelib.channels.base import OutboundFile, OutboundMessage
from chalicelib.domain.messages import Attachment, Button

_CALLBACK_BYTES = 64
_CAPTION_LIMIT = 1024
_NAME_LIMIT = 100
_HIGHEST_MESSAGE_ID = 2**31 - 1
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to send a file by its address: the method, its field, and what it takes at most."""

    method: str
    field: str
    limit: int = 20 * _MEGABYTE


def call_of(message: OutboundMessage) -> tuple[str, dict[str, Any]]:
    """Return the method that sends `message`, with its parameters.

    A file of a kind that Telegram doesn't fetch from an address goes as a link.
    """
    method, content = _content(message)
    return method, {
        "chat_id": message.to.external_id,
        **content,
        **_quote(message),
        **_keyboard(message.buttons),
    }


def _content(message: OutboundMessage) -> tuple[str, dict[str, Any]]:
    (file,) = message.files if len(message.files) == 1 else (None,)
    form = _form(file) if file and len(message.text) <= _CAPTION_LIMIT else None
    if file is None or form is None:
        links = map(_link, message.files)
        return "sendMessage", {"text": "\n".join(filter(None, (message.text, *links)))}
    caption = {"caption": message.text} if message.text else {}
    return form.method, {form.field: file.url, **caption}


def fetches(file: Attachment) -> bool:
    """Tell what Telegram fetches from an address."""
    return _form(file) is not None


def _form(file: OutboundFile | Attachment) -> _Form | None:
    form = _FORMS.get(file.mime_type or "")
    return form if form and (file.size or 0) <= form.limit else None


def _link(file: OutboundFile) -> str:
    return f"{file.name[:_NAME_LIMIT]}\n{file.url}"


def _quote(message: OutboundMessage) -> dict[str, Any]:
    """Quote in the first part of a person's answer. A pressed button has no message to quote."""
    answered = message.reply_to_id or ""
    is_message = answered.isascii() and answered.isdigit() and int(answered) <= _HIGHEST_MESSAGE_ID
    if not is_message or message.automatic or message.part:
        return {}
    quote = {"message_id": int(answered), "allow_sending_without_reply": True}
    return {"reply_parameters": quote}


def _keyboard(buttons: tuple[Button, ...]) -> dict[str, Any]:
    rows = [[{"text": each.title, "callback_data": _data(each.payload)}] for each in buttons]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _data(payload: str) -> str:
    """Return as much of `payload` as a button carries, whole characters of it."""
    return payload.encode()[:_CALLBACK_BYTES].decode(errors="ignore")


_PHOTO = _Form("sendPhoto", "photo", 5 * _MEGABYTE)
_VOICE = _Form("sendVoice", "voice")
_AUDIO = _Form("sendAudio", "audio")
_DOCUMENT = _Form("sendDocument", "document")

# By an address `sendDocument` takes PDF and ZIP only; a GIF is an animation.
_FORMS = {
    "image/jpeg": _PHOTO,
    "image/png": _PHOTO,
    "image/webp": _PHOTO,
    "image/gif": _Form("sendAnimation", "animation"),
    "video/mp4": _Form("sendVideo", "video"),
    "audio/ogg": _VOICE,
    "audio/mpeg": _AUDIO,
    "audio/mp4": _AUDIO,
    "audio/x-m4a": _AUDIO,
    "application/pdf": _DOCUMENT,
    "application/zip": _DOCUMENT,
}
