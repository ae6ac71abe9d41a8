"""The one path on an in-process AWS: appended, folded, sent, answered, in order and once."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.channels.base import HttpRequest, HttpResponse
from chalicelib.desk.decision import Reply
from chalicelib.domain.events import (
    AgentAway,
    AgentBack,
    AgentNoted,
    AgentReplied,
    AgentResolved,
    MessageReceived,
)
from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import Status
from chalicelib.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    PermanentSendError,
    SendFailure,
    TransientSendError,
)
from chalicelib.service.deliver import Outcome
from chalicelib.store import keys
from chalicelib.store.outbox import SentPart
from tests.aws import waiting_messages
from tests.conftest import START, FrozenClock
from tests.desk.events import MAI, NAM, message, said_of_himself
from tests.desks import DOCUMENT, shop
from tests.service.pump import Pump


class Platform:
    """Answers as Telegram does, or refuses as told."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []
        self.refusals: list[Exception] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        if self.refusals:
            raise self.refusals.pop(0)
        self.requests.append(request)
        body = {"ok": True, "result": {"message_id": len(self.requests)}}
        return HttpResponse(status=200, headers={}, body=json.dumps(body).encode())

    def texts(self) -> list[str]:
        return [json.loads(request.body)["text"] for request in self.requests]


@pytest.fixture
def platform(frontline: Frontline) -> Platform:
    platform = Platform()
    frontline.__dict__["transport"] = platform
    return platform


@pytest.fixture
def pump(frontline: Frontline, platform: Platform) -> Pump:
    return Pump(frontline)


def receive(frontline: Frontline, pump: Pump, event: MessageReceived) -> str:
    frontline.log.append(event, "{}", frontline.clock())
    pump.settle()
    return frontline.contacts.by_identity(event.identity).ticket_id or ""


def test_a_message_becomes_a_ticket_a_mail_and_an_acknowledgement(
    frontline: Frontline, pump: Pump, platform: Platform
) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START, name="Chị Mai"))
    ticket, entries = frontline.tickets.with_timeline(ticket_id)
    assert ticket.assignee_id == "lan"
    assert [e.type for e in entries] == [
        "message.received",
        "ticket.opened",
        "ticket.assigned",
        "message.sent",
    ]
    assert entries[-1].delivery is Delivery.SENT
    assert "Chị Mai" in platform.texts()[0]
    assert ["lan@hoamai.example" in mail.destinations for mail in sent_mails()] == [True]
    assert all(i["status"]["S"] == "sent" and "moment_pk" not in i for i in pump.items("OUTBOX#"))


def test_folding_twice_is_folding_once(frontline: Frontline, pump: Pump) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    before = frontline.tickets.with_timeline(ticket_id)
    for item in pump.items("LOG#"):
        frontline.folder.fold_logged(item)
    assert frontline.tickets.with_timeline(ticket_id) == before


def test_an_act_is_done_once_and_seen_at_once(frontline: Frontline, pump: Pump) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    act = AgentResolved(
        id="link:n1", ticket_id=ticket_id, occurred_at=START, agent_id="lan", via="link"
    )
    assert frontline.acts.perform(act).status is Status.RESOLVED
    with pytest.raises(ConflictError):
        frontline.acts.perform(act)


def test_what_cannot_be_done_is_not_logged(frontline: Frontline, pump: Pump) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    logged = len(pump.items("LOG#"))
    facts: dict[str, Any] = {"occurred_at": START, "agent_id": "lan", "via": "api"}
    with pytest.raises(NotFoundError):
        frontline.acts.perform(AgentNoted(id="a", ticket_id="00000000", text="x", **facts))
    from chalicelib.domain.events import AgentAssigned

    with pytest.raises(InvalidRequestError):
        frontline.acts.perform(
            AgentAssigned(id="b", ticket_id=ticket_id, to_agent_id="nobody", **facts)
        )
    assert len(pump.items("LOG#")) == logged


def test_an_answer_goes_out_and_meets_the_deadline(
    frontline: Frontline, pump: Pump, platform: Platform, clock: FrozenClock
) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    clock.tick(minutes=5)
    reply(frontline, ticket_id, "Dạ em xử lý ngay ạ.")
    pump.settle()
    assert platform.texts()[-1] == "Dạ em xử lý ngay ạ."
    ticket = frontline.tickets.get(ticket_id)
    assert ticket.timers[0].met_at == START + timedelta(minutes=5)
    assert ticket.status is Status.PENDING


def test_a_long_answer_is_sent_in_order_and_goes_on_where_it_stopped(
    frontline: Frontline, pump: Pump, platform: Platform, clock: FrozenClock
) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    sentences = [f"Câu số {n} của một câu trả lời dài." for n in range(300)]
    reply(frontline, ticket_id, " ".join(sentences))
    platform.requests.clear()
    pump.settle(deliver=False)
    key = waiting(pump)
    real_send, sent = platform.send, []

    def fail_at_second(request: HttpRequest) -> HttpResponse:
        sent.append(request)
        if len(sent) == 2:
            raise TransientSendError("busy", retry_after=timedelta(seconds=7))
        return real_send(request)

    platform.send = fail_at_second  # type: ignore[method-assign]
    assert frontline.deliverer.deliver(key) is Outcome.WAITING
    clock.tick(seconds=10)
    assert frontline.deliverer.deliver(key) is Outcome.SENT
    assert " ".join(platform.texts()).split() == " ".join(sentences).split()


def test_a_refusal_for_now_comes_back_after_its_wait(
    frontline: Frontline, pump: Pump, platform: Platform, aws: Any
) -> None:
    platform.refusals = [TransientSendError("busy", retry_after=timedelta(seconds=30))]
    receive(frontline, pump, message("khiếu nại", START))
    item = next(i for i in pump.items("OUTBOX#telegram") if i["status"]["S"] == "waiting")
    due_at = keys.parse_stamp(item["moment_sk"]["S"].partition("#")[0])
    assert due_at == START + timedelta(seconds=30)


def test_a_refusal_for_good_is_told_to_the_owner(
    frontline: Frontline, pump: Pump, platform: Platform
) -> None:
    platform.refusals = [PermanentSendError("blocked", SendFailure.BLOCKED)]
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    _, entries = frontline.tickets.with_timeline(ticket_id)
    sent = next(e for e in entries if e.type == "message.sent")
    assert (sent.delivery, sent.detail["failure"]) == (Delivery.FAILED, "blocked")
    assert "message.failed" in [e.type for e in entries]
    kinds = [i["data"]["S"] for i in pump.items("OUTBOX#email:lan")]
    assert any('"send_failed"' in data for data in kinds)


def test_a_mistake_of_ours_is_given_up_and_told(
    frontline: Frontline, pump: Pump, platform: Platform
) -> None:
    platform.refusals = [ZeroDivisionError()]
    frontline.log.append(message("khiếu nại", START), "{}", START)
    pump.settle(deliver=False)
    with pytest.raises(ZeroDivisionError):
        frontline.deliverer.deliver(waiting(pump))
    pump.settle()
    assert pump.items("OUTBOX#telegram")[0]["status"]["S"] == "failed"


def test_a_send_is_given_up_after_six_hours(
    frontline: Frontline, pump: Pump, platform: Platform, clock: FrozenClock
) -> None:
    platform.refusals = [TransientSendError("down") for _ in range(20)]
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    key = next(k for k in pump.seen if k.pk.startswith("OUTBOX#telegram"))
    for _ in range(20):
        clock.tick(hours=1)
        frontline.deliverer.deliver(key)
    _, entries = frontline.tickets.with_timeline(ticket_id)
    assert entries[-1].detail["reason"] == "unreachable"
    assert len(platform.refusals) == 12


def test_a_claimed_item_is_left_alone_until_its_lease_is_over(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    frontline.log.append(message("khiếu nại", START), "{}", START)
    pump.settle(deliver=False)
    key = waiting(pump)
    assert frontline.outbox.claim(key, clock())
    assert frontline.outbox.claim(key, clock.tick(seconds=59)) is None
    again = frontline.outbox.claim(key, clock.tick(seconds=2))
    assert again is not None
    assert again.attempt == 2


def test_a_part_of_a_lost_claim_is_not_recorded(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    frontline.log.append(message("khiếu nại", START), "{}", START)
    pump.settle(deliver=False)
    key = waiting(pump)
    slow = frontline.outbox.claim(key, clock())
    frontline.outbox.claim(key, clock.tick(seconds=61))
    assert slow is not None
    assert isinstance(slow.outgoing, Reply)
    part = SentPart(message_id="42", total=1, sent=slow.outgoing, rest=slow.outgoing)
    with pytest.raises(ConflictError):
        frontline.outbox.record_part(slow, part, clock())


def test_a_moment_near_is_handed_over_at_once_and_fires_once(
    frontline: Frontline, pump: Pump, clock: FrozenClock, aws: Any
) -> None:
    policy = {**DOCUMENT["policies"][0], "targets": {"first_response": "2m"}, "reminders": ["50%"]}
    frontline.desks.put(shop(policies=[policy]), source="", by="t", now=clock(), expected_version=1)
    clock.tick(seconds=60)
    ticket_id = receive(frontline, pump, message("khiếu nại", clock()))
    queue = frontline.settings.timer_queue_url
    due_at = clock() + timedelta(minutes=1)
    assert waiting_messages(aws, queue) == 1
    frontline.firing.fire([(ticket_id, due_at)])
    assert frontline.tickets.get(ticket_id).moment == frontline.tickets.get(ticket_id).moment
    clock.tick(seconds=59)
    frontline.firing.fire([(ticket_id, due_at), (ticket_id, due_at)])
    assert clock() == due_at
    _, entries = frontline.tickets.with_timeline(ticket_id)
    assert [e.type for e in entries].count("sla.reminded") == 1


def test_the_sweep_finds_what_is_due_and_nothing_else(
    frontline: Frontline, pump: Pump, clock: FrozenClock, aws: Any
) -> None:
    receive(frontline, pump, message("khiếu nại", START))
    assert frontline.sweeper.sweep() == 0
    clock.tick(minutes=14)
    assert frontline.sweeper.sweep() == 1
    assert waiting_messages(aws, frontline.settings.timer_queue_url) == 1


def test_after_an_outage_everything_overdue_fires_once_and_late(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    clock.tick(minutes=45)
    while (moment := frontline.tickets.get(ticket_id).moment) and moment.at <= clock():
        frontline.firing.fire([(ticket_id, moment.at)])
    _, entries = frontline.tickets.with_timeline(ticket_id)
    late = [(e.type, e.detail["late_seconds"]) for e in entries if e.type.startswith("sla.")]
    assert late == [
        ("sla.reminded", "1800"),
        ("sla.reminded", "1200"),
        ("sla.breached", "900"),
        ("sla.escalated", "300"),
    ]


def test_room_made_reaches_the_parked_ticket(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    for agent in ("lan", "minh"):
        frontline.acts.record(said_of_himself(AgentAway, agent, START))
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    assert frontline.tickets.get(ticket_id).assignee_id is None
    frontline.acts.record(said_of_himself(AgentBack, "minh", clock()))
    pump.settle()
    assert frontline.tickets.get(ticket_id).assignee_id == "minh"


def test_a_channel_that_is_full_holds_up_no_other(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    agents: dict[str, Any] = {**DOCUMENT["agents"]}
    agents["lan"] = {**agents["lan"], "capacity": 2, "channel_capacity": {"telegram": 1}}
    agents["minh"] = {**agents["minh"], "away": True}
    agents["hoa"] = {**agents["hoa"], "capacity": 0}
    frontline.desks.put(shop(agents=agents), source="", by="t", now=START, expected_version=1)
    clock.tick(seconds=20)
    nam_too = replace(NAM, external_id="2004")
    held, zalo, telegram, waiting = (
        receive(frontline, pump, message("khiếu nại", clock(), number=number, identity=identity))
        for number, identity in enumerate((MAI, NAM, replace(MAI, external_id="78"), nam_too))
    )
    owners = [frontline.tickets.get(each).assignee_id for each in (held, zalo, telegram, waiting)]
    assert owners == ["lan", "lan", None, None]
    frontline.acts.perform(
        AgentResolved(id="r", ticket_id=zalo, occurred_at=clock(), agent_id="lan", via="page")
    )
    pump.settle()
    assert frontline.tickets.get(telegram).assignee_id is None
    assert frontline.tickets.get(waiting).assignee_id == "lan"


def test_all_that_waits_without_a_time_has_one_when_somebody_says_when_he_comes(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    """The team never closes: nothing else would bring its tickets up again."""
    agents: dict[str, Any] = {**DOCUMENT["agents"]}
    agents["lan"] = {**agents["lan"], "calendar": "late", "backup": None}
    agents["minh"] = {**agents["minh"], "away": True}
    agents["hoa"] = {**agents["hoa"], "capacity": 0}
    late = {"time_zone": "Asia/Ho_Chi_Minh", "week": {"mon": ["14:00-22:00"]}}
    teams = {**DOCUMENT["teams"]}
    teams["care"] = {**teams["care"], "calendar": "always"}
    calendars = {**DOCUMENT["calendars"], "late": late}
    desk = shop(agents=agents, teams=teams, calendars=calendars)
    frontline.desks.put(desk, source="", by="t", now=START, expected_version=1)
    clock.tick(seconds=20)
    frontline.acts.record(said_of_himself(AgentAway, "lan", clock()))
    tickets = [
        receive(frontline, pump, message("khiếu nại", clock(), number=number, identity=identity))
        for number, identity in enumerate((MAI, replace(MAI, external_id="78")))
    ]
    assert [frontline.tickets.get(each).parked_until for each in tickets] == [None, None]
    clock.tick(minutes=1)
    frontline.acts.record(said_of_himself(AgentBack, "lan", clock()))
    pump.settle()
    afternoon = START + timedelta(hours=5)
    assert [frontline.tickets.get(each).parked_until for each in tickets] == [afternoon] * 2


def test_what_waits_for_somebody_who_goes_away_is_offered_to_who_stands_in(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    agents: dict[str, Any] = {**DOCUMENT["agents"]}
    agents["lan"] = {**agents["lan"], "capacity": 1}
    agents["minh"] = {**agents["minh"], "away": True}
    agents["hoa"] = {**agents["hoa"], "capacity": 5}
    desk = shop(agents=agents)
    frontline.desks.put(desk, source="", by="t", now=START, expected_version=1)
    clock.tick(seconds=20)
    first, second = (
        receive(frontline, pump, message("khiếu nại", clock(), number=number, identity=identity))
        for number, identity in enumerate((MAI, NAM))
    )
    frontline.acts.perform(
        AgentReplied(
            id="a", ticket_id=first, occurred_at=clock(), agent_id="lan", via="page", text="Dạ"
        )
    )
    assert frontline.tickets.get(second).assignee_id is None
    frontline.acts.record(said_of_himself(AgentAway, "lan", clock()))
    pump.settle()
    # What is answered stays his; what waited goes to the lead.
    assert frontline.tickets.get(first).assignee_id == "lan"
    assert frontline.tickets.get(second).assignee_id == "hoa"


def test_what_cannot_be_folded_is_set_aside_and_the_stream_goes_on(
    frontline: Frontline, pump: Pump, aws: Any
) -> None:
    event = message("khiếu nại", START)
    frontline.log.append(event, '{"update_id":1}', START)
    item = dict(pump.items("LOG#")[0])
    frontline.folder.fold_logged({**item, "type": {"S": "message.sung"}})
    frontline.folder.fold_logged({**item, "type": {"S": "message.sung"}})
    kept = list(frontline.quarantine.list())
    assert [(part.channel, part.account, part.raw) for part in kept] == [
        ("telegram", "hoa-mai", '{"update_id":1}')
    ]
    assert kept[0].log_key == keys.log(event)


def test_a_new_desk_recomputes_open_tickets_page_by_page(
    frontline: Frontline, pump: Pump, clock: FrozenClock
) -> None:
    ticket_id = receive(frontline, pump, message("khiếu nại", START))
    policy = {**DOCUMENT["policies"][0], "targets": {"first_response": "20m"}}
    stored = frontline.desks.put(
        shop(policies=[policy]), source="", by="t", now=clock(), expected_version=1
    )
    frontline.desk.stored(at_least=stored.version)
    assert frontline.follower.recompute("care", "") is None
    due = frontline.tickets.get(ticket_id).timers[0].due_at
    assert due == START + timedelta(minutes=20)


def reply(frontline: Frontline, ticket_id: str, text: str) -> None:
    frontline.acts.perform(
        AgentReplied(
            id=f"api:{text[:20]}",
            ticket_id=ticket_id,
            occurred_at=frontline.clock(),
            agent_id="lan",
            via="api",
            text=text,
        )
    )


def waiting(pump: Pump) -> keys.Key:
    found = [i for i in pump.items("OUTBOX#telegram") if i["status"]["S"] == "waiting"]
    return keys.Key(found[-1]["pk"]["S"], found[-1]["sk"]["S"])


def sent_mails() -> list[Any]:
    from moto.ses.models import ses_backends

    return list(ses_backends["123456789012"]["ap-southeast-1"].sent_messages)
