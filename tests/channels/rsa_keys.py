"""Keys made here, once a run, and the tokens signed with them: what a platform does."""

from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key


@cache
def private_key(kid: str) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def public_key(kid: str = "k1", **more: Any) -> dict[str, Any]:
    """Return a key as a platform's key document has it."""
    public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key(kid).public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", **more}


def signed(claims: dict[str, Any], kid: str = "k1") -> str:
    return jwt.encode(claims, private_key(kid), "RS256", {"kid": kid})
