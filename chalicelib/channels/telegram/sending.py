"""What the Bot API answers to a send, in our words.

https://core.telegram.org/bots/api#making-requests
"""

from datetime import timedelta

from pydantic import Field, ValidationError

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

_TOO_MANY_REQUESTS = 429
_DAY = 86_400


class Parameters(Wire):
    retry_after: int | None = Field(default=None, ge=0, le=_DAY)


class Sent(Wire):
    message_id: Printed


class File(Wire):
    file_path: Text


class Refusal(Wire):
    ok: bool
    error_code: int = 0
    description: Text = ""
    parameters: Parameters = Parameters()


def message_id(response: HttpResponse) -> str:
    """Return the id of the message sent, unique in its chat. Raises `SendError`."""
    try:
        return Sent.model_validate(result(response)).message_id
    except ValidationError as error:
        raise TransientSendError("Telegram named no message") from error


def file_path(response: HttpResponse) -> str:
    """Return where a file lies, for about an hour. Raises `SendError`."""
    try:
        return File.model_validate(result(response)).file_path
    except ValidationError as error:
        raise PermanentSendError("Telegram doesn't give the file") from error


def result(response: HttpResponse) -> object:
    """Return what a method of the Bot API gave. Raises `SendError`."""
    body = read_answer(response)
    try:
        answer = Refusal.model_validate(body)
    except ValidationError as error:
        raise TransientSendError("Telegram's answer is of no shape we know") from error
    if not answer.ok:
        raise _refusal(answer, response)
    return body.get("result")


def _refusal(answer: Refusal, response: HttpResponse) -> SendError:
    words = f"Telegram refused with {answer.error_code}"
    if answer.error_code == _TOO_MANY_REQUESTS:
        seconds = answer.parameters.retry_after
        wait = retry_after(response) if seconds is None else timedelta(seconds=seconds)
        return TransientSendError(words, wait)
    if answer.error_code >= 500 or _is_unfetched(answer):  # noqa: PLR2004
        return TransientSendError(words)
    return PermanentSendError(words, _reason(answer))


def _is_unfetched(answer: Refusal) -> bool:
    """Tell whether Telegram couldn't fetch our file; the next attempt has a fresh address."""
    description = answer.description.lower()
    return any(words in description for words in _UNFETCHED)


def _reason(answer: Refusal) -> SendFailure:
    description = answer.description.lower()
    by_words = (reason for words, reason in _BY_WORDS if words in description)
    return next(by_words, _BY_CODE.get(answer.error_code, SendFailure.REJECTED))


_UNFETCHED = ("failed to get http url content", "webpage_curl_failed")

# 403 and 400 have many meanings, told apart by their English description only.
_BY_WORDS = (
    ("blocked by the user", SendFailure.BLOCKED),
    ("user is deactivated", SendFailure.UNKNOWN_RECIPIENT),
    ("can't initiate conversation", SendFailure.UNKNOWN_RECIPIENT),
    ("chat not found", SendFailure.UNKNOWN_RECIPIENT),
    ("peer_id_invalid", SendFailure.UNKNOWN_RECIPIENT),
)

# A wrong token is 401, a malformed one 404.
_BY_CODE = {
    401: SendFailure.ACCOUNT,
    403: SendFailure.BLOCKED,
    404: SendFailure.ACCOUNT,
}
