"""AWS End User Messaging: it takes texts by its API, and publishes the rest on the topic."""

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from infra.simulator.memory import Memory
from infra.simulator.platforms import ids
from infra.simulator.platforms.base import (
    ApiAnswer,
    ApiRequest,
    NotOnThisPlatformError,
    Platform,
    Retries,
    Said,
    Saying,
    Webhook,
)
from infra.simulator.stack import Account

HOST = "sms-voice.us-east-1.amazonaws.com"
SEND = "PinpointSMSVoiceV2.SendTextMessage"
REGION = "us-east-1"
TOPIC = f"arn:aws:sns:{REGION}:000000000000:frontline-local-sms"
TEXT_LIMIT = 1600
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
STOPS = frozenset(
    {"ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE"}
)
STARTS = frozenset({"START", "UNSTOP"})

# AWS writes both into every event, null or empty, and Chalice reads them; the emulator leaves out
# what there isn't.
IN_EVERY_EVENT = {
    "Subject": "played",
    "MessageAttributes.entry.1.Name": "played",
    "MessageAttributes.entry.1.Value.DataType": "String",
    "MessageAttributes.entry.1.Value.StringValue": "true",
}

Payload = dict[str, Any]


class AwsSms(Platform):
    channel: ClassVar = "aws_sms"
    hosts: ClassVar = frozenset({HOST})
    # The service publishes until the topic takes it.
    retries: ClassVar = Retries(
        patience=timedelta(seconds=15),
        waits=tuple(timedelta(seconds=wait) for wait in (1, 1, 1, 20, 20, 20)),
    )
    made_up: ClassVar[Mapping[str, Callable[[], str]]] = {
        "phone_number": lambda: f"+1202555{ids.digits(4)}",
        "configuration_set": lambda: "frontline-local",
    }
    faults: ClassVar[Mapping[str, Callable[[], ApiAnswer]]] = {
        "throttle": lambda: _failure("ThrottlingException", "Rate exceeded"),
        "server_error": lambda: _failure("InternalServerException", "Internal error", status=500),
        "blocked": lambda: _opted_out(),  # noqa: PLW0108  it stands below
        "expired_token": lambda: _failure(
            "AccessDeniedException", "Not authorized", Reason="ACCOUNT_DISABLED"
        ),
    }

    def __init__(self) -> None:
        self._stopped: set[tuple[str, str]] = set()
        self._last_sent: dict[tuple[str, str], str] = {}

    def find_account(self, request: ApiRequest, accounts: Sequence[Account]) -> Account | None:
        sender = request.parameters().get("OriginationIdentity", "")
        return next((a for a in accounts if sender and sender == a.secret("phone_number")), None)

    def is_send(self, request: ApiRequest) -> bool:
        return request.headers.get("x-amz-target") == SEND

    def answer(
        self, request: ApiRequest, account: Account | None, memory: Memory, now: datetime
    ) -> ApiAnswer:
        if not self.is_send(request):
            return _failure("UnknownOperationException", "")
        call = request.parameters()
        if account is None:
            return _failure(
                "ResourceNotFoundException", "Resource not found", ResourceType="phone-number"
            )
        to, text = str(call.get("DestinationPhoneNumber", "")), str(call.get("MessageBody", ""))
        if not NUMBER.fullmatch(to) or not text.strip() or len(text) > TEXT_LIMIT:
            return _failure("ValidationException", "Invalid field", Reason="INVALID_PARAMETER")
        if (account.account, to) in self._stopped:
            return _opted_out()
        sent_id = str(uuid.uuid4())
        self._last_sent[account.account, to] = sent_id
        kinds = ("TEXT_SUCCESSFUL", "TEXT_DELIVERED") if call.get("ConfigurationSetName") else ()
        return ApiAnswer(
            body={"MessageId": sent_id},
            said=Said(id=sent_id, external_id=to, text=text),
            webhooks=tuple(_event(account, kind, sent_id, to, now) for kind in kinds),
        )

    def external_id(self, wanted: str) -> str:
        if NUMBER.fullmatch(wanted):
            return wanted
        return f"+849{ids.derived_digits(wanted, length=8)}"

    def customer_says(
        self, account: Account, saying: Saying, memory: Memory
    ) -> tuple[Webhook, ...]:
        if saying.attachments:
            raise NotOnThisPlatformError("AWS takes in no files with a text message")
        key, word = (account.account, saying.external_id), saying.text.strip().upper()
        if word in STOPS:
            self._stopped.add(key)
        elif word in STARTS:
            self._stopped.discard(key)
        inbound_id = str(uuid.uuid4())
        message = {
            "originationNumber": saying.external_id,
            "destinationNumber": account.secret("phone_number"),
            "messageKeyword": word if word in STOPS | STARTS else "KEYWORD_000000000000",
            "messageBody": saying.text,
            "inboundMessageId": inbound_id,
        }
        if key in self._last_sent:
            message["previousPublishedMessageId"] = self._last_sent[key]
        return (_published(account, inbound_id, f"inbound:{inbound_id}", message),)


def _event(account: Account, kind: str, sent_id: str, to: str, now: datetime) -> Webhook:
    at = ids.milliseconds(now.timestamp())
    event = {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": at + 900,
        "isFinal": True,
        "originationPhoneNumber": account.secret("phone_number"),
        "destinationPhoneNumber": to,
        "isInternationalSend": True,
        "isoCountryCode": "VN",
        "mcc": "452",
        "mnc": "004",
        "messageId": sent_id,
        "messageRequestTimestamp": at,
        "messageEncoding": "UNICODE",
        "messageType": "TRANSACTIONAL",
        "messageStatus": kind.removeprefix("TEXT_"),
        "messageStatusDescription": "Message was taken",
        "totalMessageParts": 1,
        "totalMessagePrice": 0.05941,
        "totalCarrierFee": 0.0,
    }
    return _published(account, sent_id, f"{kind}:{sent_id}", event)


def _published(account: Account, message_id: str, event_id: str, message: Payload) -> Webhook:
    """Return the call that publishes on the topic, at the emulator that also has our webhooks."""
    base = urlsplit(account.webhook_url)
    url = f"{base.scheme}://{base.netloc}/"
    body = urlencode(
        {
            "Action": "Publish",
            "Version": "2010-03-31",
            "TopicArn": TOPIC,
            "Message": json.dumps(message, ensure_ascii=False),
            **IN_EVERY_EVENT,
        }
    ).encode()
    request = AWSRequest("POST", url, {"Content-Type": "application/x-www-form-urlencoded"}, body)
    # The emulator's root; no account of anybody's.
    SigV4Auth(Credentials("test", "test"), "sns", REGION).add_auth(request)
    return Webhook(
        event_id=event_id,
        message_id=message_id,
        body=body,
        headers=dict(request.headers.items()),
        url=url,
    )


def _failure(kind: str, message: str, *, status: int = 400, **more: str) -> ApiAnswer:
    return ApiAnswer(
        status=status,
        body={"__type": kind, "Message": message, **more},
        headers={"content-type": "application/x-amz-json-1.0"},
    )


def _opted_out() -> ApiAnswer:
    return _failure(
        "ConflictException",
        "Destination phone number has opted out",
        Reason="DESTINATION_PHONE_NUMBER_OPTED_OUT",
    )
