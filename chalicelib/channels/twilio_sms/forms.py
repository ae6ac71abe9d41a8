"""Twilio's webhooks are forms: every field, the empty and the repeated ones too, is signed."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from chalicelib.channels.base import WebhookRequest
from chalicelib.channels.json_body import MAX_BYTES
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

Fields = list[tuple[str, str]]

RECEIVED_AT = "FrontlineReceivedAt"
"""Our own note in a kept form: Twilio doesn't say when a message came."""

_MOST_FIELDS = 500


def read_form(body: bytes) -> Fields:
    """Return the fields of `body` in their order.

    Raises `PayloadTooLargeError`, and `MalformedPayloadError` for what is no form in UTF-8.
    """
    if len(body) > MAX_BYTES:
        raise PayloadTooLargeError(f"a body of {len(body)} bytes; at most {MAX_BYTES} are read")
    try:
        return parse_qsl(
            body.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise MalformedPayloadError("the body is no form in UTF-8") from None


def arrival(request: WebhookRequest, fields: dict[str, str]) -> datetime:
    """Return when the form came, by our clock or by the note in a kept one."""
    if request.received_at:
        return request.received_at
    try:
        at = datetime.fromisoformat(fields[RECEIVED_AT])
    except (KeyError, ValueError):
        raise MalformedPayloadError("nothing tells when it came") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def kept(fields: Fields, at: datetime) -> str:
    """Return the form with a note of when it came, to be read into the same event again."""
    theirs = [field for field in fields if field[0] != RECEIVED_AT]
    return urlencode([*theirs, (RECEIVED_AT, at.isoformat())])
