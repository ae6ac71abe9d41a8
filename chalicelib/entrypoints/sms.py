"""Text messages, and what became of those we sent, that AWS published on the topic."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalice import Blueprint
from chalice.app import SNSEvent

from chalicelib.bootstrap import frontline
from chalicelib.entrypoints.observe import count

sms = Blueprint(__name__)

CHANNEL = "aws_sms"


# The template puts a stage's own topic in the place of this name.
@sms.on_sns_message(topic="frontline-sms", name="sms")
def take_in_text(event: SNSEvent) -> None:
    """Store all that was published. What raises here is delivered again, and kept at last."""
    for record in event.to_dict()["Records"]:
        _take(record["Sns"])


def _take(notification: Mapping[str, Any]) -> None:
    at = datetime.fromisoformat(notification["Timestamp"])
    outcome = frontline().text_messages.take(notification["Message"], at)
    count("EventsReceived", outcome.new, channel=CHANNEL)
    count("EventsRepeated", outcome.repeated, channel=CHANNEL)
    count("Quarantined", outcome.quarantined)
