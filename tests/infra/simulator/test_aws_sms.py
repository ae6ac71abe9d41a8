"""AWS End User Messaging, called by AWS's own client."""

import json
from typing import Any
from urllib.parse import parse_qsl

import boto3
import httpx
import pytest
from botocore.config import Config

from chalicelib.channels.base import SmsRequest
from chalicelib.errors import PermanentSendError, SendError, SendFailure, TransientSendError
from chalicelib.notify.sms_voice import send_text_message
from infra.local.cloud import REGION, STAGE
from infra.packaging.template import MERGED
from infra.simulator.platforms.aws_sms import HOST, TOPIC

from .conftest import World
from .world import Received

US = "+12025550147"
LAN = "+84900123456"
AWS = {"phone_number": US, "configuration_set": "frontline"}


@pytest.fixture
def aws(world: World) -> World:
    world.write_stack(aws_sms=AWS)
    return world


def client(world: World) -> Any:
    return boto3.client(
        "pinpoint-sms-voice-v2",
        endpoint_url=f"{world.http.base_url}/{HOST}/",
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def send(world: World, text: str = "Dạ còn ạ", to: str = LAN, **fields: str) -> str:
    request = SmsRequest(sender=fields.pop("sender", US), recipient=to, text=text, **fields)
    return send_text_message(client(world), request)


def write(world: World, **words: Any) -> httpx.Response:
    words = {"external_id": LAN, "text": "Còn hàng không ạ", **words}
    return world.http.post("/customers/aws_sms/hoa-mai", json=words)


def published(received: Received) -> dict[str, Any]:
    """Return what a call publishes on the topic."""
    call = dict(parse_qsl(received.body.decode()))
    assert (received.path, call["Action"], call["TopicArn"]) == ("/", "Publish", TOPIC)
    assert "/us-east-1/sns/aws4_request" in received.headers["authorization"]
    message: dict[str, Any] = json.loads(call["Message"])
    return message


def test_a_message_is_published_on_the_topic(aws: World) -> None:
    answer = write(aws)
    message = published(aws.stack.wait_for(1)[0])
    assert message == {
        "originationNumber": LAN,
        "destinationNumber": US,
        "messageKeyword": "KEYWORD_000000000000",
        "messageBody": "Còn hàng không ạ",
        "inboundMessageId": answer.json()["message_ids"][0],
    }


def test_an_answer_names_what_it_answers(aws: World) -> None:
    sent_id = send(aws, to="+84900999002")
    write(aws, external_id="+84900999002")
    assert published(aws.stack.wait_for(1)[0])["previousPublishedMessageId"] == sent_id


def test_the_topic_is_the_one_of_the_template() -> None:
    assert f"arn:aws:sns:{REGION}:000000000000:frontline-{STAGE}-sms" == TOPIC
    assert "TopicName: !Sub frontline-${Stage}-sms\n" in MERGED.read_text(encoding="utf-8")


def test_files_are_not_taken_in(aws: World) -> None:
    assert write(aws, attachments=[{"type": "image", "text": "x"}]).status_code == 422


def test_what_became_of_a_text_is_published_where_it_is_asked_for(aws: World) -> None:
    assert send(aws)
    sent_id = send(aws, configuration_set="frontline")
    events = [published(each) for each in aws.stack.wait_for(2)]
    assert [each["eventType"] for each in events] == ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]
    assert {each["messageId"] for each in events} == {sent_id}
    assert {each["destinationPhoneNumber"] for each in events} == {LAN}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"to": "0900"}, SendFailure.REJECTED),
        ({"sender": "+12025550199"}, SendFailure.ACCOUNT),
    ],
)
def test_refusals(aws: World, fields: dict[str, str], reason: SendFailure) -> None:
    with pytest.raises(PermanentSendError) as refused:
        send(aws, **fields)
    assert refused.value.reason is reason


def test_who_said_stop_is_out_of_reach_until_he_says_start(aws: World) -> None:
    customer = "+84900999003"
    write(aws, external_id=customer, text="Stop")
    with pytest.raises(PermanentSendError) as refused:
        send(aws, to=customer)
    assert refused.value.reason is SendFailure.BLOCKED
    write(aws, external_id=customer, text="start")
    assert send(aws, to=customer)


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("throttle", TransientSendError, None),
        ("server_error", TransientSendError, None),
        ("blocked", PermanentSendError, SendFailure.BLOCKED),
        ("expired_token", PermanentSendError, SendFailure.ACCOUNT),
    ],
)
def test_faults(aws: World, kind: str, error: type[SendError], reason: SendFailure | None) -> None:
    aws.http.post("/faults", json={"channel": "aws_sms", "kind": kind})
    with pytest.raises(error) as refused:
        send(aws)
    assert getattr(refused.value, "reason", None) is reason
    assert send(aws)


def test_another_operation_is_not_played(aws: World) -> None:
    answer = aws.http.post(f"/{HOST}/", headers={"x-amz-target": "PinpointSMSVoiceV2.Other"})
    assert answer.json()["__type"] == "UnknownOperationException"
