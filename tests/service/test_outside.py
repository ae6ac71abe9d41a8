"""What happens outside Frontline: echoes of our own sends, answers by others, receipts, links."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import (
    AgentReplied,
    ChannelEvent,
    ContactBlocked,
    IdentityLinked,
    MessageEchoed,
    ReceiptReceived,
)
from chalicelib.domain.messages import Delivery, Surface
from chalicelib.domain.tickets import Status, TimelineEntry
from tests.conftest import START, FrozenClock
from tests.desk.events import NAM, message
from tests.service.pump import Pump

WORDS = "Dạ em xử lý ngay ạ."


class Platforms:
    """Accept everything; `before_answer` is what happens before they have said so."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.before_answer: Callable[[str], None] = lambda _: None

    def send(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET":
            return HttpResponse(status=200, headers={}, body=b'{"error":-1}')
        self.sent.append(request.url)
        message_id = f"m{len(self.sent)}"
        self.before_answer(message_id)
        zalo = {"error": 0, "data": {"message_id": message_id}}
        telegram = {"ok": True, "result": {"message_id": message_id}}
        body = telegram if "telegram" in request.url else zalo
        return HttpResponse(status=200, headers={}, body=json.dumps(body).encode())


@pytest.fixture
def zalo(frontline: Frontline) -> Platforms:
    zalo = Platforms()
    frontline.__dict__["transport"] = zalo
    return zalo


@pytest.fixture
def pump(frontline: Frontline, zalo: Platforms) -> Pump:
    return Pump(frontline)


@pytest.fixture
def ticket_id(frontline: Frontline, pump: Pump) -> str:
    return told(frontline, pump, message("khiếu nại", START, identity=NAM))


def told(frontline: Frontline, pump: Pump, event: ChannelEvent) -> str:
    frontline.log.append(event, "{}", frontline.clock())
    pump.settle()
    return frontline.contacts.by_identity(NAM).ticket_id or ""


def answer(frontline: Frontline, ticket_id: str, text: str = WORDS, **facts: Any) -> None:
    act = AgentReplied(
        id=f"reply:{text}", ticket_id=ticket_id, occurred_at=frontline.clock(), agent_id="lan",
        via="api", text=text, **facts,
    )  # fmt: skip
    frontline.acts.perform(act)


def echo(message_id: str, text: str = WORDS) -> MessageEchoed:
    return MessageEchoed(
        id=f"zalo:hoa-mai:echo:{message_id}", identity=NAM, occurred_at=START,
        message_id=message_id, text=text,
    )  # fmt: skip


def receipt(message_id: str, delivery: Delivery, reason: str | None = None) -> ReceiptReceived:
    return ReceiptReceived(
        id=f"zalo:hoa-mai:{delivery}:{message_id}", identity=NAM, occurred_at=START,
        delivery=delivery, message_ids=(message_id,), reason=reason,
    )  # fmt: skip


def said(frontline: Frontline, ticket_id: str) -> list[TimelineEntry]:
    _, entries = frontline.tickets.with_timeline(ticket_id)
    return [entry for entry in entries if entry.type == "message.sent"]


def line(frontline: Frontline, ticket_id: str, text: str = WORDS) -> TimelineEntry:
    (found,) = (entry for entry in said(frontline, ticket_id) if entry.text == text)
    return found


def test_an_echo_of_what_we_sent_is_not_said_twice(
    frontline: Frontline, pump: Pump, ticket_id: str
) -> None:
    answer(frontline, ticket_id)
    pump.settle()
    told(frontline, pump, echo("m2"))
    assert sorted(entry.actor for entry in said(frontline, ticket_id)) == ["agent:lan", "desk"]


def test_an_echo_that_overtakes_the_answer_to_our_send_is_known_too(
    frontline: Frontline, pump: Pump, zalo: Platforms, ticket_id: str
) -> None:
    def overtake(message_id: str) -> None:
        event = echo(message_id, f" {WORDS}\n")
        frontline.log.append(event, "{}", START)
        frontline.folder.fold(event)

    zalo.before_answer = overtake
    answer(frontline, ticket_id)
    pump.settle()
    assert sorted(entry.actor for entry in said(frontline, ticket_id)) == ["agent:lan", "desk"]


def test_an_answer_given_elsewhere_counts_and_its_receipts_find_it(
    frontline: Frontline, pump: Pump, ticket_id: str
) -> None:
    told(frontline, pump, echo("by-hand", "Dạ shop gọi chị ngay."))
    assert frontline.tickets.get(ticket_id).status is Status.PENDING
    told(frontline, pump, receipt("by-hand", Delivery.READ))
    assert line(frontline, ticket_id, "Dạ shop gọi chị ngay.").delivery is Delivery.READ


def test_receipts_that_overtake_the_record_of_their_message_are_not_lost(
    frontline: Frontline, pump: Pump, zalo: Platforms, ticket_id: str
) -> None:
    def overtake(message_id: str) -> None:
        for delivery in (Delivery.READ, Delivery.DELIVERED):
            frontline.folder.fold(receipt(message_id, delivery))

    zalo.before_answer = overtake
    answer(frontline, ticket_id)
    pump.settle()
    assert line(frontline, ticket_id).delivery is Delivery.READ


@pytest.mark.parametrize("first", [Delivery.DELIVERED, Delivery.READ])
def test_a_failure_after_arrival_changes_nothing(
    frontline: Frontline, pump: Pump, ticket_id: str, first: Delivery
) -> None:
    answer(frontline, ticket_id)
    pump.settle()
    told(frontline, pump, receipt("m2", first))
    told(frontline, pump, receipt("m2", Delivery.FAILED, "blocked"))
    assert line(frontline, ticket_id).delivery is first


def test_a_failure_told_afterwards_reaches_the_owner_once(
    frontline: Frontline, pump: Pump, ticket_id: str
) -> None:
    answer(frontline, ticket_id)
    pump.settle()
    told(frontline, pump, receipt("m2", Delivery.FAILED, "blocked"))
    again = receipt("m2", Delivery.FAILED, "blocked")
    told(frontline, pump, again)
    last = line(frontline, ticket_id)
    assert (last.delivery, last.detail["failure"]) == (Delivery.FAILED, "blocked")
    _, entries = frontline.tickets.with_timeline(ticket_id)
    assert [entry.type for entry in entries].count("message.failed") == 1


def test_an_answer_in_a_public_thread_finds_its_ticket_by_the_thread(
    frontline: Frontline, pump: Pump
) -> None:
    public = {"surface": Surface.PUBLIC, "thread": "post"}
    ticket_id = told(frontline, pump, message("Shop ơi", START, identity=NAM, number=9, **public))
    event = MessageEchoed(
        id="zalo:hoa-mai:echo:c", identity=Identity("zalo", "hoa-mai", "post"), occurred_at=START,
        message_id="c", text="Dạ", surface=Surface.PUBLIC, thread_refs=("post", "9"),
    )  # fmt: skip
    told(frontline, pump, event)
    assert frontline.tickets.get(ticket_id).status is Status.PENDING


OTHER = Identity("telegram", "hoa-mai", "77")


def linked(pump: Pump, frontline: Frontline) -> None:
    event = IdentityLinked(id="zalo:hoa-mai:linked:1", identity=NAM, occurred_at=START, other=OTHER)
    told(frontline, pump, event)


def test_a_link_told_by_the_platform_carries_the_ticket_along(
    frontline: Frontline, pump: Pump, ticket_id: str
) -> None:
    linked(pump, frontline)
    frontline.log.append(message("mình đây", START, identity=OTHER, number=5), "{}", START)
    pump.settle()
    contact = frontline.contacts.by_identity(OTHER)
    assert contact.identities == (NAM, OTHER)
    assert contact.ticket_id == ticket_id
    assert frontline.tickets.get(ticket_id).identity == OTHER


def test_two_contacts_become_one_by_a_link(
    frontline: Frontline, pump: Pump, ticket_id: str, clock: FrozenClock
) -> None:
    frontline.log.append(message("cũ", START, identity=OTHER, name="Chị Mai"), "{}", START)
    pump.settle()
    clock.tick(minutes=1)
    linked(pump, frontline)
    one, same = (frontline.contacts.by_identity(each) for each in (OTHER, NAM))
    assert one == same
    assert (one.name, one.ticket_id) == ("Chị Mai", ticket_id)
    assert ticket_id in frontline.contacts.ticket_ids(one.id)
    assert frontline.tickets.get(ticket_id).contact_id == one.id


def test_a_link_told_twice_is_one(frontline: Frontline, pump: Pump, ticket_id: str) -> None:
    linked(pump, frontline)
    before = frontline.tickets.with_timeline(ticket_id)
    again = IdentityLinked(id="zalo:hoa-mai:linked:2", identity=NAM, occurred_at=START, other=OTHER)
    told(frontline, pump, again)
    assert frontline.tickets.with_timeline(ticket_id) == before


def test_who_blocked_us_gets_nothing_more(
    frontline: Frontline, pump: Pump, zalo: Platforms, ticket_id: str
) -> None:
    told(
        frontline,
        pump,
        ContactBlocked(id="zalo:hoa-mai:blocked:1", identity=NAM, occurred_at=START),
    )
    sent = len(zalo.sent)
    answer(frontline, ticket_id)
    pump.settle()
    last = line(frontline, ticket_id)
    assert (last.delivery, last.detail["failure"]) == (Delivery.FAILED, "blocked")
    assert len(zalo.sent) == sent


def test_an_early_receipt_waits_a_day_and_no_longer(
    frontline: Frontline, pump: Pump, ticket_id: str
) -> None:
    told(frontline, pump, receipt("nobody-knows", Delivery.READ))
    (item,) = pump.items("EARLY#")
    assert int(item["expires_at"]["N"]) == int((START + timedelta(days=1)).timestamp())
