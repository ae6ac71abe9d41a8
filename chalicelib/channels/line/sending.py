"""What goes to the Messaging API, and what it answers, in our words.

https://developers.line.biz/en/reference/messaging-api/#error-responses
"""

import uuid
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import Checkup, HttpResponse, OutboundFile, OutboundMessage
from chalicelib.channels.json_body import read_object
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.domain.messages import AttachmentKind
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
)

API = "https://api.line.me/v2/bot"

_PICTURE_TYPES = frozenset({"image/jpeg", "image/png"})
_PICTURE_BYTES = 10_000_000
_LONGEST_URL = 2000
_MOST_BUTTONS = 13
_LABEL = 20
_BUTTON_TEXT = 300
_NAMESPACE = uuid.UUID("6f3a2c52-6a0e-5d0c-9d0a-1f4c6b7e8a90")

_BAD_REQUEST = 400
_NOT_FOUND = 404
_CONFLICT = 409
_TOO_MANY_REQUESTS = 429
_ACCEPTED_BEFORE = "x-line-accepted-request-id"


class SentMessage(Wire):
    id: Printed


class Sent(Wire):
    sentMessages: tuple[SentMessage, ...] = ()  # noqa: N815  LINE's own word


class Refused(Wire):
    message: Text = ""


class Profile(Wire):
    displayName: Text = ""  # noqa: N815  LINE's own word
    language: Text | None = None


class Endpoint(Wire):
    endpoint: Text
    active: bool


def content(message: OutboundMessage) -> dict[str, Any]:
    """Return the message itself: a picture, a link to any other file, or words with buttons."""
    if message.files:
        return _file(message.files[0])
    buttons = message.buttons[:_MOST_BUTTONS]
    items = [_quick_reply(button.title) for button in buttons]
    quick_reply = {"quickReply": {"items": items}} if items else {}
    return {"type": "text", "text": message.text, **quick_reply}


def retry_key(message: OutboundMessage) -> str:
    """Return the UUID by which LINE takes the same message once only."""
    return str(uuid.uuid5(_NAMESPACE, message.id))


def message_id(response: HttpResponse) -> str:
    """Return the id of the message sent, now or by an earlier attempt. Raises `SendError`."""
    answer = read_answer(response)
    headers = {name.lower(): value for name, value in response.headers.items()}
    was_accepted = response.status == _CONFLICT and headers.get(_ACCEPTED_BEFORE)
    if response.is_refusal and not was_accepted:
        raise _refusal(answer, response)
    try:
        sent = Sent.model_validate(answer).sentMessages
    except ValidationError as error:
        raise TransientSendError("LINE's answer is of no shape we know") from error
    if sent:
        return sent[0].id
    if was_accepted:
        return was_accepted
    raise TransientSendError("LINE named no message")


def profile(response: HttpResponse) -> tuple[str | None, str | None]:
    """Return display name and language, None where LINE doesn't tell."""
    try:
        found = Profile.model_validate(read_object(response.body))
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return None, None
    language = found.language.partition("-")[0].lower() if found.language else None
    return found.displayName or None, language


def checkup(webhook_url: str, response: HttpResponse) -> Checkup:
    """Return how LINE finds the account. Raises `TransientSendError`."""
    if response.status == _NOT_FOUND:
        return Checkup(problem="LINE has no webhook URL: set it again")
    answer = read_answer(response)
    if response.is_refusal:
        refusal = _refusal(answer, response)
        if isinstance(refusal, TransientSendError):
            raise refusal
        return Checkup(problem=str(refusal))
    try:
        found = Endpoint.model_validate(answer)
    except ValidationError as error:
        raise TransientSendError("LINE's answer is of no shape we know") from error
    if found.endpoint != webhook_url:
        return Checkup(problem="LINE sends its events elsewhere: set the webhook again")
    if not found.active:
        return Checkup(problem="'Use webhook' is switched off in the LINE Developers Console")
    return Checkup()


def _file(file: OutboundFile) -> dict[str, Any]:
    is_picture = file.kind is AttachmentKind.IMAGE and file.mime_type in _PICTURE_TYPES
    if is_picture and (file.size or 0) <= _PICTURE_BYTES and len(file.url) <= _LONGEST_URL:
        return {"type": "image", "originalContentUrl": file.url, "previewImageUrl": file.url}
    # LINE takes no documents, a video only with a picture of it, a sound only with its length.
    return {"type": "text", "text": f"{file.name}\n{file.url}".strip()}


def _quick_reply(title: str) -> dict[str, Any]:
    says = {"type": "message", "label": title[:_LABEL], "text": title[:_BUTTON_TEXT]}
    return {"type": "action", "action": says}


def _refusal(answer: dict[str, Any], response: HttpResponse) -> SendError:
    status = response.status
    try:
        description = Refused.model_validate(answer).message.lower()
    except ValidationError:
        description = ""
    words = f"LINE refused with {status}"
    if status == _TOO_MANY_REQUESTS and "monthly limit" not in description:
        return TransientSendError(words, retry_after(response))
    if status == _CONFLICT:
        return TransientSendError(words, retry_after(response))
    # Spent or too old: the next attempt pushes.
    if status == _BAD_REQUEST and "reply token" in description:
        return TransientSendError(words)
    return PermanentSendError(words, _reason(status, description))


def _reason(status: int, description: str) -> SendFailure:
    if status == _BAD_REQUEST and any(each in description for each in _NOBODY):
        return SendFailure.UNKNOWN_RECIPIENT
    return _BY_STATUS.get(status, SendFailure.REJECTED)


# 400 has many meanings, told apart by their English description only.
_NOBODY = ("failed to send messages", "'to'")

# Token, plan, and the month's messages are used up.
_BY_STATUS = dict.fromkeys((401, 403, _TOO_MANY_REQUESTS), SendFailure.ACCOUNT)
