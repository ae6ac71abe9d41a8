"""Messages on their way out, and what Twilio answers to them.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
"""

import base64
from urllib.parse import urlencode

from pydantic import ValidationError

from chalicelib.channels.base import ChannelAdapter, HttpRequest, HttpResponse, OutboundMessage
from chalicelib.channels.platform_api import read_answer
from chalicelib.channels.twilio_sms.refusals import refusal
from chalicelib.channels.wire import Printed, Wire
from chalicelib.errors import PermanentSendError, TransientSendError

API = "https://api.twilio.com/2010-04-01"
TEXT_LIMIT = 1600
SERVICE = "MG"

_MOST_MEDIA = 10
_REFUSED = 400


class Answer(Wire):
    sid: Printed | None = None
    code: Printed | None = None


def authorization(adapter: ChannelAdapter) -> dict[str, str]:
    """Return the header that proves to Twilio who calls (RFC 7617)."""
    pair = f"{adapter.secret('account_sid')}:{adapter.secret('auth_token')}"
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def post_form(adapter: ChannelAdapter, url: str, fields: list[tuple[str, str]]) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=url,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            **authorization(adapter),
        },
        body=urlencode(fields).encode(),
    )


def message_request(adapter: ChannelAdapter, message: OutboundMessage) -> HttpRequest:
    """Return the call that sends `message`. Raises `PermanentSendError` for too many files."""
    if len(message.files) > _MOST_MEDIA:
        raise PermanentSendError(f"Twilio takes {_MOST_MEDIA} files in a message")
    sender = adapter.secret("sender")
    fields = [
        ("To", message.to.external_id),
        ("MessagingServiceSid" if sender.startswith(SERVICE) else "From", sender),
    ]
    if message.text:
        fields.append(("Body", message.text))
    fields += (("MediaUrl", file.url) for file in message.files)
    if message.webhook_url:
        fields.append(("StatusCallback", message.webhook_url))
    account = f"{API}/Accounts/{adapter.secret('account_sid')}"
    return post_form(adapter, f"{account}/Messages.json", fields)


def message_sid(response: HttpResponse) -> str:
    """Return the id of the message taken. Raises `SendError`."""
    try:
        answer = Answer.model_validate(read_answer(response))
    except ValidationError as error:
        raise TransientSendError("Twilio's answer is of no shape we know") from error
    if response.status >= _REFUSED:
        raise refusal(answer.code or "", response)
    if answer.sid is None:
        raise TransientSendError("Twilio named no message")
    return answer.sid
