"""What Zalo's open API answers to a send or a look-up, in our words.

A refusal comes with HTTP 200 and `error` other than 0.
https://developers.zalo.me/docs/official-account/phu-luc/ma-loi
"""

from datetime import timedelta

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.json_body import read_object
from chalicelib.channels.phones import to_e164
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
)

OPEN_API = "https://openapi.zalo.me"


class SentData(Wire):
    message_id: Printed


class Answer(Wire):
    error: int


class Sent(Wire):
    data: SentData


class SharedInfo(Wire):
    phone: Printed | None = None


class ProfileData(Wire):
    display_name: Text | None = None
    shared_info: SharedInfo | None = None


class Profile(Wire):
    data: ProfileData


def message_id(response: HttpResponse) -> str:
    """Return the id of the message sent. Raises `SendError`."""
    answer = read_answer(response)
    try:
        code = Answer.model_validate(answer).error
        if code:
            raise _refusal(code, response)
        return Sent.model_validate(answer).data.message_id
    except ValidationError as error:
        raise TransientSendError("Zalo named no message", retry_after(response)) from error


def profile(response: HttpResponse) -> tuple[str | None, str | None]:
    """Return display name and shared phone, None where Zalo doesn't tell."""
    try:
        data = Profile.model_validate(read_object(response.body)).data
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return None, None
    phone = data.shared_info.phone if data.shared_info else None
    return data.display_name or None, to_e164(phone) if phone else None


def _refusal(code: int, response: HttpResponse) -> SendError:
    words = f"Zalo refused with {code}"
    if code in _FOR_NOW:
        return TransientSendError(words, retry_after(response) or _FOR_NOW[code])
    return PermanentSendError(words, _FOR_GOOD.get(code, SendFailure.REJECTED))


# The limit is per minute. A token lives a day and dies when its successor is issued: the next
# attempt reads the new one.
_FOR_NOW = {
    -32: timedelta(minutes=1),
    -200: None,
    -216: timedelta(minutes=1),
    -220: timedelta(minutes=1),
}

_FOR_GOOD = {
    **dict.fromkeys((-230, -232, -305), SendFailure.WINDOW_CLOSED),
    **dict.fromkeys((-213, -217, -244), SendFailure.BLOCKED),
    **dict.fromkeys((-222, -227), SendFailure.UNKNOWN_RECIPIENT),
    **dict.fromkeys(
        (-204, -205, -209, -211, -212, -219, -221, -223, -224, -242, -320, -321),
        SendFailure.ACCOUNT,
    ),
}
