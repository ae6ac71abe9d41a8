"""What AWS's refusals of a mail or an SMS mean to the outbox."""

from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError

_TRANSIENT = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServiceErrorException",
        "KMSThrottling",
        "KMSThrottlingException",
        "LimitExceededException",  # the day's quota: tomorrow it goes through
        "RequestTimeout",
        "ServiceUnavailable",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

# The operator has to mend the account, the identity or the role: no message is at fault.
_ACCOUNT = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AccountSuspendedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "EndpointDisabled",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "MailFromDomainNotVerifiedException",
        "NotFound",
        "NotFoundException",
        "SendingPausedException",
        "UnrecognizedClientException",
    }
)

_TOO_MANY_REQUESTS = 429
_SERVER_ERRORS = 500


def translated(
    error: ClientError | BotoCoreError, meanings: Mapping[str, SendFailure]
) -> SendError:
    """Return `error` in our words; `meanings` are the codes that only one service uses."""
    if isinstance(error, ParamValidationError):
        return PermanentSendError("AWS takes no such request", SendFailure.REJECTED)
    if not isinstance(error, ClientError):
        return TransientSendError(f"AWS was not reached: {type(error).__name__}")
    code = str(error.response.get("Error", {}).get("Code", "Unknown"))
    if code in meanings:
        return PermanentSendError(code, meanings[code])
    if code in _ACCOUNT:
        return PermanentSendError(code, SendFailure.ACCOUNT)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _TRANSIENT or status == _TOO_MANY_REQUESTS or status >= _SERVER_ERRORS:
        return TransientSendError(code)
    return PermanentSendError(code, SendFailure.REJECTED)
