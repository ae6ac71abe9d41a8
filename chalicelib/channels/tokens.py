"""Tokens (JWT, RFC 7519) that a platform signs with a public key of its own.

Only RS256 is taken, so no other algorithm can be talked into (RFC 8725, section 3.1). The clock is
the caller's.
"""

import math
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.errors import InvalidSignatureError, UnknownKeyError

LONGEST = 16_384

Claims = Mapping[str, Any]
Keys = Mapping[str, Any]
"""A key document: `{"keys": [{"kid": …, "kty": "RSA", "n": …, "e": …}]}` (RFC 7517)."""


def bearer_token(authorization: str) -> str:
    """Return the token in an `Authorization` header. Raises `InvalidSignatureError`."""
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        raise InvalidSignatureError("no bearer token")
    return token


def verify_token(
    token: str,
    keys: Keys,
    *,
    audiences: Collection[str],
    issuers: Collection[str],
    now: datetime | None,
    leeway: timedelta,
) -> Claims:
    """Return the claims of a token that is proven, meant for us and valid `now`.

    Raises `UnknownKeyError` when its key isn't in `keys`, `InvalidSignatureError` otherwise.
    """
    import jwt

    if now is None:
        raise InvalidSignatureError("nobody says when the token came")
    key = signing_key(token, keys)
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(dict(key), algorithm="RS256").key,
            algorithms=["RS256"],
            audience=list(audiences),
            issuer=list(issuers),
            options={
                "require": ["exp", "iss", "aud"],
                # The library would look at the machine's clock.
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (*_UNREADABLE, jwt.PyJWTError) as error:
        # The library's words may quote a claim.
        raise InvalidSignatureError(f"the token is not proven: {type(error).__name__}") from None
    _require_valid_at(now, claims, leeway)
    return claims


def signing_key(token: str, keys: Keys) -> Mapping[str, Any]:
    """Return the key that a token names. Raises `UnknownKeyError`, `InvalidSignatureError`."""
    import jwt

    if not token.isascii() or len(token) > LONGEST:
        raise InvalidSignatureError("not a token")
    try:
        named = jwt.get_unverified_header(token).get("kid")
        _require_plain(token.rpartition(".")[2])
    except (*_UNREADABLE, jwt.PyJWTError) as error:
        raise InvalidSignatureError(f"not a token: {type(error).__name__}") from None
    known = keys.get("keys")
    for key in known if isinstance(known, list) else ():
        if isinstance(key, dict) and named and key.get("kid") == named:
            return key
    raise UnknownKeyError("signed by a key that isn't in the key document")


def _require_plain(signature: str) -> None:
    """Refuse a second spelling of the same bytes: base64 leaves the last bits unused."""
    from jwt.utils import base64url_decode, base64url_encode

    if base64url_encode(base64url_decode(signature)).decode() != signature:
        raise ValueError("not the shortest base64")


def _require_valid_at(now: datetime, claims: Claims, leeway: timedelta) -> None:
    at, slack = now.timestamp(), leeway.total_seconds()
    if at > _seconds(claims["exp"]) + slack:
        raise InvalidSignatureError("the token has expired")
    for name in ("nbf", "iat"):
        if name in claims and at < _seconds(claims[name]) - slack:
            raise InvalidSignatureError("the token is not valid yet")


def _seconds(claim: object) -> float:
    is_number = isinstance(claim, int | float) and not isinstance(claim, bool)
    if not is_number or not math.isfinite(claim):  # type: ignore[arg-type]
        raise InvalidSignatureError("a time in the token is not a number")
    return float(claim)  # type: ignore[arg-type]


_UNREADABLE = (ValueError, TypeError, RecursionError)
