"""Identifiers that look like the platforms' own."""

import base64
import hashlib
import secrets


def hexadecimal(length: int) -> str:
    """Return a fresh lower-case hexadecimal id."""
    return secrets.token_hex((length + 1) // 2)[:length]


def base64url(size: int) -> str:
    """Return a fresh URL-safe id made of `size` random bytes."""
    return base64.urlsafe_b64encode(secrets.token_bytes(size)).decode().rstrip("=")


def digits(length: int) -> str:
    """Return a fresh decimal id that doesn't begin with zero."""
    return str(10 ** (length - 1) + secrets.randbelow(9 * 10 ** (length - 1)))


def derived_digits(*parts: str, length: int = 19) -> str:
    """Return the same digits for the same parts, never beginning with zero."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return str(10 ** (length - 1) + int.from_bytes(digest, "big") % (9 * 10 ** (length - 1)))


def milliseconds(timestamp: float) -> int:
    return round(timestamp * 1000)
