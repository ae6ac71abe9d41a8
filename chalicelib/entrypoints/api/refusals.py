"""How the API says no: one shape for every error, one code for every status."""

import json
from collections.abc import Mapping
from typing import Any

from chalice import Response

from chalicelib.errors import FrontlineError

CODES: Mapping[int, str] = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    412: "precondition_failed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_desk",
    500: "internal",
    503: "unavailable",
}

OURS = 500
BUSY = 503
WORDS: Mapping[int, str] = {
    OURS: "something went wrong on our side; it has been noted",
    BUSY: "busy right now: try again in a moment",
}


class RefusedError(FrontlineError):
    """A no in HTTP's own terms; `more` stands beside code and message."""

    def __init__(
        self,
        status: int,
        message: str,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status_hint = status
        self.headers = headers or {}
        self.more = more or {}


def refusal(status: int, message: str) -> RefusedError:
    """Return a refusal with a status that the API knows, and no inner workings in its words."""
    known = status if status in CODES else OURS
    headers = {"Retry-After": "1"} if known == BUSY else {}
    return RefusedError(known, WORDS.get(known, message), headers)


def as_response(refused: RefusedError, headers: Mapping[str, str]) -> Response:
    status = refused.status_hint
    error = {"code": CODES[status], "message": str(refused), **refused.more}
    return Response(
        json.dumps({"error": error}, ensure_ascii=False),
        headers={**headers, **refused.headers},
        status_code=status,
    )
