"""What Meta's products share: handshake, signature, batches of entries, and the Graph API's words.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started
https://developers.facebook.com/docs/graph-api/guides/error-handling
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from chalicelib.channels.base import (
    ChannelAdapter,
    Checkup,
    HttpRequest,
    HttpResponse,
    WebhookAnswer,
    WebhookRequest,
)
from chalicelib.channels.json_body import read_object, write_text
from chalicelib.channels.platform_api import post_json, read_answer, retry_after
from chalicelib.channels.signatures import candidates, require_hmac_sha256, require_token
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.errors import (
    InvalidSignatureError,
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
)

GRAPH = "https://graph.facebook.com/v25.0"

TEST_ID = "0"
"""Whose events the dashboard's *Test* button sends."""

PAGE_FIELDS = (
    "feed",
    "mention",
    "message_deliveries",
    "message_echoes",
    "message_edits",
    "message_reactions",
    "message_reads",
    "messages",
    "messaging_handovers",
    "messaging_postbacks",
    "ratings",
    "standby",
)
"""All that a page tells us, in Messenger and in public: a subscription replaces the one before."""

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


def parts_of(
    request: WebhookRequest,
    of: str,
    apart: Callable[[list[Any]], Iterator[Entry]] = single_entries,
) -> Iterator[tuple[Entry, str]]:
    """Yield all that a payload of the object `of` holds, each an entry with its own JSON text.

    `apart` takes the entries apart. What came alone is kept to the byte. Raises
    `MalformedPayloadError` for another payload.
    """
    payload = read_object(request.body)
    if payload.get("object") != of or not isinstance(payload.get("entry"), list):
        raise MalformedPayloadError(f"not a payload of the {of} object")
    parts = list(apart(payload["entry"]))
    for part in parts:
        yield part, request.body.decode() if len(parts) == 1 else envelope(of, part)


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


def sent_id(response: HttpResponse) -> str:
    """Return the id of the message or comment sent. Raises `SendError`."""
    answer = graph_answer(response)
    try:
        sent = _Sent.model_validate(answer)
    except ValidationError as error:
        raise TransientSendError("Meta named nothing sent", retry_after(response)) from error
    found = sent.message_id or sent.id
    if found is None:
        raise TransientSendError("Meta named nothing sent", retry_after(response))
    return found


def recipient_of(response: HttpResponse) -> str | None:
    """Return the id of the person whom a send reached, None where Meta doesn't tell."""
    try:
        return _Reached.model_validate(read_object(response.body)).recipient_id
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return None


def subscriptions_request(node: str, token: str) -> HttpRequest:
    """Return the call that lists the apps that get a page's or an account's events.

    `node` is its URL. The same call tells whether the token is alive.
    """
    return HttpRequest(method="GET", url=f"{node}/subscribed_apps", headers=bearer(token))


def subscribe_request(node: str, token: str, fields: Collection[str]) -> HttpRequest:
    """Return the call that has the token's app get these events of the page or account `node`."""
    query = urlencode({"subscribed_fields": ",".join(fields)}, safe=",")
    return post_json(f"{node}/subscribed_apps?{query}", {}, bearer(token))


def page_requests(adapter: ChannelAdapter, webhook_url: str) -> tuple[HttpRequest, ...]:
    """Return the calls for the app's webhook, which Meta proves by a handshake, then the page's.

    All that a page tells is asked for, by whichever of its channels: the last call counts.
    """
    app_id, app_secret = adapter.secret("app_id"), adapter.secret("app_secret")
    to_webhook = {
        "object": "page",
        "callback_url": webhook_url,
        "verify_token": adapter.secret("verify_token"),
        "fields": ",".join(PAGE_FIELDS),
    }
    # An app's own access token is its id and its secret.
    as_app = bearer(f"{app_id}|{app_secret}")
    page = f"{GRAPH}/{adapter.secret('page_id')}"
    return (
        post_json(f"{GRAPH}/{app_id}/subscriptions", to_webhook, as_app),
        subscribe_request(page, adapter.secret("page_access_token"), PAGE_FIELDS),
    )


def read_subscriptions(
    response: HttpResponse, app_id: str | None, fields: Collection[str]
) -> Checkup:
    """Return whether the app, or the only one listed, gets `fields`.

    Raises `TransientSendError`.
    """
    try:
        apps = _Subscriptions.model_validate(graph_answer(response)).data
    except PermanentSendError as error:
        return Checkup(problem=f"{error}: the token is refused, or lacks a permission")
    except ValidationError:
        return Checkup(problem="Meta lists the subscribed apps in no shape we know")
    app = next((app for app in apps if app_id in (None, app.id)), None)
    if app is None:
        return Checkup(problem="the app is not subscribed to these events any more")
    missing = sorted({*fields} - {*app.subscribed_fields})
    return Checkup(problem=f"not subscribed to {', '.join(missing)}" if missing else None)


class _Sent(Wire):
    """A comment has an `id`, a message a `message_id`."""

    id: Printed | None = None
    message_id: Printed | None = None


class _Reached(Wire):
    recipient_id: Printed


class _Subscriber(Wire):
    id: Printed | None = None
    subscribed_fields: tuple[Text, ...] = ()


class _Subscriptions(Wire):
    data: tuple[_Subscriber, ...]


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
    2534037: SendFailure.ACCOUNT,  # another app owns the thread
    2534014: SendFailure.UNKNOWN_RECIPIENT,
    2018108: SendFailure.UNKNOWN_RECIPIENT,
    2018001: SendFailure.UNKNOWN_RECIPIENT,
}

# 3, 10 and 200 to 299 are permissions; 102 and 190 a token that expired or was taken back.
# 368 is a page that Meta keeps from writing for a while.
_BY_CODE = {
    551: SendFailure.BLOCKED,
    **dict.fromkeys((3, 10, 102, 190, 368, *range(200, 300)), SendFailure.ACCOUNT),
}

# 80001, 80002 and 80006 are the hourly limits of pages, Instagram and Messenger.
_BUSY = frozenset({1, 2, 4, 17, 32, 341, 613, 1200, 80001, 80002, 80006})
_PAUSE = dict.fromkeys((4, 17, 32, 341, 613, 80001, 80002, 80006), timedelta(minutes=1))
