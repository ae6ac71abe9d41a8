"""Short messages and the notification topic, through Amazon SNS."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import SendFailure
from chalicelib.notify.aws_errors import translated

_SUBJECT_LIMIT = 100

_MEANINGS = {
    "InvalidParameter": SendFailure.UNKNOWN_RECIPIENT,
    "InvalidParameterException": SendFailure.UNKNOWN_RECIPIENT,
    "OptedOut": SendFailure.BLOCKED,
    "OptedOutException": SendFailure.BLOCKED,
}
_TOPIC_MEANINGS = {"InvalidParameter": SendFailure.REJECTED}


def send_sms(client: Any, phone: str, text: str) -> str:
    """Send `text` to an E.164 number; return SNS's id. Raises `SendError`."""
    kind = {"DataType": "String", "StringValue": "Transactional"}
    try:
        answer = client.publish(
            PhoneNumber=phone,
            Message=text,
            MessageAttributes={"AWS.SNS.SMS.SMSType": kind},
        )
    except (ClientError, BotoCoreError) as error:
        raise translated(error, _MEANINGS) from error
    return str(answer["MessageId"])


def publish(client: Any, topic_arn: str, subject: str, body: str) -> str:
    """Publish `body` on a topic; return SNS's id. Raises `SendError`."""
    try:
        answer = client.publish(TopicArn=topic_arn, Subject=_subject(subject), Message=body)
    except (ClientError, BotoCoreError) as error:
        raise translated(error, _TOPIC_MEANINGS) from error
    return str(answer["MessageId"])


def _subject(text: str) -> str:
    """SNS: ASCII without control characters, begins with a letter, digit or mark, up to 100."""
    plain = "".join(char if " " <= char <= "~" else " " for char in text)
    return " ".join(plain.split())[:_SUBJECT_LIMIT] or "Frontline"
