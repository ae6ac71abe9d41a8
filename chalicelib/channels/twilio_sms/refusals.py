"""What Twilio's error codes mean, in the answer to a send and in a later status alike.

https://www.twilio.com/docs/api/errors
"""

from chalicelib.channels.base import HttpResponse
from chalicelib.channels.platform_api import retry_after
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

_UNAUTHORIZED = (401, 403)


def refusal(code: str, response: HttpResponse) -> SendError:
    """Return the error for a send that was answered with `code`."""
    words = f"Twilio refused with {code or response.status}"
    if code in _BUSY or response.is_throttling:
        return TransientSendError(words, retry_after(response))
    if code not in _MEANINGS and response.status in _UNAUTHORIZED:
        return PermanentSendError(words, SendFailure.ACCOUNT)
    return PermanentSendError(words, reason_of(code))


def reason_of(code: str) -> SendFailure:
    """Return why a message with this error code failed for good."""
    return _MEANINGS.get(code, SendFailure.REJECTED)


# Too many requests, too much in the queue, too fast for this sender, or Twilio itself.
_BUSY = frozenset({"14107", "20429", "20500", "20503", "21611", "30001"})

_CODES = {
    # He said STOP; or his carrier or he himself blocks the sender.
    SendFailure.BLOCKED: "21610 30004",
    # No number, not this kind of number, not reachable, unknown, a landline.
    SendFailure.UNKNOWN_RECIPIENT: "21211 21214 21217 21265 21612 21614 30003 30005 30006",
    # Token, suspension, country not allowed, sender not ours or not able, trial, registration.
    SendFailure.ACCOUNT: (
        "20003 20005 20006 20008 20404 21212 21408 21603 21606 21608 21659 21660 21703 21704 21705 "
        "30002 30018 30023 30024 30027 30032 30034 63038"
    ),
}

_MEANINGS = {code: reason for reason, codes in _CODES.items() for code in codes.split()}
