"""LinkedIn's REST API: its calls, and what it answers, in our words.

https://learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import AliasChoices, Field, ValidationError

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.channels.json_body import read_object
from chalicelib.channels.linkedin.urns import CommentUrn
from chalicelib.channels.meta import bearer
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Text, Wire
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
)

API = "https://api.linkedin.com/rest"
VERSION = "202609"
"""A version of the API is served for a year after its month."""

Read = TypeVar("Read", bound=Wire)


class Sent(Wire):
    urn: CommentUrn = Field(validation_alias=AliasChoices("commentUrn", "$URN"))


class Person(Wire):
    first: Text = Field(default="", alias="localizedFirstName")
    last: Text = Field(default="", alias="localizedLastName")


class Refusal(Wire):
    code: Text = ""
    message: Text = ""


def headers(token: str, version: str) -> dict[str, str]:
    return {
        **bearer(token),
        "linkedin-version": version,
        "x-restli-protocol-version": "2.0.0",
    }


def comments_of(urn: str) -> str:
    """Return where the comments under a post, or under another comment, are."""
    return f"{API}/socialActions/{quoted(urn)}/comments"


def quoted(urn: str) -> str:
    return quote(urn, safe="")


def get(url: str, sent_headers: Mapping[str, str]) -> HttpRequest:
    return HttpRequest(method="GET", url=url, headers=sent_headers)


def comment_id(response: HttpResponse) -> str:
    """Return the URN of the comment made. Raises `SendError`."""
    return read(Sent, response).urn


def read(model: type[Read], response: HttpResponse) -> Read:
    """Return what LinkedIn answered. Raises `SendError` for its refusals."""
    answer = read_answer(response)
    if response.is_refusal or "serviceErrorCode" in answer:
        raise _refusal(response, answer)
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        words = "LinkedIn's answer is of no shape we know"
        raise TransientSendError(words, retry_after(response)) from error


def full_name(response: HttpResponse) -> str:
    """Return a member's name, empty where LinkedIn doesn't tell."""
    if response.is_refusal:
        return ""
    try:
        person = Person.model_validate(read_object(response.body))
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return ""
    return f"{person.first} {person.last}".strip()


def _refusal(response: HttpResponse, answer: dict[str, Any]) -> SendError:
    words = f"LinkedIn refused with {response.status}"
    if response.is_throttling:
        # The limits are those of a day, which ends at midnight UTC.
        return TransientSendError(words, retry_after(response) or timedelta(hours=1))
    try:
        message = Refusal.model_validate(answer).message.lower()
    except ValidationError:
        message = ""
    by_words = (reason for told, reason in _BY_WORDS if told in message)
    by_status = _BY_STATUS.get(response.status, SendFailure.REJECTED)
    return PermanentSendError(words, next(by_words, by_status))


_BY_WORDS = (
    ("duplicate", SendFailure.REJECTED),
    ("comments are disabled", SendFailure.BLOCKED),
    ("comments disabled", SendFailure.BLOCKED),
)

# 426: the version of the API is no longer served.
_BY_STATUS = {
    401: SendFailure.ACCOUNT,
    403: SendFailure.ACCOUNT,
    404: SendFailure.UNKNOWN_RECIPIENT,
    426: SendFailure.ACCOUNT,
}
