"""What goes to Viber's API, and what it answers, in our words.

A refusal comes with HTTP 200 and `status` other than 0.
https://developers.viber.com/docs/api/rest-bot-api/#error-codes
"""

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import Checkup, HttpResponse, OutboundFile, OutboundMessage
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.domain.messages import AttachmentKind, Button
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

PA = "https://chatapi.viber.com/pa"

# `webhook`, `subscribed`, `unsubscribed`, `conversation_started` and `message` come always.
OPTIONAL_EVENTS = ("delivered", "seen", "failed", "subscribed", "unsubscribed")

_PICTURE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif"})
_PICTURE_BYTES = 1_000_000
_VIDEO_BYTES = 26_000_000
_FILE_BYTES = 50_000_000
_FILE_NAME = 256
_CAPTION = 512
_MOST_BUTTONS = 24
_WIDTH = 6
_HALF_TITLE = 15


class Sent(Wire):
    message_token: Printed


class Answer(Wire):
    status: int


class AccountInfo(Wire):
    webhook: Text = ""
    event_types: tuple[Text, ...] = ()


def content(message: OutboundMessage) -> dict[str, Any]:
    """Return the message itself: a file as what Viber shows best, or words with buttons."""
    if message.files:
        return _file(message.files[0], message.text)
    keyboard = {"keyboard": _keyboard(message.buttons)} if message.buttons else {}
    return {"type": "text", "text": message.text, **keyboard}


def message_token(response: HttpResponse) -> str:
    """Return the token of the message sent. Raises `SendError`."""
    answer = _accepted(response)
    try:
        return Sent.model_validate(answer).message_token
    except ValidationError as error:
        raise TransientSendError("Viber named no message", retry_after(response)) from error


def checkup(webhook_url: str, response: HttpResponse) -> Checkup:
    """Return how Viber finds the account. Raises `TransientSendError`."""
    try:
        info = AccountInfo.model_validate(_accepted(response))
    except PermanentSendError as error:
        return Checkup(problem=str(error))
    except ValidationError as error:
        raise TransientSendError("Viber's answer is of no shape we know") from error
    if info.webhook != webhook_url:
        return Checkup(problem="Viber sends its events elsewhere: set the webhook again")
    missing = sorted(set(OPTIONAL_EVENTS) - set(info.event_types))
    return Checkup(problem=f"Viber doesn't send {', '.join(missing)}" if missing else None)


def _file(file: OutboundFile, caption: str) -> dict[str, Any]:
    size, shown = file.size, {"media": file.url}
    is_picture = file.kind is AttachmentKind.IMAGE and file.mime_type in _PICTURE_TYPES
    if is_picture and (size or 0) <= _PICTURE_BYTES:
        return {"type": "picture", "text": caption[:_CAPTION], **shown}
    # Viber wants to know the size of everything else; what it won't take goes as a link.
    if size is None or size > _FILE_BYTES:
        return {"type": "url", **shown}
    if file.mime_type == "video/mp4" and size <= _VIDEO_BYTES:
        return {"type": "video", "size": size, **shown}
    return {"type": "file", "size": size, "file_name": _short(file.name), **shown}


def _short(name: str) -> str:
    """Return a file name cut in front: its end tells devices what it is."""
    return name[-_FILE_NAME:]


def _keyboard(buttons: Sequence[Button]) -> dict[str, Any]:
    """Return a keyboard. What a tap says in the chat, and tells us, is `ActionBody`."""
    shown = buttons[:_MOST_BUTTONS]
    is_short = all(len(button.title) <= _HALF_TITLE for button in shown)
    return {
        "Type": "keyboard",
        "DefaultHeight": False,
        "Buttons": [
            {
                "Columns": _WIDTH // 2 if is_short and len(shown) > 1 else _WIDTH,
                "Rows": 1,
                "ActionType": "reply",
                "ActionBody": button.title,
                "Text": button.title,
            }
            for button in shown
        ],
    }


def _accepted(response: HttpResponse) -> dict[str, Any]:
    answer = read_answer(response)
    try:
        status = Answer.model_validate(answer).status
    except ValidationError as error:
        raise TransientSendError("Viber named no status", retry_after(response)) from error
    if status:
        raise _refusal(status, response)
    return answer


def _refusal(status: int, response: HttpResponse) -> SendError:
    words = f"Viber refused with {status}"
    if status == _TOO_MANY_REQUESTS:
        return TransientSendError(words, retry_after(response))
    return PermanentSendError(words, _FOR_GOOD.get(status, SendFailure.REJECTED))


_TOO_MANY_REQUESTS = 12

_FOR_GOOD = {
    **dict.fromkeys((5, 11, 21), SendFailure.UNKNOWN_RECIPIENT),
    6: SendFailure.BLOCKED,
    # Token, a bot that was blocked, deleted or suspended, no webhook, not authorised; and the
    # monthly allowance or the balance of messages outside a session is used up.
    **dict.fromkeys((2, 7, 8, 9, 10, 15, 23, 24), SendFailure.ACCOUNT),
}
