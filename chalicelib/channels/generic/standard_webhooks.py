"""Standard Webhooks: who signs what, with which key, and for how long it is good.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from chalicelib.channels.signatures import require_token
from chalicelib.errors import InvalidSignatureError

TOLERANCE = timedelta(minutes=5)

RETRY_WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The waits before the second attempt and each after it; the first is made at once."""

_PREFIX = "whsec_"
_SHORTEST_KEY = 24
_DIGITS = 12


def keys_of(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Return the keys that `secrets` stand for, without those that are no keys.

    A key has at least 24 bytes, in base64 after `whsec_`; prefix and padding may be missing.
    """
    return tuple(key for secret in secrets if len(key := _key(secret)) >= _SHORTEST_KEY)


def signed_headers(
    keys: Sequence[bytes], message_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the headers that prove `body`: a signature for each key, while they are rotated."""
    timestamp = str(int(at.timestamp()))
    signatures = [_signature(key, message_id, timestamp, body) for key in keys]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def require_signed(
    keys: Sequence[bytes], headers: Mapping[str, str], body: bytes, now: datetime | None
) -> None:
    """Require one of the signatures to be right, and not older or newer than five minutes."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    # With a dot inside, another pair of id and time would have the same signature.
    if not message_id or "." in message_id:
        raise InvalidSignatureError("webhook-id is missing or wrong")
    if now is None or abs(now - _time(timestamp)) > TOLERANCE:
        raise InvalidSignatureError("webhook-timestamp is too old or too new")
    expected = [_signature(key, message_id, timestamp, body) for key in keys]
    for given in headers.get("webhook-signature", "").split(" "):
        with suppress(InvalidSignatureError):
            require_token(expected, given)
            return
    raise InvalidSignatureError("webhook-signature is missing or wrong")


def _signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    signed = f"{message_id}.{timestamp}.".encode("utf-8", "replace") + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def _time(timestamp: str) -> datetime:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= _DIGITS):
        raise InvalidSignatureError("webhook-timestamp is no time")
    try:
        return datetime.fromtimestamp(int(timestamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidSignatureError("webhook-timestamp is no time") from error


def _key(secret: str) -> bytes:
    text = secret.strip().removeprefix(_PREFIX).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
