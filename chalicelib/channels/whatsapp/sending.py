"""What the Cloud API answers to a send, a file or a check, in our words."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from chalicelib.channels.base import Checkup, HttpResponse
from chalicelib.channels.json_body import read_object
from chalicelib.channels.meta import graph_answer
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.whatsapp.payloads import Contact
from chalicelib.channels.whatsapp.refusals import refusal
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    TransientSendError,
)


class SentMessage(Wire):
    id: Printed


class Sent(Wire):
    messages: tuple[SentMessage, ...] = Field(min_length=1)


class Reached(Wire):
    contacts: tuple[Contact, ...] = Field(min_length=1)


class File(Wire):
    url: Text


class WebhookUrls(Wire):
    """Whose URL counts: the number's, else the business account's, else the app's."""

    phone_number: Text | None = None
    whatsapp_business_account: Text | None = None
    application: Text | None = None


class Number(Wire):
    status: Text | None = None
    webhook_configuration: WebhookUrls = WebhookUrls()


def message_id(response: HttpResponse) -> str:
    """Return the `wamid` of the message sent. Raises `SendError`."""
    try:
        return Sent.model_validate(_answer(response)).messages[0].id
    except ValidationError as error:
        raise TransientSendError("WhatsApp named no message", retry_after(response)) from error


def reached(response: HttpResponse) -> str | None:
    """Return the id under which WhatsApp knows the recipient, None where it doesn't tell.

    A phone may be known in another spelling: Brazil's ninth digit, Mexico's 1.
    """
    try:
        contact = Reached.model_validate(read_object(response.body)).contacts[0]
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return None
    return contact.user_id or contact.wa_id


def file_url(response: HttpResponse) -> str:
    """Return where a file lies, for five minutes and for our token. Raises `SendError`."""
    try:
        url = File.model_validate(_answer(response)).url
        at = urlsplit(url)
    except ValueError as error:  # pydantic's too
        raise PermanentSendError("WhatsApp named no place of the file") from error
    # The token goes along: to Meta, and to nobody else.
    if at.scheme != "https" or not f".{at.hostname}".endswith(_META):
        raise PermanentSendError("a file that lies outside Meta")
    return url


def checkup(response: HttpResponse, webhook_url: str) -> Checkup:
    """Return how WhatsApp finds the number. Raises `TransientSendError`."""
    try:
        number = Number.model_validate(_answer(response))
    except PermanentSendError as error:
        return Checkup(problem=f"{error}: the token is refused, or lacks a permission")
    except ValidationError:
        return Checkup(problem="WhatsApp describes the number in no shape we know")
    if number.status not in _USABLE:
        return Checkup(problem=f"the number is {str(number.status)[:40]}")
    urls = number.webhook_configuration
    told = urls.phone_number or urls.whatsapp_business_account or urls.application
    if told != webhook_url:
        return Checkup(problem="the number's events go to another webhook, or to none")
    return Checkup()


def _answer(response: HttpResponse) -> dict[str, Any]:
    answer = read_answer(response)
    error = answer.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    refused = refusal(code, retry_after(response)) if isinstance(code, int) else None
    if refused:
        raise refused
    return graph_answer(response)


_META = (".fbsbx.com", ".facebook.com", ".fbcdn.net", ".whatsapp.net")
# A flagged number has bad marks and still sends; in other states it doesn't.
_USABLE = frozenset({None, "CONNECTED", "FLAGGED"})
