"""What goes to the Bot Framework's connector, and what it answers.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
"""

from typing import Any

from pydantic import ValidationError

from chalicelib.channels.base import HttpResponse, OutboundMessage
from chalicelib.channels.json_body import read_object
from chalicelib.channels.platform_api import read_answer, retry_after
from chalicelib.channels.teams.reference import Reference
from chalicelib.channels.wire import Printed, Text, Wire
from chalicelib.domain.messages import Button
from chalicelib.errors import (
    MalformedPayloadError,
    PayloadTooLargeError,
    PermanentSendError,
    SendError,
    SendFailure,
    TransientSendError,
)


class Sent(Wire):
    id: Printed


class Failure(Wire):
    code: Text = ""


class Refused(Wire):
    error: Failure = Failure()


def activity(message: OutboundMessage, reference: Reference) -> dict[str, Any]:
    """Return a message as an activity. Its text is shown as it is, not as Markdown."""
    found: dict[str, Any] = {
        "type": "message",
        "from": {"id": reference.bot},
        "recipient": {"id": message.to.external_id},
        "conversation": {"id": reference.conversation},
        "textFormat": "plain",
        "text": message.text,
    }
    if reference.tenant:
        found["channelData"] = {"tenant": {"id": reference.tenant}}
    if message.buttons:
        found["attachments"] = [_card(message.buttons)]
    return found


def message_id(response: HttpResponse) -> str:
    """Return the id of the activity sent, unique in its conversation. Raises `SendError`."""
    if response.status in _FOR_NOW or response.status in _FOR_GOOD:
        raise _refusal(response)
    answer = read_answer(response)
    if "error" in answer:
        raise _refusal(response)
    try:
        return Sent.model_validate(answer).id
    except ValidationError as error:
        raise TransientSendError("Teams named no message") from error


def _card(buttons: tuple[Button, ...]) -> dict[str, Any]:
    # Suggested actions would be gone with the next message.
    taps = [
        {
            "type": "messageBack",
            "title": button.title,
            "displayText": button.title,
            "text": button.title,
            "value": {"payload": button.payload},
        }
        for button in buttons
    ]
    return {"contentType": "application/vnd.microsoft.card.hero", "content": {"buttons": taps}}


def _refusal(response: HttpResponse) -> SendError:
    words = f"Teams refused with {response.status} {_code(response)}".rstrip()
    if response.status in _FOR_NOW:
        return TransientSendError(words, retry_after(response))
    return PermanentSendError(words, _FOR_GOOD.get(response.status, SendFailure.REJECTED))


def _code(response: HttpResponse) -> str:
    """Return Microsoft's word for a failure, such as `BotNotInConversationRoster`."""
    try:
        code = Refused.model_validate(read_object(response.body)).error.code
    except (MalformedPayloadError, PayloadTooLargeError, ValidationError):
        return ""
    return code if code.isalnum() and code.isascii() and len(code) <= _LONGEST_CODE else ""


_LONGEST_CODE = 60

# A token lives for about an hour, and 401 says that it is over: the next one is taken. 412 is a
# conversation that is being changed at this moment.
_FOR_NOW = frozenset({401, 412, 429})

# Teams has no other word for a person who blocked the bot, or removed it, than 403.
_FOR_GOOD = {
    400: SendFailure.REJECTED,
    403: SendFailure.BLOCKED,
    404: SendFailure.UNKNOWN_RECIPIENT,
    413: SendFailure.REJECTED,
}
