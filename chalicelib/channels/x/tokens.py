"""X's OAuth 2.0 user tokens: one lives two hours, and its refresh token works once.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code
"""

from base64 import b64encode
from datetime import datetime, timedelta
from urllib.parse import urlencode

from pydantic import Field, ValidationError

from chalicelib.channels.base import Granted, HttpRequest, HttpResponse
from chalicelib.channels.platform_api import read_answer
from chalicelib.channels.wire import Wire
from chalicelib.channels.x.sending import API, throttled
from chalicelib.errors import PermanentSendError, SendFailure


class Tokens(Wire):
    access_token: str = Field(min_length=1)
    refresh_token: str = Field(min_length=1)
    expires_in: int = Field(gt=0, lt=10**9)


def refresh_request(client_id: str, client_secret: str | None, refresh_token: str) -> HttpRequest:
    """Return the call that uses up `refresh_token`. An app without a secret only names itself."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client_id}
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if client_secret:
        pair = b64encode(f"{client_id}:{client_secret}".encode()).decode()
        headers["authorization"] = f"Basic {pair}"
    return HttpRequest(
        method="POST",
        url=f"{API}/2/oauth2/token",
        headers=headers,
        body=urlencode(form).encode(),
    )


def read_tokens(response: HttpResponse, now: datetime) -> Granted:
    """Return the next pair. Raises `TransientSendError`, or `PermanentSendError` when used up."""
    answer = read_answer(response)
    if response.is_throttling:
        raise throttled(response)
    try:
        tokens = Tokens.model_validate(answer)
    except ValidationError as error:
        words = f"X gave no tokens, with {response.status}: authorise the app again"
        raise PermanentSendError(words, SendFailure.ACCOUNT) from error
    return Granted(
        secrets={"access_token": tokens.access_token, "refresh_token": tokens.refresh_token},
        expires_at=now + timedelta(seconds=tokens.expires_in),
    )
