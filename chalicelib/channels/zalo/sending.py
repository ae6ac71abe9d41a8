"""What Zalo's open API answers to a send or a look-up, in our words.

A refusal comes with HTTP 200 and `error` other than 0.
https://developers.zalo.me/docs/official-account/phu-luc/ma-loi
"""

from datetime import timedelta

from pydantic import ValidationError

from chalicelib.channels.base import Checkup, HttpResponse
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
    message: Text = ""


class Sent(Wire):
    data: SentData


class SharedInfo(Wire):
    phone: Printed | None = None


class ProfileData(Wire):
    display_name: Text | None = None
    shared_info: SharedInfo | None = None


class Profile(Wire):
    data: ProfileData


class AccountData(Wire):
    oa_id: Printed


class Account(Wire):
    data: AccountData


def message_id(response: HttpResponse) -> str:
    """Return the id of the message sent. Raises `SendError`."""
    answer = read_answer(response)
    try:
        refused = Answer.model_validate(answer)
        if refused.error:
            raise _refusal(refused, response)
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


def checkup(response: HttpResponse, oa_id: str) -> Checkup:
    """Return what Zalo says of the account behind a token. Raises `TransientSendError`."""
    try:
        answer = read_answer(response)
        refused = Answer.model_validate(answer)
        if refused.error in (_BUSY, _FAILED):
            raise _refusal(refused, response)
        if refused.error:
            return Checkup(problem=_problem(refused.error))
        found = Account.model_validate(answer).data.oa_id
    except (PermanentSendError, ValidationError):
        return Checkup(problem="Zalo's answer about the account can't be read")
    if found != oa_id:
        return Checkup(problem="the access token belongs to another Official Account")
    return Checkup()


def _problem(code: int) -> str:
    if code in _DEAD_TOKEN:
        return f"Zalo refuses the access token ({code}): exchange it, or make a new consent"
    return f"Zalo refuses the account ({code})"


def _refusal(refused: Answer, response: HttpResponse) -> SendError:
    code = refused.error
    words = f"Zalo refused with {code}"
    if "quote" in refused.message.lower():
        # The quoted message is gone: the next attempt is made without it.
        return TransientSendError(words)
    if code in _FOR_NOW:
        return TransientSendError(words, retry_after(response) or _FOR_NOW[code])
    return PermanentSendError(words, _FOR_GOOD.get(code, SendFailure.REJECTED))


_BUSY, _FAILED = -32, -200
_DEAD_TOKEN = (-216, -220)

# The limit is per minute. A token lives a day and dies when its successor is issued: the next
# attempt reads the new one, so it need not wait.
_FOR_NOW = {_BUSY: timedelta(minutes=1), _FAILED: None, **dict.fromkeys(_DEAD_TOKEN)}

# -211 and -223 are the account's quota, -218 what one person may get until he writes again.
_FOR_GOOD = {
    **dict.fromkeys((-218, -230, -232, -305), SendFailure.WINDOW_CLOSED),
    **dict.fromkeys((-213, -217, -244), SendFailure.BLOCKED),
    **dict.fromkeys((-222, -227), SendFailure.UNKNOWN_RECIPIENT),
    **dict.fromkeys(
        (-204, -205, -209, -211, -212, -219, -221, -223, -224, -242, -320, -321),
        SendFailure.ACCOUNT,
    ),
}
