"""What Meta's products share: handshake, signature, batches of entries, and the Graph API's words.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse, WebhookAnswer, WebhookRequest
from chalicelib.channels.json_body import write_text
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.signatures import candidates, require_hmac_sha256, require_token
from chalicelib.channels.wire import Wire
from chalicelib.errors import (
    InvalidSignatureError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
)

GRAPH = "https://graph.facebook.com/v25.0"

Entry = dict[str, Any]


class GraphError(Wire):
    code: int = 0
    error_subcode: int = 0
    is_transient: bool = False


def subscription(request: WebhookRequest, secrets: Mapping[str, Any]) -> WebhookAnswer:
    """Answer Meta's check of a new webhook. Raises `InvalidSignatureError`."""
    if request.query.get("hub.mode") != "subscribe":
        raise InvalidSignatureError("hub.mode is not subscribe")
    require_token(candidates(secrets, "verify_token"), request.query.get("hub.verify_token", ""))
    return WebhookAnswer(request.query.get("hub.challenge", ""))


def require_signed(request: WebhookRequest, secrets: Mapping[str, Any]) -> None:
    """Require HMAC-SHA256 of the raw body under the app secret."""
    scheme, _, signature = request.headers.get("x-hub-signature-256", "").partition("=")
    if scheme != "sha256":
        raise InvalidSignatureError("X-Hub-Signature-256 is missing")
    require_hmac_sha256(candidates(secrets, "app_secret"), request.body, signature)


def single_entries(entries: list[Any]) -> Iterator[Entry]:
    """Yield an entry of its own for everything in `entries`."""
    for entry in entries:
        if not isinstance(entry, dict):
            yield {"unknown": entry}
            continue
        lists = {key: value for key, value in entry.items() if isinstance(value, list) and value}
        rest = {key: value for key, value in entry.items() if key not in lists}
        yield from ({**rest, key: [item]} for key, items in lists.items() for item in items)
        if not lists:
            yield rest


def mark(entry: Entry) -> str:
    """Tell an entry from others: a redelivery may be batched otherwise, at another time."""
    return write_text({key: value for key, value in entry.items() if key != "time"})


def envelope(of: str, entry: Entry) -> str:
    """Return a payload of the object `of` that holds `entry` alone."""
    return write_text({"object": of, "entry": [entry]})


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def graph_answer(response: HttpResponse) -> dict[str, Any]:
    """Return what the Graph API answered. Raises `SendError` for its refusals."""
    answer = read_answer(response)
    if "error" in answer:
        raise _refusal(_graph_error(answer["error"]), response)
    return answer


def _graph_error(answer: Any) -> GraphError:
    try:
        return GraphError.model_validate(answer)
    except ValidationError:
        return GraphError()


def _refusal(error: GraphError, response: HttpResponse) -> SendError:
    words = f"Meta refused with {error.code}/{error.error_subcode}"
    reason = _BY_SUBCODE.get(error.error_subcode) or _BY_CODE.get(error.code)
    if reason is None and (error.is_transient or error.code in _BUSY):
        return TransientSendError(words, retry_after(response) or _PAUSE.get(error.code))
    return PermanentSendError(words, reason or SendFailure.REJECTED)


_BY_SUBCODE = {
    2018278: SendFailure.WINDOW_CLOSED,
    2534022: SendFailure.WINDOW_CLOSED,
    1545041: SendFailure.BLOCKED,
    2018108: SendFailure.UNKNOWN_RECIPIENT,
    2018001: SendFailure.UNKNOWN_RECIPIENT,
}

# 3, 10 and 200 to 299 are permissions; 102 and 190 a token that expired or was taken back.
_BY_CODE = {
    551: SendFailure.BLOCKED,
    **dict.fromkeys((3, 10, 102, 190, *range(200, 300)), SendFailure.ACCOUNT),
}

_BUSY = frozenset({1, 2, 4, 17, 32, 613, 1200})
_PAUSE = dict.fromkeys((4, 17, 32, 613), timedelta(minutes=1))
