"""Text messages to customers through AWS End User Messaging (API `pinpoint-sms-voice-v2`)."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.channels.base import SmsRequest
from chalicelib.errors import SendFailure
from chalicelib.notify.aws_errors import translated

# A conflict is an opted-out number; what is missing is a sender or a set of ours.
_MEANINGS = {
    "ConflictException": SendFailure.BLOCKED,
    "ResourceNotFoundException": SendFailure.ACCOUNT,
    "ServiceQuotaExceededException": SendFailure.ACCOUNT,
    "ValidationException": SendFailure.REJECTED,
}


def send_text_message(client: Any, request: SmsRequest) -> str:
    """Send by a `pinpoint-sms-voice-v2` client; return its id of the message. Raises `SendError`.

    https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
    """
    receipts = {"ConfigurationSetName": request.configuration_set}
    try:
        answer = client.send_text_message(
            DestinationPhoneNumber=request.recipient,
            OriginationIdentity=request.sender,
            MessageBody=request.text,
            MessageType="TRANSACTIONAL",
            **(receipts if request.configuration_set else {}),
        )
    except (ClientError, BotoCoreError) as error:
        raise translated(error, _MEANINGS) from error
    return str(answer["MessageId"])
