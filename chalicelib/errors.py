"""Every error that Frontline raises on purpose, each with the HTTP status it hints at.

    FrontlineError
    ├── WebhookError
    │   ├── InvalidSignatureError   401   not proven to come from the provider: nothing is recorded
    │   │   └── UnknownKeyError     401   … by a key we don't have: the keys are fetched once more
    │   ├── MalformedPayloadError   200   proven, but not understood: quarantined
    │   ├── PayloadTooLargeError    413   over the limit; nothing is recorded
    │   └── UnknownAccountError     404   no such channel, or no such account on it
    ├── NotFoundError               404   no such ticket, contact or agent
    ├── InvalidRequestError         400   the caller's words are off; the message says what to write
    ├── ForbiddenError              403   known caller, but not allowed to do this
    ├── ConflictError               409   somebody else changed the record first
    ├── BusyError                   503   AWS asks to try again: throttled, or locked
    ├── ConfigurationError          500   a setting, a secret or the desk is missing
    └── SendError
        ├── TransientSendError      503   refused for now; `retry_after` says when to try again
        └── PermanentSendError      502   refused for good; `reason` is one of `SendFailure`

Statuses are hints: only `entrypoints/` turns an error into a response.
"""

from datetime import timedelta
from enum import StrEnum


class FrontlineError(Exception):
    """Root of the tree."""

    status_hint = 500


class WebhookError(FrontlineError):
    """A webhook call that can't be taken as it is."""


class InvalidSignatureError(WebhookError):
    """The request isn't proven to come from the provider."""

    status_hint = 401


class UnknownKeyError(InvalidSignatureError):
    """Signed with a key that isn't in the platform's key document as we have it."""


class MalformedPayloadError(WebhookError):
    """Authentic, but not a shape we know."""

    status_hint = 200


class PayloadTooLargeError(WebhookError):
    """The body is larger than any the provider sends."""

    status_hint = 413


class UnknownAccountError(WebhookError):
    """No such channel, or no such account on it."""

    status_hint = 404


class NotFoundError(FrontlineError):
    """No such ticket, contact or agent."""

    status_hint = 404


class InvalidRequestError(FrontlineError):
    """The caller's words are off; the message says what to write instead."""

    status_hint = 400


class ForbiddenError(FrontlineError):
    """A known caller who may not do this."""

    status_hint = 403


class ConflictError(FrontlineError):
    """Somebody else changed the record first: read again and decide again."""

    status_hint = 409


class BusyError(FrontlineError):
    """AWS asks to try again: throttled, or another transaction holds the item."""

    status_hint = 503


class ConfigurationError(FrontlineError):
    """A setting, a secret or the desk is missing or wrong."""


class SendError(FrontlineError):
    """A message that could not be handed to its platform."""


class TransientSendError(SendError):
    """Refused for now: try again, not before `retry_after`."""

    status_hint = 503

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SendFailure(StrEnum):
    """Why a platform refused for good, in words an agent can act on."""

    BLOCKED = "blocked"
    WINDOW_CLOSED = "window_closed"
    UNKNOWN_RECIPIENT = "unknown_recipient"
    REJECTED = "rejected"
    ACCOUNT = "account"


class PermanentSendError(SendError):
    """Refused for good: a retry of the same message can't help."""

    status_hint = 502

    def __init__(self, message: str, reason: SendFailure = SendFailure.REJECTED) -> None:
        super().__init__(message)
        self.reason = reason
