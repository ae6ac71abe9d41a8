"""What Discourse answers to a post, in our words.

https://docs.discourse.org (createTopicPostPM)
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.wire import Wire
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

_LONGEST_WAIT = 86_400


class Sent(Wire):
    topic_id: int
    post_number: int


class Pending(Wire):
    id: int


class Answer(Wire):
    pending_post: Pending | None = None


def message_id(response: HttpResponse) -> str:
    """Return `topic/post number`, as later posts name it. Raises `SendError`.

    A post that waits for a moderator has no number yet: `pending/<id>`.
    """
    answer = read_answer(response)
    if response.is_refusal or answer.get("errors"):
        raise refusal(response, answer)
    try:
        pending = Answer.model_validate(answer).pending_post
        if pending is not None:
            return f"pending/{pending.id}"
        sent = Sent.model_validate(answer)
    except ValidationError as error:
        raise TransientSendError("Discourse named no post") from error
    return f"{sent.topic_id}/{sent.post_number}"


def refusal(response: HttpResponse, answer: Mapping[str, Any]) -> SendError:
    """Return what a refused call means."""
    errors = answer.get("errors")
    said = " ".join(map(str, errors)) if isinstance(errors, list) else str(errors or "")
    kind = str(answer.get("error_type") or "")
    if response.is_throttling or kind == "rate_limit":
        return TransientSendError("Discourse asks to slow down", _wait(response, answer))
    for sign, words in _BY_WORDS:
        if sign in said.lower():
            return PermanentSendError(words, SendFailure.REJECTED)
    words = f"Discourse refused with {response.status}"
    return PermanentSendError(words, _BY_STATUS.get(response.status, SendFailure.REJECTED))


def _wait(response: HttpResponse, answer: Mapping[str, Any]) -> timedelta | None:
    extras = answer.get("extras")
    seconds = extras.get("wait_seconds") if isinstance(extras, dict) else None
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < _LONGEST_WAIT:
        return timedelta(seconds=seconds)
    return retry_after(response)


# Discourse tells these apart by its sentences only, in the language of the account's user.
_BY_WORDS = (
    ("too short", "the answer is shorter than the forum allows (20 characters by default)"),
    ("too similar", "the forum was told nearly the same a moment ago"),
    ("closed", "the topic is closed or gone"),
    ("archived", "the topic is archived"),
)

# An invalid key and a missing right are both 403; a topic that can't be seen any more is 404.
_BY_STATUS = {
    401: SendFailure.ACCOUNT,
    403: SendFailure.ACCOUNT,
}
