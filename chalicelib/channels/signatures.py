"""How a webhook proves where it comes from. Each rule once; every one takes several secrets."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.errors import InvalidSignatureError


def candidates(secrets: Mapping[str, Any], *names: str) -> tuple[str, ...]:
    """Return every value configured under `names`: one text each, or a list while it is rotated.

    Raises `InvalidSignatureError` when there is none: a check against nothing proves nothing.
    """
    values = tuple(value for name in names for value in _values(secrets.get(name)))
    if not values:
        raise InvalidSignatureError(f"no secret {names[0]!r} is configured")
    return values


def require_hmac_sha256(secrets: Sequence[str], body: bytes, signature: str) -> None:
    """Require `signature` to be the lower-case hex HMAC-SHA256 of the raw `body`."""
    _require_one(
        (hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in secrets),
        signature,
    )


def require_sha256(secrets: Sequence[str], message: bytes, signature: str) -> None:
    """Require `signature` to be the lower-case hex SHA-256 of `message` followed by a secret."""
    _require_one(
        (hashlib.sha256(message + secret.encode()).hexdigest() for secret in secrets),
        signature,
    )


def require_token(tokens: Sequence[str], given: str) -> None:
    """Require `given` to be one of `tokens`."""
    _require_one(tokens, given)


def _values(configured: object) -> tuple[str, ...]:
    values = (configured,) if isinstance(configured, str) else configured
    if not isinstance(values, list | tuple):
        return ()
    return tuple(value for value in values if isinstance(value, str) and value.strip())


def _require_one(expected: Iterable[str], given: str) -> None:
    # All are compared, as bytes: the time tells nothing, and text outside ASCII is no TypeError.
    proof = given.encode("utf-8", "replace")
    matches = [hmac.compare_digest(each.encode(), proof) for each in expected]
    if True not in matches:
        raise InvalidSignatureError("the signature is missing or wrong")
