"""What goes to a shop's own address, and what its answers mean."""

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse, OutboundMessage
from chalicelib.channels.generic.answers import Answer, Choice, MessageSent, OurFile, Sending
from chalicelib.channels.generic.payloads import Person
from chalicelib.channels.json_body import read_object
from chalicelib.channels.platform_api import retry_after
from chalicelib.channels.wire import Printed, Wire
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)

_GONE = 410


class Named(Wire):
    id: Printed


def body_of(message: OutboundMessage) -> bytes:
    """Return the webhook that carries `message` to the shop."""
    answer = Answer(
        id=message.id,
        text=message.text,
        sent_at=message.sent_at,
        automatic=message.automatic,
        reply_to=message.reply_to_id,
        subject=message.subject,
        attachments=tuple(
            OurFile(
                kind=file.kind,
                url=file.url,
                name=file.name,
                mime_type=file.mime_type,
                size=file.size,
            )
            for file in message.files
        ),
        buttons=tuple(
            Choice(title=button.title, payload=button.payload) for button in message.buttons
        ),
    )
    data = Sending(contact=Person(id=message.to.external_id), message=answer)
    webhook = MessageSent(timestamp=message.sent_at, data=data)
    return webhook.model_dump_json(exclude_none=True).encode()


def message_id(response: HttpResponse) -> str:
    """Return the shop's id of the message, empty where it gave none. Raises `SendError`.

    410 means that the address is gone for good; anything else but 2xx is tried again, as the
    standard asks for.
    """
    words = f"the shop answered {response.status}"
    if response.status == _GONE:
        raise PermanentSendError(words, SendFailure.ACCOUNT)
    if not 200 <= response.status < 300:  # noqa: PLR2004
        raise TransientSendError(words, retry_after(response))
    try:
        return Named.model_validate(read_object(response.body)).id
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return ""
