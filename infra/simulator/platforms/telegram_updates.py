"""Telegram's webhook: its updates and its secret token."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import Attachment, Saying, Webhook
from infra.simulator.stack import Account

Payload = dict[str, Any]


def message_updates(saying: Saying, memory: Memory, next_id: int) -> list[Payload]:
    """Return an update's `message` for each thing said; a caption rides on the first attachment."""
    parts: list[Payload] = [_attached(item, memory) for item in saying.attachments]
    if parts and saying.text:
        parts[0]["caption"] = saying.text
    if not parts:
        parts = [{"text": saying.text}]
    if saying.text.startswith("/"):
        parts[0]["entities"] = [_command(saying.text)]
    return [_message(saying, next_id + number, part) for number, part in enumerate(parts)]


def callback_query(
    account: Account, saying: Saying, message_id: int, offered: Sequence[Mapping[str, str]] = ()
) -> Payload:
    """Return what a tapped inline button sends; `offered` are the buttons it stood among."""
    rows = [[{"text": b["title"], "callback_data": b["payload"]}] for b in offered]
    keyboard = {"reply_markup": {"inline_keyboard": rows}} if rows else {}
    return {
        "id": ids.derived_digits(saying.external_id, str(message_id), saying.payload, length=18),
        "from": person(saying),
        "message": {
            "message_id": message_id,
            "from": bot(account),
            "chat": chat_of(saying),
            "date": int(saying.at.timestamp()),
            "text": saying.text,
            **keyboard,
        },
        "chat_instance": ids.derived_digits(saying.external_id),
        "data": saying.payload,
    }


def update(account: Account, update_id: int, chat_id: str, **event: Payload) -> Webhook:
    """Wrap one event. Telegram signs nothing: the secret token in a header is the proof."""
    # Telegram writes everything beyond ASCII as \uXXXX.
    body = json.dumps({"update_id": update_id, **event}, separators=(",", ":")).encode("ascii")
    return Webhook(
        event_id=str(update_id),
        message_id=str(_message_id(event)),
        body=body,
        headers={
            "Content-Type": "application/json",
            "X-Telegram-Bot-Api-Secret-Token": account.secret("secret_token"),
        },
        # The next update of a chat waits until the one before it was taken.
        queue=f"telegram:{account.account}:{chat_id}",
    )


def bot(account: Account) -> Payload:
    bot_id, _, _ = account.secret("bot_token").partition(":")
    return {
        "id": number(bot_id),
        "is_bot": True,
        "first_name": account.account,
        "username": f"{account.account.replace('-', '_')}_bot",
    }


def person(saying: Saying) -> Payload:
    who = {"id": number(saying.external_id), "is_bot": False}
    return {**who, **_names(saying), "language_code": "vi"}


def chat_of(saying: Saying) -> Payload:
    return {"id": number(saying.external_id), **_names(saying), "type": "private"}


def number(identifier: str) -> int:
    """Return Telegram's numeric id, made up for a name that isn't one."""
    digits = identifier.removeprefix("-")
    if digits.isdigit():
        return int(identifier)
    return int(ids.derived_digits(identifier, length=10))


def _names(saying: Saying) -> Payload:
    first, _, last = (saying.name or "Khách").partition(" ")
    return {"first_name": first, "last_name": last} if last else {"first_name": first}


def _message(saying: Saying, message_id: int, part: Payload) -> Payload:
    reply = {}
    if saying.reply_to_id.isdigit():
        replied = {"message_id": int(saying.reply_to_id), "chat": chat_of(saying), "date": 0}
        reply = {"reply_to_message": replied}
    return {
        "message_id": message_id,
        "from": person(saying),
        "chat": chat_of(saying),
        "date": int(saying.at.timestamp()),
        **reply,
        **part,
    }


def _message_id(event: dict[str, Payload]) -> int:
    message = event.get("message") or event["callback_query"]["message"]
    return int(message["message_id"])


def _command(text: str) -> Payload:
    return {"offset": 0, "length": len(text.split(maxsplit=1)[0]), "type": "bot_command"}


def _attached(attachment: Attachment, memory: Memory) -> Payload:
    if attachment.type == "location":
        place = {
            "latitude": attachment.latitude or 0.0,
            "longitude": attachment.longitude or 0.0,
        }
        return {"location": place}
    file_id = ids.base64url(54)
    memory.files[file_id] = attachment.content or attachment.url.encode()
    file = {
        "file_id": file_id,
        "file_unique_id": ids.base64url(11),
        "file_size": len(memory.files[file_id]),
    }
    return _FORMS.get(attachment.type, _document)(file, attachment)


def _document(file: Payload, attachment: Attachment) -> Payload:
    return {"document": {"file_name": attachment.name or "file", **file}}


_FORMS: dict[str, Callable[[Payload, Attachment], Payload]] = {
    # The same picture in several sizes, smallest first.
    "image": lambda file, _: {
        "photo": [{**file, "width": width, "height": width * 3 // 4} for width in (90, 800)]
    },
    "video": lambda file, _: {"video": {**file, "width": 640, "height": 360, "duration": 7}},
    "audio": lambda file, _: {"voice": {**file, "duration": 4, "mime_type": "audio/ogg"}},
    "sticker": lambda file, _: {
        "sticker": {
            **file,
            "width": 512,
            "height": 512,
            "emoji": "👍",
            "is_animated": False,
            "is_video": False,
            "type": "regular",
        }
    },
}
