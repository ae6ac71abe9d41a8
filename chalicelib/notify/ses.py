"""Mail through Amazon SES (API v2)."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.channels.base import MailRequest
from chalicelib.errors import SendFailure
from chalicelib.notify.aws_errors import translated

_MEANINGS = {
    "BadRequestException": SendFailure.REJECTED,
    "MessageRejected": SendFailure.REJECTED,
}


def send_mail(client: Any, mail: MailRequest) -> str:
    """Send by a `sesv2` client; return the id that answers will name.

    SES replaces Message-ID by this id before an `@`: match In-Reply-To and References by the
    part up to it. Raises `TransientSendError` or `PermanentSendError`; SES has no idempotency
    token, so an answer lost on the way may mean a mail sent twice.
    """
    try:
        answer = client.send_email(
            FromEmailAddress=mail.sender,
            Destination={"ToAddresses": [mail.recipient]},
            Content={"Raw": {"Data": mail.mime}},
        )
    except (ClientError, BotoCoreError) as error:
        raise translated(error, _MEANINGS) from error
    return str(answer["MessageId"])
