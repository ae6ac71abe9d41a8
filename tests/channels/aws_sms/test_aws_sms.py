"""Text messages through AWS End User Messaging."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from botocore.session import get_session
from botocore.validate import validate_parameters

from chalicelib.channels.base import (
    HttpResponse,
    OutboundMessage,
    Parsed,
    SmsRequest,
    WebhookRequest,
)
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    ContactBlocked,
    ContactReturned,
    MessageReceived,
    ReceiptReceived,
)
from chalicelib.domain.messages import Delivery
from chalicelib.errors import InvalidSignatureError, MalformedPayloadError, TransientSendError
from chalicelib.notify.sms_voice import send_text_message

from ..contract import NOON, ChannelContract, Secrets, proves

US = "+12025550147"
LAN = Identity("aws_sms", "hoa-mai", "+84900123456")
SENT_ID = "9d2e4f60-1b3c-4d5e-8f70-a1b2c3d4e5f6"


class Client:
    """An SMS client that checks calls against AWS's own model."""

    def __init__(self) -> None:
        self.calls: list[dict[str, str]] = []

    def send_text_message(self, **parameters: str) -> dict[str, str]:
        model = get_session().get_service_model("pinpoint-sms-voice-v2")
        validate_parameters(parameters, model.operation_model("SendTextMessage").input_shape)
        self.calls.append(parameters)
        return {"MessageId": SENT_ID}


class TestAwsSms(ChannelContract):
    """No webhook proves anything: what comes by the topic is proven by IAM before we see it."""

    channel: ClassVar[str] = "aws_sms"
    secrets: ClassVar[Secrets] = {"phone_number": US, "configuration_set": "frontline"}
    payloads: ClassVar[Path] = Path(__file__).parent / "payloads"
    proof: ClassVar[str] = "x-amz-sns-message-type"
    proven_by: ClassVar[str] = "phone_number"
    sample: ClassVar[str] = "inbound__text_vietnamese"

    def prove(self, body: bytes, secret: str) -> str:
        return "Notification"

    def parse(self, name: str) -> Parsed:
        return self.adapter().parse(self.published(self.body(name)))

    def published(self, body: bytes, at: datetime = NOON) -> WebhookRequest:
        return WebhookRequest({}, {}, body, received_at=at)

    def test_while_a_secret_is_rotated_old_and_new_are_taken(self) -> None:
        """There is none."""

    def test_every_webhook_is_refused(self) -> None:
        for name in ("inbound__text_vietnamese", "TEXT_DELIVERED__event"):
            assert not proves(self.adapter(), self.request(self.body(name)))

    def test_there_is_no_handshake(self) -> None:
        with pytest.raises(InvalidSignatureError):
            self.adapter().challenge(WebhookRequest({}, {}, b""))

    # Messages

    def test_text(self) -> None:
        (said,) = self.events("inbound__text_vietnamese")
        assert said == MessageReceived(
            id="aws_sms:hoa-mai:message:5b1f0c1e-7a2d-5e4b-9c3a-0f2d4c6e8a01",
            identity=LAN,
            occurred_at=NOON,
            message_id="5b1f0c1e-7a2d-5e4b-9c3a-0f2d4c6e8a01",
            text="Chào shop, đơn #1024 của em tới đâu rồi ạ 😊",
            thread_refs=(SENT_ID,),
            phone="+84900123456",
        )

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("inbound__with_nul", "lanhoamai.example"),
            ("inbound__empty", "[empty]"),
            ("inbound__help", "HELP"),
        ],
    )
    def test_every_text_is_one(self, name: str, text: str) -> None:
        said = self.events(name)[-1]
        assert isinstance(said, MessageReceived)
        assert said.text == text

    def test_a_short_code_has_no_number_to_call(self) -> None:
        assert self.event("inbound__short_code").identity.external_id == "191"

    @pytest.mark.parametrize("name", ["inbound__stop", "inbound__td"])
    def test_stop(self, name: str) -> None:
        assert isinstance(self.events(name)[-1], ContactBlocked)

    def test_stop_is_no_message_to_answer(self) -> None:
        assert isinstance(self.event("inbound__stop"), ContactBlocked)

    def test_start(self) -> None:
        assert isinstance(self.event("inbound__start"), ContactReturned)

    def test_without_a_time_a_message_is_kept(self) -> None:
        parsed = self.adapter().parse(WebhookRequest({}, {}, self.body(self.sample)))
        assert [part.reason for part in parsed.unrecognised] == ["nothing tells when it came"]

    def test_a_redelivery_is_the_same_event_however_late(self) -> None:
        later = self.published(self.body(self.sample), NOON + timedelta(minutes=20))
        ids = [each.event.id for each in self.adapter().parse(later).received]
        assert ids == [each.id for each in self.events(self.sample)]

    # Events of what we sent

    @pytest.mark.parametrize(
        ("kind", "delivery", "reason"),
        [
            ("TEXT_SENT", Delivery.SENT, None),
            ("TEXT_SUCCESSFUL", Delivery.SENT, None),
            ("TEXT_DELIVERED", Delivery.DELIVERED, None),
            ("TEXT_INVALID", Delivery.FAILED, "unknown_recipient"),
            ("TEXT_UNREACHABLE", Delivery.FAILED, "unknown_recipient"),
            ("TEXT_CARRIER_UNREACHABLE", Delivery.FAILED, "unknown_recipient"),
            ("TEXT_TTL_EXPIRED", Delivery.FAILED, "unknown_recipient"),
            ("TEXT_BLOCKED", Delivery.FAILED, "blocked"),
            ("TEXT_CARRIER_BLOCKED", Delivery.FAILED, "rejected"),
            ("TEXT_SPAM", Delivery.FAILED, "rejected"),
            ("TEXT_INVALID_MESSAGE", Delivery.FAILED, "rejected"),
            ("TEXT_PROTECT_BLOCKED", Delivery.FAILED, "account"),
        ],
    )
    def test_event(self, kind: str, delivery: Delivery, reason: str | None) -> None:
        assert self.event(f"{kind}__event") == ReceiptReceived(
            id=f"aws_sms:hoa-mai:receipt:{SENT_ID}:{kind}",
            identity=LAN,
            occurred_at=datetime(2026, 3, 2, 1, 5, 5, 123000, tzinfo=UTC),
            delivery=delivery,
            message_ids=(SENT_ID,),
            reason=reason,
        )

    @pytest.mark.parametrize("kind", ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_UNKNOWN"])
    def test_no_news_is_no_event(self, kind: str) -> None:
        assert self.parse(f"{kind}__event") == Parsed()

    @pytest.mark.parametrize("name", ["VOICE_INITIATED__event", "unknown__event_without_id"])
    def test_what_is_not_understood_is_kept(self, name: str) -> None:
        assert len(self.parse(name).unrecognised) == 1

    @pytest.mark.parametrize("body", [b"{}", b'{"hello": 1}', b"Hello from the console"])
    def test_what_is_neither_is_malformed(self, body: bytes) -> None:
        with pytest.raises(MalformedPayloadError):
            self.adapter().parse(self.published(body))

    def test_every_documented_kind_of_text_event_is_decided(self) -> None:
        """AWS's own list, without those that only choose what is sent."""
        model = get_session().get_service_model("pinpoint-sms-voice-v2")
        kinds = {kind for kind in model.shape_for("EventType").enum if kind.startswith("TEXT_")}
        sample = json.loads(self.body("TEXT_DELIVERED__event"))
        for kind in kinds - {"TEXT_ALL"}:
            body = json.dumps({**sample, "eventType": kind}).encode()
            assert self.adapter().parse(self.published(body)).unrecognised == (), kind

    # Sending

    def sms(self, **secrets: str | list[str]) -> SmsRequest:
        message = OutboundMessage(
            id="48219370:1:0", to=LAN, text="Dạ, shop chào chị ạ 😊", sent_at=NOON
        )
        request = self.adapter(**secrets).reply(message)
        assert isinstance(request, SmsRequest)
        return request

    def test_a_text_goes_from_our_number_with_its_events(self) -> None:
        assert self.sms() == SmsRequest(
            sender=US,
            recipient=LAN.external_id,
            text="Dạ, shop chào chị ạ 😊",
            configuration_set="frontline",
        )

    @pytest.mark.parametrize("phone_number", [US, "GOMHOAMAI", "pool-0123456789abcdef0"])
    def test_aws_takes_what_is_sent(self, phone_number: str) -> None:
        client = Client()
        request = self.sms(phone_number=phone_number, configuration_set="")
        assert send_text_message(client, request) == SENT_ID
        assert "ConfigurationSetName" not in client.calls[0]
        send_text_message(client, self.sms())
        assert client.calls[1]["ConfigurationSetName"] == "frontline"

    def test_nobodys_words_or_number_show_in_a_representation(self) -> None:
        assert not {"chào", LAN.external_id} & set(repr(self.sms()).split())

    def test_what_is_sent_is_identified_by_its_id(self) -> None:
        body = json.dumps({"MessageId": SENT_ID}).encode()
        answer = HttpResponse(status=200, headers={}, body=body)
        assert self.adapter().read_reply(answer) == SENT_ID

    @pytest.mark.parametrize("body", [b"{}", b'{"MessageId": ""}', b'{"MessageId": 1}', b""])
    def test_an_answer_nobody_understands_is_tried_again(self, body: bytes) -> None:
        with pytest.raises(TransientSendError):
            self.adapter().read_reply(HttpResponse(status=200, headers={}, body=body))
