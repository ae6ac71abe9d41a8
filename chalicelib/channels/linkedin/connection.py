"""How LinkedIn's subscription and token are made and renewed, and whether they are well.

https://learn.microsoft.com/linkedin/shared/authentication/token-introspection
https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

from pydantic import Field, ValidationError

from chalicelib.channels.base import Checkup, Granted, HttpRequest, HttpResponse
from chalicelib.channels.linkedin.sending import API
from chalicelib.channels.platform_api import post_json, read_answer, retry_after
from chalicelib.channels.wire import Milliseconds, Seconds, Text, Wire
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError

EVENT_TYPE = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"

_OAUTH = "https://www.linkedin.com/oauth/v2"


class Introspection(Wire):
    active: bool
    status: Text = ""
    expires_at: Seconds | None = None


class Subscription(Wire):
    webhook: Text
    expires_at: Milliseconds | None = Field(default=None, alias="expiresAt")


class Tokens(Wire):
    access_token: str = Field(min_length=1)
    expires_in: int = Field(gt=0, lt=10**9)


def subscription_url(application_id: str, person_id: str, organization_id: str) -> str:
    key = {
        "developerApplication": f"urn:li:developerApplication:{application_id}",
        "user": f"urn:li:person:{person_id}",
        "entity": f"urn:li:organization:{organization_id}",
        "eventType": EVENT_TYPE,
    }
    fields = ",".join(f"{name}:{quote(value, safe='')}" for name, value in key.items())
    return f"{API}/eventSubscriptions/({fields})"


def subscribe_request(url: str, webhook_url: str, headers: Mapping[str, str]) -> HttpRequest:
    made = post_json(url, {"webhook": webhook_url}, headers)
    return HttpRequest(method="PUT", url=url, headers=made.headers, body=made.body)


def introspect_request(client_id: str, client_secret: str, token: str) -> HttpRequest:
    form = {"client_id": client_id, "client_secret": client_secret, "token": token}
    return _form("introspectToken", form)


def refresh_request(client_id: str, client_secret: str, refresh_token: str) -> HttpRequest:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh_token,
        "client_id": client_id,
        "client_secret": client_secret,
    }
    return _form("accessToken", form)


def read_tokens(response: HttpResponse, now: datetime) -> Granted:
    """Return the next access token. Raises `TransientSendError`, or for good once revoked."""
    answer = read_answer(response)
    if response.is_throttling:
        raise TransientSendError("LinkedIn refused with 429", retry_after(response))
    try:
        tokens = Tokens.model_validate(answer)
    except ValidationError as error:
        words = f"LinkedIn gave no token, with {response.status}: authorise the app again"
        raise PermanentSendError(words, SendFailure.ACCOUNT) from error
    expires_at = now + timedelta(seconds=tokens.expires_in)
    return Granted(secrets={"access_token": tokens.access_token}, expires_at=expires_at)


def read_check(webhook_url: str, response: HttpResponse) -> Checkup:
    """Read what became of the subscription, or of the token. Raises `TransientSendError`."""
    try:
        answer = read_answer(response)
    except PermanentSendError:
        answer = {}
    if response.is_throttling:
        raise TransientSendError("LinkedIn refused with 429", retry_after(response))
    if response.is_refusal:
        told = _REFUSED.get(response.status, f"LinkedIn answers {response.status}")
        return Checkup(problem=told)
    try:
        if "active" in answer:
            return _of_token(Introspection.model_validate(answer))
        return _of_subscription(Subscription.model_validate(answer), webhook_url)
    except ValidationError as error:
        raise TransientSendError("LinkedIn's answer is of no shape we know") from error


def _of_token(token: Introspection) -> Checkup:
    if token.active:
        return Checkup(expires_at=token.expires_at)
    how = "was taken back" if token.status == "revoked" else "is no longer valid"
    return Checkup(problem=f"the token {how}: authorise the app again")


def _of_subscription(subscription: Subscription, webhook_url: str) -> Checkup:
    is_ours = subscription.webhook == webhook_url
    problem = None if is_ours else "LinkedIn sends notifications to another address: subscribe"
    return Checkup(problem=problem, expires_at=subscription.expires_at)


def _form(what: str, form: Mapping[str, str]) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"{_OAUTH}/{what}",
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
    )


_REFUSED = {
    400: "LinkedIn does not know the app or the token",
    401: "LinkedIn does not take the token: authorise the app again",
    403: "the member is no longer an administrator of the page",
    404: "there is no subscription: subscribe",
    426: "this version of LinkedIn's API is no longer served: set a newer api_version",
}
