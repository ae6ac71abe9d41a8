"""Twilio's webhooks are forms: every field, the empty and the repeated ones too, is signed."""

from urllib.parse import parse_qsl

from chalicelib.channels.json_body import MAX_BYTES
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

Fields = list[tuple[str, str]]

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
