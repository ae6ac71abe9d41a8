"""What Google's APIs answer, in our words.

https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/updateReply
https://developers.google.com/identity/protocols/oauth2/web-server#offline
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import Granted, HttpResponse
from chalicelib.channels.google_reviews.events import reply_id
from chalicelib.channels.google_reviews.payloads import ReviewReply
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Wire
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

# A token is exchanged for the next a little before it ends.
_MARGIN = timedelta(minutes=5)
_LONGEST_SECONDS = 86_400


class Token(Wire):
    access_token: str
    expires_in: int = 3600


def answer_of(response: HttpResponse) -> dict[str, Any]:
    """Return what an API of Google answered. Raises `SendError` for a refusal."""
    answer = read_answer(response)
    if response.is_refusal or "error" in answer:
        raise _refusal(response, answer)
    return answer


def message_id(response: HttpResponse) -> str:
    """Return our name for the reply, as a look-up of its review gives it. Raises `SendError`."""
    answer = answer_of(response)
    try:
        return reply_id(ReviewReply.model_validate(answer))
    except ValidationError as error:
        raise TransientSendError("Google's answer is of no shape we know") from error


def granted(response: HttpResponse, now: datetime) -> Granted:
    """Return the access token that a refresh token was exchanged for. Raises `SendError`."""
    answer = read_answer(response)
    code = None if answer.get("error") is None else str(answer["error"])
    if code in _TRY_AGAIN or response.is_throttling:
        raise TransientSendError("Google gives no token now", retry_after(response))
    if code is not None or response.is_refusal:
        known = code if code in _ACCOUNT_ERRORS else response.status
        raise PermanentSendError(f"Google gives no token: {known}", SendFailure.ACCOUNT)
    try:
        token = Token.model_validate(answer)
    except ValidationError as error:
        raise TransientSendError("Google's token is of no shape we know") from error
    seconds = min(max(token.expires_in, 0), _LONGEST_SECONDS)
    lasts = max(timedelta(seconds=seconds) - _MARGIN, timedelta())
    return Granted(secrets={"access_token": token.access_token}, expires_at=now + lasts)


def _refusal(response: HttpResponse, answer: Mapping[str, Any]) -> SendError:
    error = answer.get("error")
    status = str(error.get("status")) if isinstance(error, dict) else ""
    words = f"Google refused with {response.status}"
    if response.is_throttling or status in _WAIT:
        return TransientSendError(words, retry_after(response))
    if response.status == 404:  # noqa: PLR2004
        return PermanentSendError("the review is gone", SendFailure.UNKNOWN_RECIPIENT)
    return PermanentSendError(words, _BY_STATUS.get(response.status, SendFailure.REJECTED))


_WAIT = frozenset({"RESOURCE_EXHAUSTED", "UNAVAILABLE", "ABORTED", "INTERNAL", "DEADLINE_EXCEEDED"})
_BY_STATUS = {401: SendFailure.ACCOUNT, 403: SendFailure.ACCOUNT}
_TRY_AGAIN = frozenset({"temporarily_unavailable", "internal_failure", "server_error"})
_ACCOUNT_ERRORS = frozenset({"invalid_grant", "invalid_client", "unauthorized_client"})
