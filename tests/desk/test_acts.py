"""What agents do, and what platforms tell besides messages."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.events import (
    Act,
    AgentAcknowledged,
    AgentAssigned,
    AgentNoted,
    AgentReopened,
    AgentReplied,
    AgentResolved,
    ContactBlocked,
    ContactUpdated,
    MessageEchoed,
    MessageEdited,
    ReceiptReceived,
)
from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import Status
from chalicelib.errors import InvalidRequestError
from chalicelib.routing.roster import AgentState
from tests.conftest import START
from tests.desk.events import MAI, message
from tests.desk.world import World
from tests.desks import shop


@pytest.fixture
def world() -> World:
    world = World(shop())
    world.fold(message("khiếu nại", START), START)
    return world


def act(world: World, cls: type[Act], act_id: str = "act", **facts: Any) -> Act:
    defaults = {"agent_id": "lan", "via": "page", "occurred_at": START + timedelta(minutes=5)}
    return cls(id=act_id, ticket_id=world.only_ticket().id, **{**defaults, **facts})


def do(world: World, cls: type[Act], act_id: str = "act", **facts: Any) -> None:
    event = act(world, cls, act_id, **facts)
    world.fold(event, event.occurred_at)


def test_a_reply_goes_to_the_channel_where_the_customer_wrote_last(world: World) -> None:
    do(world, AgentReplied, text="Dạ em xin lỗi chị ạ.")
    assert world.said_to_customer()[-1] == "Dạ em xin lỗi chị ạ."
    entry = world.entry("message.sent")
    assert (entry.actor, entry.channel, entry.delivery) == (
        "agent:lan",
        "telegram",
        Delivery.QUEUED,
    )
    assert world.only_ticket().acknowledged_at == START + timedelta(minutes=5)


def test_a_long_reply_is_split_and_never_cut(world: World) -> None:
    text = "Câu này dài. " * 800
    do(world, AgentReplied, text=text)
    reply = world.outbox[-1]
    parts = reply.parts  # type: ignore[union-attr]
    assert len(parts) > 1
    assert all(len(part) <= 4096 for part in parts)
    assert " ".join(" ".join(parts).split()) == " ".join(text.split())


def test_a_note_is_for_agents_only(world: World) -> None:
    sent = len(world.said_to_customer())
    do(world, AgentNoted, text="khách quen")
    assert world.entry("note.added").text == "khách quen"
    assert len(world.said_to_customer()) == sent


def test_accepting_says_so_once(world: World) -> None:
    do(world, AgentAcknowledged, "1")
    do(world, AgentAcknowledged, "2")
    assert world.story().count("ticket.acknowledged") == 1


def test_who_accepts_anothers_ticket_takes_it_over(world: World) -> None:
    do(world, AgentAcknowledged, agent_id="minh")
    assert world.only_ticket().assignee_id == "minh"
    assert (world.loads["lan"], world.loads["minh"]) == (0, 1)


def test_a_hand_over_by_a_person_goes_over_capacity(world: World) -> None:
    do(world, AgentAssigned, to_agent_id="hoa", reason="khách VIP")
    assert world.only_ticket().assignee_id == "hoa"
    assert world.entry("ticket.assigned").detail["reason"] == "khách VIP"
    assert world.told("hoa") == ["assigned"]


def test_a_hand_over_to_a_team_lets_its_roster_decide(world: World) -> None:
    do(world, AgentAssigned, to_team_id="tech", reason="máy hỏng")
    ticket = world.only_ticket()
    assert (ticket.team_id, ticket.assignee_id) == ("tech", "tuan")
    assert (world.loads["lan"], world.loads["tuan"]) == (0, 1)


@pytest.mark.parametrize("to", [{"to_agent_id": "nobody"}, {"to_team_id": "nowhere"}])
def test_a_hand_over_to_nobody_is_refused(world: World, to: dict[str, str]) -> None:
    with pytest.raises(InvalidRequestError, match=r"no (agent|team)"):
        do(world, AgentAssigned, **to)


def test_resolving_frees_the_owner_and_twice_is_once(world: World) -> None:
    do(world, AgentResolved, "1")
    do(world, AgentResolved, "2")
    assert world.only_ticket().status is Status.RESOLVED
    assert world.loads["lan"] == 0
    assert world.story().count("ticket.resolved") == 1


def test_reopening_gives_it_back_to_who_had_it(world: World) -> None:
    do(world, AgentResolved, "1")
    do(world, AgentReopened, "2")
    ticket = world.only_ticket()
    assert (ticket.status, ticket.assignee_id, world.loads["lan"]) == (Status.OPEN, "lan", 1)


def test_reopening_goes_to_another_when_the_owner_is_full(world: World) -> None:
    do(world, AgentResolved, "1")
    world.agents["lan"] = AgentState("lan", load=3)
    do(world, AgentReopened, "2")
    assert world.only_ticket().assignee_id == "minh"


def test_a_resolved_ticket_is_not_accepted(world: World) -> None:
    do(world, AgentResolved, "1")
    with pytest.raises(InvalidRequestError, match="reopen"):
        do(world, AgentAcknowledged, "2")


def echo(*, ours: bool) -> MessageEchoed:
    return MessageEchoed(
        id="telegram:hoa-mai:echo:5",
        identity=MAI,
        occurred_at=START + timedelta(minutes=3),
        message_id="5",
        text="Dạ shop đây ạ",
        ours=ours,
        author_id="admin-1",
    )


def test_an_answer_in_the_platforms_own_inbox_counts(world: World) -> None:
    world.fold(echo(ours=False), START + timedelta(minutes=4))
    assert world.only_ticket().timers[0].met_at == START + timedelta(minutes=3)
    assert world.entry("message.sent").actor == "platform"


def test_our_own_echo_counts_for_nothing(world: World) -> None:
    before = world.only_ticket()
    world.fold(echo(ours=True), START + timedelta(minutes=4))
    assert world.only_ticket() == before


def test_a_read_watermark_only_moves_forward(world: World) -> None:
    def read(event_id: str, minute: int) -> ReceiptReceived:
        at = START + timedelta(minutes=minute)
        return ReceiptReceived(
            id=event_id, identity=MAI, occurred_at=at, delivery=Delivery.READ, watermark_at=at
        )

    world.fold(read("a", 5), START)
    world.fold(read("b", 3), START)
    assert world.only_ticket().read_until_at == START + timedelta(minutes=5)


def test_an_edit_stands_on_the_timeline(world: World) -> None:
    event = MessageEdited(id="e", identity=MAI, occurred_at=START, message_id="1", text="đơn 15")
    world.fold(event, START)
    assert world.entry("message.edited").text == "đơn 15"


def test_what_the_platform_says_of_the_person_is_remembered(world: World) -> None:
    event = ContactUpdated(
        id="u", identity=MAI, occurred_at=START, name="Mai", phone="+84901234567"
    )
    world.fold(event, START)
    contact = next(iter(world.contacts.values()))
    assert (contact.name, contact.phone, contact.ticket_id) == (
        "Mai", "+84901234567", world.only_ticket().id,
    )  # fmt: skip


def test_a_block_is_noted_and_a_new_message_lifts_it(world: World) -> None:
    world.fold(ContactBlocked(id="b", identity=MAI, occurred_at=START), START)
    contact = next(iter(world.contacts.values()))
    assert contact.blocked == (MAI,)
    assert world.only_ticket().is_blocked
    world.fold(message("mình đây", START, number=2), START)
    assert next(iter(world.contacts.values())).blocked == ()
    assert not world.only_ticket().is_blocked


def test_an_answer_that_comes_too_late_says_what_it_missed(world: World) -> None:
    do(world, AgentReplied, text="dạ", occurred_at=START + timedelta(minutes=45))
    assert world.entry("sla.breached").detail["metric"] == "first_response"
    assert world.only_ticket().timers[0].breached_at == START + timedelta(minutes=30)
