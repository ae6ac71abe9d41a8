"""What AWS publishes of text messages, and what Twilio posts, at the doors they come to."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from chalice.test import Client

from app import app
from chalicelib.bootstrap import Frontline
from chalicelib.domain.contacts import Identity
from chalicelib.errors import NotFoundError
from tests.conftest import FrozenClock
from tests.desks import DOCUMENT, shop
from tests.entrypoints.caller import send
from tests.service.pump import Pump

HOTLINE, WHOLESALE = "+12025550147", "+12025550148"
LAN = "+84900123456"


def account(name: str, number: str) -> dict[str, Any]:
    secrets = {"phone_number": number}
    return {"channel": "aws_sms", "account": name, "name": name, "secrets": secrets}


@pytest.fixture(autouse=True)
def with_numbers(frontline: Frontline, clock: FrozenClock) -> None:
    accounts = [*DOCUMENT["accounts"], account("hotline", HOTLINE), account("si", WHOLESALE)]
    desk = shop(accounts=accounts)
    frontline.desks.put(desk, source="", by="test", now=clock(), expected_version=1)
    clock.tick(minutes=1)


def inbound(text: str, to: str = HOTLINE, number: int = 1) -> str:
    message = {
        "originationNumber": LAN,
        "destinationNumber": to,
        "messageKeyword": "KEYWORD_123456789012",
        "messageBody": text,
        "inboundMessageId": f"5b1f0c1e-7a2d-5e4b-9c3a-0f2d4c6e8a{number:02d}",
    }
    return json.dumps(message)


def publish(frontline: Frontline, message: str, late: timedelta = timedelta()) -> None:
    with Client(app) as client:
        event = client.events.generate_sns_event(message)
        at = frontline.clock() - late
        event["Records"][0]["Sns"]["Timestamp"] = at.isoformat().replace("+00:00", "Z")
        client.lambda_.invoke("sms", event)


def tickets(frontline: Frontline, name: str) -> str | None:
    """Return the ticket of who wrote to an account, None where nothing came of it."""
    try:
        return frontline.contacts.by_identity(Identity("aws_sms", name, LAN)).ticket_id
    except NotFoundError:
        return None


@pytest.mark.parametrize(("number", "name"), [(HOTLINE, "hotline"), (WHOLESALE, "si")])
def test_a_text_belongs_to_the_account_of_the_number(
    frontline: Frontline, number: str, name: str
) -> None:
    publish(frontline, inbound("Chào shop", number))
    Pump(frontline).settle(deliver=False)
    assert tickets(frontline, name)
    other = {"hotline": "si", "si": "hotline"}[name]
    assert tickets(frontline, other) is None
    assert not list(frontline.quarantine.list())


def test_the_number_is_known_of_the_contact(frontline: Frontline) -> None:
    publish(frontline, inbound("Chào shop"))
    Pump(frontline).settle(deliver=False)
    contact = frontline.contacts.by_identity(Identity("aws_sms", "hotline", LAN))
    assert contact.phone == LAN


def test_the_same_published_twice_is_one_message(frontline: Frontline) -> None:
    take, at = frontline.text_messages.take, frontline.clock()
    assert (take(inbound("Chào"), at).new, take(inbound("Chào"), at).new) == (1, 0)


def test_a_text_counts_from_when_it_was_published(frontline: Frontline) -> None:
    publish(frontline, inbound("Chào shop"), late=timedelta(minutes=20))
    Pump(frontline).settle(deliver=False)
    ticket = frontline.tickets.get(tickets(frontline, "hotline") or "")
    assert ticket.opened_at <= frontline.clock() - timedelta(minutes=19)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (inbound("Chào", "+12025550199"), "about a number of no account"),
        (json.dumps({"destinationNumber": HOTLINE}), "neither a message nor an event of one"),
        ("Hello from the console", "the body is not JSON in UTF-8"),
    ],
)
def test_what_is_not_ours_is_kept(frontline: Frontline, message: str, reason: str) -> None:
    publish(frontline, message)
    publish(frontline, message)
    (part,) = frontline.quarantine.list()
    assert (part.channel, part.reason, part.raw) == ("aws_sms", reason, message)


def test_what_became_of_somebody_elses_message_is_nothing_to_us(frontline: Frontline) -> None:
    event = {"eventType": "TEXT_DELIVERED", "originationPhoneNumber": "+12025550199"}
    publish(frontline, json.dumps(event))
    assert not list(frontline.quarantine.list())


def test_no_webhook_of_aws_is_believed(frontline: Frontline) -> None:
    answer = send(
        "POST", "/webhooks/aws_sms/hotline", inbound("x").encode(), content_type="text/plain"
    )
    assert answer.status == 401


@pytest.mark.parametrize("charset", ["", "; charset=UTF-8", ";charset=utf-8"])
def test_a_form_comes_to_its_adapter(frontline: Frontline, charset: str) -> None:
    """Refused for its proof, which it lacks, and not for its type."""
    body = urlencode([("Body", "Chào"), ("From", LAN)]).encode()
    assert dict(parse_qsl(body.decode()))["Body"] == "Chào"
    kind = f"application/x-www-form-urlencoded{charset}"
    answer = send("POST", "/webhooks/aws_sms/hotline", body, content_type=kind)
    assert answer.status == 401
