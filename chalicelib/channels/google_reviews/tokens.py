"""The token that Google signs each push of Pub/Sub with.

https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.signatures import require_token
from chalicelib.errors import InvalidSignatureError, UnknownKeyError

_ISSUER = "https://accounts.google.com"
_BEARER = "Bearer "
_SKEW = timedelta(seconds=30)
_LONGEST = 8192


def require_push_token(
    request: WebhookRequest, audiences: Sequence[str], service_accounts: Sequence[str]
) -> None:
    """Require a Google token, not expired, for one of `audiences`, of one of `service_accounts`.

    Raises `InvalidSignatureError`, and `UnknownKeyError` where the key isn't in `request.keys`.
    """
    authorization = request.headers.get("authorization", "")
    if request.received_at is None or not authorization.startswith(_BEARER):
        raise InvalidSignatureError("no token, or nobody knows when it came")
    claims = _claims(authorization.removeprefix(_BEARER), request.keys, audiences)
    if not _time(claims, "iat") - _SKEW <= request.received_at < _time(claims, "exp") + _SKEW:
        raise InvalidSignatureError("the token is not of this time")
    if claims.get("email_verified") is not True:
        raise InvalidSignatureError("the token's address is not verified")
    require_token(service_accounts, str(claims.get("email") or ""))


def _claims(token: str, keys: Mapping[str, Any], audiences: Sequence[str]) -> Mapping[str, Any]:
    import jwt

    if len(token) > _LONGEST or not token.isascii() or not _is_canonical(token):
        raise InvalidSignatureError("the token is malformed")
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        return jwt.decode(
            token,
            _key(keys, kid),
            algorithms=["RS256"],
            audience=audiences,
            issuer=_ISSUER,
            # Times are checked against when the request came: here is no clock.
            options={
                "require": ["exp", "iat", "aud", "iss"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise InvalidSignatureError("the token is wrong") from error


def _key(keys: Mapping[str, Any], kid: object) -> Any:
    import jwt

    known = keys.get("keys")
    for each in known if isinstance(known, list) else ():
        if isinstance(each, dict) and kid and each.get("kid") == kid:
            return jwt.PyJWK(each, algorithm="RS256").key
    raise UnknownKeyError("the token is signed with a key we don't have")


def _is_canonical(token: str) -> bool:
    """Tell whether the signature is written as it is encoded: spare bits must be none."""
    signature = token.rpartition(".")[2]
    try:
        decoded = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_")
    except (binascii.Error, ValueError):
        return False
    return base64.urlsafe_b64encode(decoded).rstrip(b"=") == signature.encode()


def _time(claims: Mapping[str, Any], name: str) -> datetime:
    try:
        return datetime.fromtimestamp(int(claims[name]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise InvalidSignatureError("the token has no time") from error
