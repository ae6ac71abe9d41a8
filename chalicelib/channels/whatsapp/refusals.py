"""WhatsApp's error codes in our words; those of the whole Graph API are in `channels/meta.py`.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from datetime import timedelta

from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError


def refusal(code: int, asked: timedelta | None) -> SendError | None:
    """Return what a refused send means, or None where the code isn't WhatsApp's own.

    `asked` is what `Retry-After` asked for.
    """
    words = f"WhatsApp refused with {code}"
    if code in _FOR_NOW:
        return TransientSendError(words, asked or _FOR_NOW[code])
    if code in _REASONS:
        return PermanentSendError(words, _REASONS[code])
    return PermanentSendError(words) if code in _OWN else None


def reason_of(code: int | None) -> SendFailure:
    """Return why a message that was taken didn't arrive: one of `SendFailure`."""
    return SendFailure.REJECTED if code is None else _REASONS.get(code, SendFailure.REJECTED)


# How long to leave it alone. WhatsApp takes one message in 6 seconds for the same customer
# (131056) and lifts the limit for what looks like spam (131048) when it thinks fit.
_FOR_NOW: dict[int, timedelta | None] = {
    80007: timedelta(minutes=1),
    130429: timedelta(seconds=10),
    131000: None,
    131016: None,
    131048: timedelta(hours=1),
    131056: timedelta(seconds=6),
    131057: timedelta(minutes=5),
    131064: timedelta(hours=1),
    133004: timedelta(minutes=1),
    133016: timedelta(hours=1),
}

_ACCOUNT = (
    0,  # the token doesn't authenticate
    3,  # the app lacks the capability
    10,  # … or the permission
    190,  # the token expired or was taken back
    *range(200, 300),
    368,  # blocked for a violation of the policies
    130497,  # may not write to that country
    131005,
    131030,  # a test number writes to its listed numbers only
    131031,  # locked
    131037,  # the display name was not approved
    131042,  # unpaid
    131044,
    131045,  # a wrong certificate
    133000,
    133005,
    133006,
    133008,
    133009,
    133010,  # the number is not registered
    133015,
)

_REASONS: dict[int, SendFailure] = {
    **dict.fromkeys(_ACCOUNT, SendFailure.ACCOUNT),
    131026: SendFailure.UNKNOWN_RECIPIENT,  # not on WhatsApp, or an old version of it
    131047: SendFailure.WINDOW_CLOSED,
    131050: SendFailure.BLOCKED,  # no marketing any more, please
}

# Known for what they are, and no retry helps: 130472 is Meta's experiment, 131049 its care for
# the customer, 131062 a template that needs a phone, 132xxx the template itself.
_OWN = frozenset({130472, *range(131000, 131100), *range(132000, 132100), 135000, 137000})
