"""Slack's signature, version 0: HMAC-SHA256 of the time and the raw body.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.signatures import require_hmac_sha256
from chalicelib.errors import InvalidSignatureError

FRESH = timedelta(minutes=5)
_DIGITS = 11


def require_signed(request: WebhookRequest, secrets: Sequence[str]) -> None:
    """Require a signature not older, nor newer, than five minutes."""
    written = request.headers.get("x-slack-request-timestamp", "")
    version, _, signature = request.headers.get("x-slack-signature", "").partition("=")
    if version != "v0":
        raise InvalidSignatureError("X-Slack-Signature is missing")
    _require_fresh(written, request)
    require_hmac_sha256(secrets, b"v0:%b:%b" % (written.encode(), request.body), signature)


def _require_fresh(written: str, request: WebhookRequest) -> None:
    is_time = written.isascii() and written.isdigit() and len(written) <= _DIGITS
    if not is_time or request.received_at is None:
        raise InvalidSignatureError("nobody says when the request was signed, or came")
    if abs(request.received_at.timestamp() - int(written)) > FRESH.total_seconds():
        raise InvalidSignatureError("the signature is not of now")
