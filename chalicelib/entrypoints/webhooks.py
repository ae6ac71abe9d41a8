"""`/webhooks/{channel}/{account}`: the only door for platforms."""

from collections.abc import Iterator
from urllib.parse import urlencode

from chalice import Blueprint, Response

from chalicelib.bootstrap import Frontline, frontline
from chalicelib.channels.base import WebhookAnswer, WebhookRequest
from chalicelib.entrypoints.observe import count, logger
from chalicelib.errors import (
    ConfigurationError,
    InvalidSignatureError,
    PayloadTooLargeError,
    SendError,
    WebhookError,
)

webhooks = Blueprint(__name__)

LARGEST_BODY = 1_000_000
CONTENT_TYPES = ["application/json", "application/x-www-form-urlencoded", "text/plain"]


@webhooks.route("/webhooks/{channel}/{account}", methods=["GET"])
def handshake(channel: str, account: str) -> Response:
    """Answer a platform that asks whether this address is ours."""
    try:
        wired = frontline()
        answer = wired.receiver.challenge(channel, account, _request(wired))
    except (WebhookError, ConfigurationError) as error:
        return _refusal(error, channel)
    return _response(answer)


@webhooks.route("/webhooks/{channel}/{account}", methods=["POST"], content_types=CONTENT_TYPES)
def receive(channel: str, account: str) -> Response:
    """Store what a platform tells, then answer 200."""
    wired = frontline()
    try:
        outcome = wired.receiver.receive(channel, account, _request(wired), wired.real_clock())
    except (WebhookError, ConfigurationError, SendError) as error:
        return _refusal(error, channel)
    count("EventsReceived", outcome.new, channel=channel)
    count("EventsRepeated", outcome.repeated, channel=channel)
    count("Quarantined", outcome.quarantined)
    return _response(outcome.answer)


def _request(wired: Frontline) -> WebhookRequest:
    request = webhooks.current_request
    body = request.raw_body
    body = body if isinstance(body, bytes) else body.encode()
    if len(body) > LARGEST_BODY:
        raise PayloadTooLargeError(f"more than {LARGEST_BODY} bytes")
    return WebhookRequest(
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query_params or {}),
        body=body,
        urls=tuple(_urls(wired.settings.public_url.rstrip("/"))),
        received_at=wired.real_clock(),
    )


def _urls(public_url: str) -> Iterator[str]:
    """Yield the addresses that the platform may have called, the likeliest first."""
    request = webhooks.current_request
    path: str = request.context.get("path", request.path)
    found = request.query_params
    pairs = [(name, each) for name in found for each in found.getlist(name)] if found else []
    query = f"?{urlencode(pairs)}" if pairs else ""
    if public_url:
        # Chalice calls the route its path.
        yield f"{public_url}{request.path.format(**request.uri_params or {})}{query}"
    for host in dict.fromkeys((request.context.get("domainName"), request.headers.get("host"))):
        if host:
            yield f"https://{host}{path}{query}"


def _refusal(error: Exception, channel: str) -> Response:
    """Turn an error into its status. A secret that is missing proves nothing: that is a 401.

    Keys that can't be fetched now are a 503: the platform will call again.
    """
    if isinstance(error, ConfigurationError):
        logger.error("webhook can't be verified", channel=channel, reason=str(error))
        error = InvalidSignatureError("not configured")
    status: int = getattr(error, "status_hint", 500)
    count("WebhooksRejected", status=str(status))
    return _response(WebhookAnswer(type(error).__name__), status)


def _response(answer: WebhookAnswer, status: int = 200) -> Response:
    headers: dict[str, str | list[str]] = {"Content-Type": answer.content_type}
    return Response(answer.body, headers=headers, status_code=status)
