"""The token that our calls carry: bought with the app's password, good for about an hour.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from datetime import timedelta
from urllib.parse import quote, urlencode

from pydantic import Field, ValidationError

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Text, Wire
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

_SCOPE = "https://api.botframework.com/.default"
_SHARED_TENANT = "botframework.com"
_BUSY = frozenset({"temporarily_unavailable", "server_error"})


class Token(Wire):
    """`expires_in` seconds."""

    access_token: Text = Field(min_length=1, repr=False)
    expires_in: int = Field(gt=0, le=1_000_000)

    @property
    def lifetime(self) -> timedelta:
        return timedelta(seconds=self.expires_in)


class Refused(Wire):
    error: Text = ""
    error_codes: tuple[int, ...] = ()


def token_request(app_id: str, app_password: str, tenant_id: str) -> HttpRequest:
    """Return the call for a token; an app of all tenants has no `tenant_id`."""
    tenant = quote(tenant_id or _SHARED_TENANT, safe="")
    form = {
        "grant_type": "client_credentials",
        "client_id": app_id,
        "client_secret": app_password,
        "scope": _SCOPE,
    }
    return HttpRequest(
        method="POST",
        url=f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
    )


def read_token(response: HttpResponse) -> Token:
    """Return the token bought. Raises `SendError`."""
    answer = read_answer(response)
    if "error" in answer or response.is_throttling:
        raise _refusal(answer, response)
    try:
        return Token.model_validate(answer)
    except ValidationError:
        # Not from the error: it could hold the token.
        raise TransientSendError("Microsoft gave no token") from None


def _refusal(answer: object, response: HttpResponse) -> TransientSendError | PermanentSendError:
    try:
        refused = Refused.model_validate(answer)
    except ValidationError:
        refused = Refused()
    if refused.error in _BUSY or response.is_throttling:
        return TransientSendError("Microsoft gives no token now", retry_after(response))
    codes = "".join(f" AADSTS{code}" for code in refused.error_codes[:3])
    return PermanentSendError(f"Microsoft refused a token:{codes}", SendFailure.ACCOUNT)
