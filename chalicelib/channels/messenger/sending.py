"""What the Graph API answers to a send or a look-up, in our words.

https://developers.facebook.com/docs/messenger-platform/error-codes
"""

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.json_body import read_object
from chalicelib.channels.meta import graph_answer
from chalicelib.channels.platform_api import retry_after
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

_QUOTE = b"reply_to"


class Sent(Wire):
    message_id: Printed


class Profile(Wire):
    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None


def message_id(response: HttpResponse) -> str:
    """Return the `mid` of the message sent. Raises `SendError`."""
    try:
        answer = graph_answer(response)
    except PermanentSendError as error:
        if _QUOTE in response.body and error.reason is SendFailure.REJECTED:
            # The quoted message is gone: the next attempt is made without it.
            raise TransientSendError(str(error)) from error
        raise
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
