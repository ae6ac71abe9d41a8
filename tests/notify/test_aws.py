"""SES and SNS: what goes out, on moto, and what AWS's refusals mean."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib.channels.base import MailRequest
from chalicelib.errors import PermanentSendError, SendFailure, TransientSendError
from chalicelib.notify.ses import send_mail
from chalicelib.notify.sns import publish, send_sms

REGION = "ap-southeast-1"
MAIL = MailRequest(
    sender="Hoa Mai <desk@hoamai.example>",
    recipient="lan@hoamai.example",
    mime=b"From: desk@hoamai.example\r\nTo: lan@hoamai.example\r\nSubject: x\r\n\r\nhi\r\n",
)
TOPIC_ARN = f"arn:aws:sns:{REGION}:{DEFAULT_ACCOUNT_ID}:notifications"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)


def refusing(service: str, operation: str, code: str, status: int = 400) -> Any:
    refused = client(service)
    stubber = Stubber(refused)
    stubber.add_client_error(operation, code, "x", status)
    stubber.activate()
    return refused


class Unreachable:
    """A client whose network fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def send_email(self, **_: object) -> None:
        raise self._error

    publish = send_email


@mock_aws
def test_a_mail_is_sent_as_it_is_and_its_id_returned() -> None:
    ses = client("sesv2")
    ses.create_email_identity(EmailIdentity="desk@hoamai.example")
    assert send_mail(ses, MAIL)


@mock_aws
def test_an_unverified_sender_is_refused_for_good() -> None:
    with pytest.raises(PermanentSendError) as caught:
        send_mail(client("sesv2"), MAIL)
    assert caught.value.reason is SendFailure.REJECTED


@mock_aws
def test_an_sms_goes_to_its_number() -> None:
    message_id = send_sms(client("sns"), "+84900000123", "Qua han")
    sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages
    assert sent[message_id][:2] == ("+84900000123", "Qua han")


@mock_aws
def test_a_wrong_number_is_an_unknown_recipient() -> None:
    with pytest.raises(PermanentSendError) as caught:
        send_sms(client("sns"), "not a number", "x")
    assert caught.value.reason is SendFailure.UNKNOWN_RECIPIENT


@mock_aws
def test_a_notification_reaches_the_topic_with_a_subject_sns_takes() -> None:
    sns = client("sns")
    sns.create_topic(Name="notifications")
    body = json.dumps({"kind": "breached"})
    publish(sns, TOPIC_ARN, "Quá hạn\r\n4821-9370 " + "x" * 200, body)
    (_, sent, subject, *_), *_ = (
        sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[TOPIC_ARN].sent_notifications
    )
    assert (sent, subject) == (body, ("Qu h n 4821-9370 " + "x" * 200)[:100])


@mock_aws
def test_a_missing_topic_is_the_operators_to_mend() -> None:
    with pytest.raises(PermanentSendError) as caught:
        publish(client("sns"), TOPIC_ARN, "x", "{}")
    assert caught.value.reason is SendFailure.ACCOUNT


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("TooManyRequestsException", 429),
        ("LimitExceededException", 400),
        ("ThrottlingException", 400),
        ("InternalServiceErrorException", 500),
        ("SomethingNew", 503),
        ("SomethingNew", 429),
    ],
)
def test_ses_may_be_asked_again(code: str, status: int) -> None:
    with pytest.raises(TransientSendError):
        send_mail(refusing("sesv2", "send_email", code, status), MAIL)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("MessageRejected", SendFailure.REJECTED),
        ("BadRequestException", SendFailure.REJECTED),
        ("SomethingNew", SendFailure.REJECTED),
        ("NotFoundException", SendFailure.ACCOUNT),
        ("MailFromDomainNotVerifiedException", SendFailure.ACCOUNT),
        ("AccountSuspendedException", SendFailure.ACCOUNT),
        ("SendingPausedException", SendFailure.ACCOUNT),
        ("AccessDeniedException", SendFailure.ACCOUNT),
    ],
)
def test_ses_refuses_for_good(code: str, reason: SendFailure) -> None:
    with pytest.raises(PermanentSendError) as caught:
        send_mail(refusing("sesv2", "send_email", code), MAIL)
    assert caught.value.reason is reason


@pytest.mark.parametrize("code", ["Throttled", "InternalError", "KMSThrottling"])
def test_sns_may_be_asked_again(code: str) -> None:
    with pytest.raises(TransientSendError):
        send_sms(refusing("sns", "publish", code), "+84900000123", "x")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("OptedOut", SendFailure.BLOCKED),
        ("InvalidParameter", SendFailure.UNKNOWN_RECIPIENT),
        ("AuthorizationError", SendFailure.ACCOUNT),
    ],
)
def test_sns_refuses_for_good(code: str, reason: SendFailure) -> None:
    with pytest.raises(PermanentSendError) as caught:
        send_sms(refusing("sns", "publish", code), "+84900000123", "x")
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://email.example"),
        ReadTimeoutError(endpoint_url="https://email.example"),
    ],
)
def test_a_network_that_fails_is_tried_again(error: Exception) -> None:
    with pytest.raises(TransientSendError):
        send_mail(Unreachable(error), MAIL)
    with pytest.raises(TransientSendError):
        send_sms(Unreachable(error), "+84900000123", "x")


def test_errors_name_no_address() -> None:
    error = ClientError({"Error": {"Code": "MessageRejected", "Message": MAIL.recipient}}, "x")
    with pytest.raises(PermanentSendError) as caught:
        send_mail(Unreachable(error), MAIL)
    assert MAIL.recipient not in str(caught.value)
