"""What X's API answers to a message, a post or a look-up, in our words.

https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pydantic import AliasChoices, Field, ValidationError

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

API = "https://api.x.com"

_WINDOW = timedelta(minutes=15)
_DAY = timedelta(days=1)


class Sent(Wire):
    id: Printed = Field(validation_alias=AliasChoices("dm_event_id", "id"))


class Profile(Wire):
    name: Text = ""


class Told(Wire):
    """One of `errors`; the code is one of API v1.1."""

    code: int = 0
    message: Text = ""
    detail: Text = ""


class Problem(Wire):
    title: Text = ""
    detail: Text = ""
    type: Text = ""
    errors: tuple[Told, ...] = ()

    @property
    def code(self) -> int:
        return next((each.code for each in self.errors if each.code), 0)

    @property
    def words(self) -> str:
        told = (f"{each.message} {each.detail}" for each in self.errors)
        return " ".join((self.type, self.title, self.detail, *told)).lower()


def sent_id(response: HttpResponse) -> str:
    """Return the id of the message or post sent. Raises `SendError`."""
    answer = read_answer(response)
    data = answer.get("data")
    if data is None or response.is_refusal:
        raise _refusal(response, answer)
    try:
        return Sent.model_validate(data).id
    except ValidationError as error:
        raise TransientSendError("X named no message", retry_after(response)) from error


def profile_name(response: HttpResponse) -> str:
    """Return what a user calls himself, empty where X doesn't tell."""
    try:
        return Profile.model_validate(read_object(response.body).get("data")).name.strip()
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return ""


def throttled(response: HttpResponse) -> TransientSendError:
    """Return the refusal of a call too many, with how long to wait.

    X says when its window ends, not how long it takes: the answer's own `Date` is the clock.
    """
    return TransientSendError("X refused with 429", retry_after(response) or _until_reset(response))


def _until_reset(response: HttpResponse) -> timedelta:
    headers = {name.lower(): value for name, value in response.headers.items()}
    used_up = [name for name in _LIMITS if headers.get(f"{name}-remaining") == "0"]
    resets = headers.get(f"{(used_up or ['x-rate-limit'])[0]}-reset", "")
    try:
        wait = datetime.fromtimestamp(int(resets), UTC) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return _WINDOW
    return min(max(wait, timedelta(seconds=1)), _DAY)


def _refusal(response: HttpResponse, answer: dict[str, object]) -> SendError:
    try:
        problem = Problem.model_validate(answer)
    except ValidationError:
        problem = Problem()
    words = f"X refused with {response.status}/{problem.code}"
    reason = _reason(response.status, problem)
    if reason:
        return PermanentSendError(words, reason)
    if response.is_throttling or problem.code in _BUSY:
        return throttled(response)
    # Neither a message nor a refusal: it may or may not have gone.
    is_refused = response.is_refusal or problem.errors
    return PermanentSendError(words) if is_refused else TransientSendError(words)


def _reason(status: int, problem: Problem) -> SendFailure | None:
    by_words = (reason for words, reason in _BY_WORDS if words in problem.words)
    return _BY_CODE.get(problem.code) or next(by_words, None) or _BY_STATUS.get(status)


# A direct message has limits of a day beside those of 15 minutes.
_LIMITS = ("x-user-limit-24hour", "x-app-limit-24hour", "x-rate-limit")

_BUSY = frozenset({88, 130, 131})

# API v1.1's codes, which v2 still gives now and then.
_BY_CODE = {
    **dict.fromkeys((150, 349, 433), SendFailure.BLOCKED),
    **dict.fromkeys((34, 50, 63, 108, 144, 385), SendFailure.UNKNOWN_RECIPIENT),
    **dict.fromkeys((32, 64, 89, 135, 215, 220, 261, 326, 453), SendFailure.ACCOUNT),
    **dict.fromkeys((186, 187, 226), SendFailure.REJECTED),
}

# 403 has many meanings, told apart by type and English words only. The first that fits decides.
_BY_WORDS = (
    ("duplicate content", SendFailure.REJECTED),
    ("cannot send messages to", SendFailure.BLOCKED),
    ("not permitted to message", SendFailure.BLOCKED),
    ("does not accept direct messages", SendFailure.BLOCKED),
    ("problems/client-forbidden", SendFailure.ACCOUNT),
    ("problems/usage-capped", SendFailure.ACCOUNT),
    ("problems/resource-not-found", SendFailure.UNKNOWN_RECIPIENT),
    ("deleted or not visible", SendFailure.UNKNOWN_RECIPIENT),
    ("unsupported authentication", SendFailure.ACCOUNT),
    ("access level", SendFailure.ACCOUNT),
    ("oauth", SendFailure.ACCOUNT),
    ("scope", SendFailure.ACCOUNT),
    ("account is suspended", SendFailure.ACCOUNT),
)

# 402: the prepaid credits are used up.
_BY_STATUS = {
    401: SendFailure.ACCOUNT,
    402: SendFailure.ACCOUNT,
    404: SendFailure.UNKNOWN_RECIPIENT,
}
