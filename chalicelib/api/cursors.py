"""Where the next page of a list begins: a sort key that callers hand back without reading it."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from chalicelib.errors import InvalidRequestError

LONGEST_KEY = 1024
"""Bytes of a sort key in DynamoDB."""


def write(sort_key: str) -> str:
    return urlsafe_b64encode(sort_key.encode()).decode().rstrip("=")


def read(cursor: str) -> str:
    """Return the sort key. Raises `InvalidRequestError` for what `write` never wrote."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        sort_key = urlsafe_b64decode(padded).decode()
    except ValueError as error:
        raise InvalidRequestError("cursor: take it from the page before") from error
    if not 0 < len(sort_key.encode()) <= LONGEST_KEY or write(sort_key) != cursor:
        raise InvalidRequestError("cursor: take it from the page before")
    return sort_key
