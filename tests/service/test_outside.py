"""What happens outside Frontline: echoes of our own sends, answers by others, receipts, links."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.channels.zalo.adapter import ZaloAdapter
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
from chalicelib.errors import NotFoundError
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
        id=f"reply:{text[:20]}", ticket_id=ticket_id, occurred_at=frontline.clock(), agent_id="lan",
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


EVE = Identity("zalo", "hoa-mai", "eve")


def test_a_bystander_takes_over_nobodys_ticket(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    public = {"surface": Surface.PUBLIC, "thread": "post"}
    ticket_id = told(frontline, pump, message("Shop ơi", START, identity=NAM, number=9, **public))
    clock.tick(minutes=1)
    words = message(
        "Mình cũng hỏi", clock(), identity=EVE, number=10, thread_refs=("post", "9"), **public
    )
    frontline.log.append(words, "{}", clock())
    pump.settle()
    ticket = frontline.tickets.get(ticket_id)
    assert (ticket.identity, ticket.reply_to_id) == (NAM, "9")
    own = frontline.contacts.by_identity(EVE).ticket_id
    assert own not in (None, ticket_id)


def test_ids_that_mean_something_in_one_chat_only_lead_into_no_other(
    frontline: Frontline, pump: Pump, ticket_id: str, clock: FrozenClock
) -> None:
    answer(frontline, ticket_id)
    pump.settle()
    words = message("Trả lời tin số 2", clock(), identity=EVE, thread_refs=("m2",))
    frontline.log.append(words, "{}", clock())
    pump.settle()
    assert frontline.contacts.by_identity(EVE).ticket_id != ticket_id


def test_a_guest_in_a_thread_of_several_is_heard_but_answers_go_on_to_its_customer(
    frontline: Frontline, pump: Pump, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = replace(ZaloAdapter.capabilities, shares_threads=True)
    monkeypatch.setattr(ZaloAdapter, "capabilities", shared)
    ticket_id = told(frontline, pump, message("Gửi cả nhóm", START, identity=NAM, thread="t"))
    clock.tick(minutes=1)
    guest = message(
        "Em bổ sung", clock(), identity=EVE, number=3, name="Eve", thread="t", thread_refs=("1",)
    )
    frontline.log.append(guest, "{}", clock())
    pump.settle()
    ticket, entries = frontline.tickets.with_timeline(ticket_id)
    assert ticket.identity == NAM
    heard = next(entry for entry in entries if entry.text == "Em bổ sung")
    assert heard.detail["author"] == "Eve"


def test_a_receipt_for_two_parts_of_one_answer_moves_its_one_line(
    frontline: Frontline, pump: Pump, ticket_id: str
) -> None:
    long = "Câu trả lời rất dài. " * 150
    answer(frontline, ticket_id, long)
    pump.settle()
    both = replace(receipt("m2", Delivery.DELIVERED), message_ids=("m2", "m3", "m2"))
    told(frontline, pump, both)
    (line_of,) = (each for each in said(frontline, ticket_id) if each.actor == "agent:lan")
    assert line_of.delivery is Delivery.DELIVERED


def test_a_part_that_arrives_before_the_last_is_sent_leaves_the_line_where_it_is(
    frontline: Frontline, pump: Pump, zalo: Platforms, ticket_id: str
) -> None:
    def overtake(message_id: str) -> None:
        if message_id == "m3":
            frontline.folder.fold(receipt("m2", Delivery.READ))

    zalo.before_answer = overtake
    answer(frontline, ticket_id, "Câu trả lời rất dài. " * 150)
    pump.settle()
    (line_of,) = (each for each in said(frontline, ticket_id) if each.actor == "agent:lan")
    assert line_of.delivery is Delivery.READ
    assert line_of.message_id == "m2"


def test_each_part_takes_a_lease_of_its_own(
    frontline: Frontline, pump: Pump, zalo: Platforms, ticket_id: str, clock: FrozenClock
) -> None:
    answer(frontline, ticket_id, "Câu trả lời rất dài. " * 300)
    pump.settle(deliver=False)
    key = next(
        key
        for key, item in pump.seen.items()
        if key.pk.startswith("OUTBOX#zalo") and item["status"]["S"] == "waiting"
    )

    def slow(_message_id: str) -> None:
        clock.tick(seconds=40)
        assert frontline.outbox.claim(key, clock()) is None

    zalo.before_answer = slow
    sent = len(zalo.sent)
    assert frontline.deliverer.deliver(key) == "sent"
    assert len(zalo.sent) - sent == 4


def test_what_was_postponed_is_not_sent_early(
    frontline: Frontline, pump: Pump, ticket_id: str, clock: FrozenClock
) -> None:
    answer(frontline, ticket_id)
    pump.settle(deliver=False)
    key = next(
        key
        for key, item in pump.seen.items()
        if key.pk.startswith("OUTBOX#zalo") and item["status"]["S"] == "waiting"
    )
    claimed = frontline.outbox.claim(key, clock())
    assert claimed
    assert frontline.outbox.postpone(claimed, clock() + timedelta(hours=2))
    assert frontline.outbox.claim(key, clock.tick(minutes=119)) is None
    assert frontline.outbox.claim(key, clock.tick(minutes=1)) is not None


def test_a_number_given_back_is_nobodys(frontline: Frontline, pump: Pump, ticket_id: str) -> None:
    event = IdentityLinked(
        id="zalo:hoa-mai:linked:1", identity=NAM, occurred_at=START, other=OTHER, replaces=True
    )
    told_of = frontline.contacts.by_identity(NAM).id
    frontline.log.append(event, "{}", START)
    pump.settle()
    with pytest.raises(NotFoundError):
        frontline.contacts.by_identity(NAM)
    assert frontline.contacts.get(told_of).identities == (OTHER,)
    assert frontline.tickets.get(ticket_id).identity == OTHER
