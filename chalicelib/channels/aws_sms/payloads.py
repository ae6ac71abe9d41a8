"""What AWS End User Messaging publishes on the topic, as far as we read it.

https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html
https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
"""

from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, Field

from chalicelib.channels.sms import Words
from chalicelib.channels.wire import Milliseconds, Printed, Text, Wire

RECEIVED_AT = "frontlineReceivedAt"
"""Our own note in a kept message: theirs has no time."""

Payload = dict[str, Any]


class Incoming(Wire):
    sender: Printed = Field(alias="originationNumber")
    recipient: Printed = Field(alias="destinationNumber")
    body: Words = Field("", alias="messageBody")
    id: Printed = Field(alias="inboundMessageId")
    answered_id: Text | None = Field(None, alias="previousPublishedMessageId")
    received_at: AwareDatetime | None = Field(None, alias=RECEIVED_AT)


class TextEvent(Wire):
    kind: Printed = Field(alias="eventType")
    at: Milliseconds = Field(alias="eventTimestamp")
    sender: Printed = Field(alias="originationPhoneNumber")
    recipient: Printed = Field(alias="destinationPhoneNumber")
    message_id: Printed = Field(alias="messageId")


def is_event(payload: Payload) -> bool:
    """Tell what became of a message of ours from what a customer wrote."""
    return "eventType" in payload


def our_number(payload: Payload) -> str:
    """Return the number or name of ours that a message or an event is about; empty for none."""
    key = "originationPhoneNumber" if is_event(payload) else "destinationNumber"
    return str(payload.get(key, ""))


def dated(payload: Payload, at: datetime | None) -> Payload:
    """Return a message with a note of when it came; an event tells that itself."""
    return (
        {**payload, RECEIVED_AT: at.isoformat()} if at and "eventType" not in payload else payload
    )
