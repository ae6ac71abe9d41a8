"""What the Graph API answers to a send or a look-up, in our words.

https://developers.facebook.com/docs/messenger-platform/error-codes
"""

from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.json_body import read_object
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

GRAPH = "https://graph.facebook.com/v25.0"


class GraphError(Wire):
    code: int = 0
    error_subcode: int = 0
    is_transient: bool = False


class Sent(Wire):
    message_id: Printed


class Profile(Wire):
    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None


def message_id(response: HttpResponse) -> str:
    """Return the `mid` of the message sent. Raises `SendError`."""
    answer = read_answer(response)
    if "error" in answer:
        raise _refusal(_graph_error(answer["error"]), response)
    try:
        return Sent.model_validate(answer).message_id
    except ValidationError as error:
        raise TransientSendError("Messenger named no message", retry_after(response)) from error


def profile(response: HttpResponse) -> str:
    """Return the person's name, empty where Messenger doesn't tell."""
    try:
        found = Profile.model_validate(read_object(response.body))
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return ""
    parts = (found.first_name or "", found.last_name or "")
    return (found.name or " ".join(parts)).strip()


def _graph_error(answer: Any) -> GraphError:
    try:
        return GraphError.model_validate(answer)
    except ValidationError:
        return GraphError()


def _refusal(error: GraphError, response: HttpResponse) -> SendError:
    words = f"Messenger refused with {error.code}/{error.error_subcode}"
    reason = _BY_SUBCODE.get(error.error_subcode) or _BY_CODE.get(error.code)
    if reason is None and (error.is_transient or error.code in _BUSY):
        return TransientSendError(words, retry_after(response) or _PAUSE.get(error.code))
    return PermanentSendError(words, reason or SendFailure.REJECTED)


_BY_SUBCODE = {
    2018278: SendFailure.WINDOW_CLOSED,
    2534022: SendFailure.WINDOW_CLOSED,
    1545041: SendFailure.BLOCKED,
    2018108: SendFailure.UNKNOWN_RECIPIENT,
    2018001: SendFailure.UNKNOWN_RECIPIENT,
}

# 3, 10 and 200 to 299 are permissions; 102 and 190 a token that expired or was taken back.
_BY_CODE = {
    551: SendFailure.BLOCKED,
    **dict.fromkeys((3, 10, 102, 190, *range(200, 300)), SendFailure.ACCOUNT),
}

_BUSY = frozenset({1, 2, 4, 17, 32, 613, 1200})
_PAUSE = dict.fromkeys((4, 17, 32, 613), timedelta(minutes=1))
