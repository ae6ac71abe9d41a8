"""The exchange of a Zalo refresh token, which works once, for the next pair.

A token lives about 25 hours and dies the moment its successor is issued; a refresh token lives
three months. So one worker at a time may do this, and must store the pair before using it.
"""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from pydantic import Field, ValidationError

from chalicelib.channels.base import Granted, HttpRequest, HttpResponse
from chalicelib.channels.platform_api import read_answer
from chalicelib.channels.wire import Printed, Wire
from chalicelib.errors import PermanentSendError, SendFailure

_URL = "https://oauth.zaloapp.com/v4/oa/access_token"


class WireTokens(Wire):
    access_token: str = Field(min_length=1)
    refresh_token: str = Field(min_length=1)
    expires_in: Printed


def refresh_request(app_id: str, app_secret: str, refresh_token: str) -> HttpRequest:
    """Return the call that uses up `refresh_token`."""
    form = {"app_id": app_id, "grant_type": "refresh_token", "refresh_token": refresh_token}
    return HttpRequest(
        method="POST",
        url=_URL,
        headers={"content-type": "application/x-www-form-urlencoded", "secret_key": app_secret},
        body=urlencode(form).encode(),
    )


def read_tokens(response: HttpResponse, now: datetime) -> Granted:
    """Return the new pair. Raises `TransientSendError`, or `PermanentSendError` when used up."""
    answer = read_answer(response)
    try:
        tokens = WireTokens.model_validate(answer)
        expires_at = now + timedelta(seconds=int(tokens.expires_in))
    except (ValidationError, ValueError, OverflowError) as error:
        words = f"Zalo gave no tokens: {_code(answer.get('error'))}"
        raise PermanentSendError(words, SendFailure.ACCOUNT) from error
    pair = {"access_token": tokens.access_token, "refresh_token": tokens.refresh_token}
    return Granted(secrets=pair, expires_at=expires_at)


def _code(error: object) -> str:
    """Return what may be shown of an answer that might hold half a pair of tokens."""
    return str(error) if isinstance(error, int) else "no code"
