"""Calls of a platform's JSON API, and what every platform's failures have in common."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.channels.json_body import read_object
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    TransientSendError,
)

_TIMEOUT = 408


def post_json(url: str, payload: object, headers: Mapping[str, str] | None = None) -> HttpRequest:
    """Return a POST of `payload` as UTF-8 JSON."""
    return HttpRequest(
        method="POST",
        url=url,
        headers={"content-type": "application/json", **(headers or {})},
        body=json.dumps(payload, ensure_ascii=False).encode(),
    )


def read_answer(response: HttpResponse) -> dict[str, Any]:
    """Return the object a platform answered with, refusals in its own words included.

    Raises `TransientSendError` when the platform itself is unwell, and where an answer can't be
    read although nothing speaks of a refusal: then the message may or may not have gone.
    """
    if response.status >= 500 or response.status == _TIMEOUT:  # noqa: PLR2004
        raise TransientSendError(f"the platform answered {response.status}", retry_after(response))
    try:
        return read_object(response.body)
    except (MalformedPayloadError, PayloadTooLargeError) as error:
        raise _unreadable(response) from error


def retry_after(response: HttpResponse) -> timedelta | None:
    """Return what `Retry-After` asks for in seconds, or None where it asks for nothing."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    seconds = headers.get("retry-after", "")
    return timedelta(seconds=int(seconds)) if seconds.isascii() and seconds.isdigit() else None


def _unreadable(response: HttpResponse) -> TransientSendError | PermanentSendError:
    words = f"the platform answered {response.status} in words we can't read"
    is_refused = 300 <= response.status < 500  # noqa: PLR2004
    if is_refused and not response.is_throttling:
        return PermanentSendError(words)
    return TransientSendError(words, retry_after(response))
