"""A customer's message: which ticket it lands on, who gets it, what he is told."""

from datetime import timedelta

import pytest

from chalicelib.desk.opening import subject
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import AgentReplied, AgentResolved
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.domain.tickets import Metric, Status
from tests.conftest import START
from tests.desk.events import MAI, NAM, message
from tests.desk.world import World
from tests.desks import shop


@pytest.fixture
def world() -> World:
    return World(shop())


def test_a_first_message_opens_a_ticket_with_an_owner_and_deadlines(world: World) -> None:
    world.fold(message("Tôi muốn khiếu nại", START, name="Chị Mai"), START)
    ticket = world.only_ticket()
    assert (ticket.request_type, ticket.team_id, ticket.assignee_id) == ("complaint", "care", "lan")
    assert {t.metric: t.due_at - START for t in ticket.timers} == {
        Metric.FIRST_RESPONSE: timedelta(minutes=30),
        Metric.RESOLUTION: timedelta(hours=4),
    }
    assert ticket.moment is not None
    assert ticket.moment.at == START + timedelta(minutes=15)
    assert world.told("lan") == ["assigned"]
    assert world.loads["lan"] == 1


def test_the_reason_for_the_owner_stands_on_the_timeline(world: World) -> None:
    world.fold(message("xin chào", START), START)
    detail = world.entry("ticket.assigned").detail
    assert detail["reason"] == "least loaded of 2"
    assert detail["considered"] == "lan 0/3; minh 0/3; tie-break: order of the team"


def test_the_customer_is_told_once_by_when_an_answer_comes(world: World) -> None:
    world.fold(message("khiếu nại", START, name="Chị Mai"), START)
    world.fold(message("alo?", START + timedelta(seconds=5), number=2), START)
    told = world.said_to_customer()
    assert len(told) == 1
    assert "Chị Mai" in told[0]
    assert "09:30 hôm nay" in told[0]
    assert world.only_ticket().number in told[0]


def test_deadlines_count_from_the_customers_own_send_time(world: World) -> None:
    sent_at = START - timedelta(minutes=10)
    world.fold(message("khiếu nại", sent_at), START)
    assert world.only_ticket().timers[0].due_at == sent_at + timedelta(minutes=30)


@pytest.mark.parametrize("wrong", [timedelta(hours=1), -timedelta(days=900)])
def test_an_impossible_send_time_counts_as_now(world: World, wrong: timedelta) -> None:
    world.fold(message("khiếu nại", START + wrong), START)
    assert world.only_ticket().opened_at == START


def test_a_second_message_goes_on_with_the_open_ticket(world: World) -> None:
    world.fold(message("khiếu nại", START), START)
    later = START + timedelta(minutes=1)
    world.fold(message("hàng bị vỡ", later, number=2), later)
    assert world.only_ticket().last_inbound_at == later
    assert world.told("lan") == ["assigned", "customer_wrote"]


def test_the_same_event_twice_changes_nothing(world: World) -> None:
    event = message("khiếu nại", START)
    world.fold(event, START)
    before = world.only_ticket()
    world.fold(event, START)
    assert world.only_ticket() == before


def test_a_late_message_does_not_move_where_answers_go(world: World) -> None:
    world.fold(message("hai", START, number=2), START)
    world.fold(message("một", START - timedelta(minutes=1), number=1), START)
    assert world.only_ticket().reply_to_id == "2"


def test_a_resolved_ticket_reopens_within_its_time(world: World) -> None:
    world.fold(message("khiếu nại", START), START)
    ticket = world.only_ticket()
    later = START + timedelta(hours=1)
    world.fold(
        AgentResolved(id="a", ticket_id=ticket.id, occurred_at=later, agent_id="lan", via="api"),
        later,
    )
    assert world.loads["lan"] == 0
    again = later + timedelta(hours=71)
    world.fold(message("vẫn hỏng", again, number=2), again)
    ticket = world.only_ticket()
    assert (ticket.status, ticket.assignee_id) == (Status.OPEN, "lan")
    assert world.loads["lan"] == 1
    assert len(world.said_to_customer()) == 1
    resolution = next(t for t in ticket.timers if t.metric is Metric.RESOLUTION)
    assert resolution.due_at == again + timedelta(hours=3)


def test_after_that_time_a_new_ticket_starts(world: World) -> None:
    world.fold(message("khiếu nại", START), START)
    first = world.only_ticket()
    world.fold(
        AgentResolved(id="a", ticket_id=first.id, occurred_at=START, agent_id="lan", via="api"),
        START,
    )
    later = START + timedelta(hours=73)
    world.fold(message("chào shop", later, number=2), later)
    assert len(world.tickets) == 2
    assert world.tickets[first.id].status is Status.RESOLVED


def test_least_loaded_then_parked_with_the_lead_told(world: World) -> None:
    owners = []
    for customer in range(7):
        event = message("khiếu nại", START, identity=Identity("zalo", "hoa-mai", str(customer)))
        owners.append(world.fold(event, START).ticket)
    assert [t.assignee_id for t in owners if t] == [
        "lan", "minh", "lan", "minh", "lan", "minh", None,
    ]  # fmt: skip
    assert world.told("hoa") == ["parked"]


def test_a_parked_ticket_does_not_alarm_the_lead_as_parked_again(world: World) -> None:
    world.away = {"lan", "minh"}
    world.fold(message("khiếu nại", START), START)
    world.fold(message("alo", START, number=2), START)
    assert world.told("hoa") == ["parked", "customer_wrote"]
    assert world.only_ticket().assignee_id is None


def test_a_message_on_a_parked_ticket_finds_who_is_free_by_now(world: World) -> None:
    world.away = {"lan", "minh"}
    world.fold(message("khiếu nại", START), START)
    world.away = set()
    world.fold(message("alo", START, number=2), START)
    assert world.only_ticket().assignee_id == "lan"


def test_the_backup_stands_in_for_who_is_away() -> None:
    desk = shop()
    teams = {**desk.model_dump(mode="json")["teams"]}
    teams["care"]["members"] = ["lan"]
    world = World(shop(teams=teams), away={"lan"})
    world.fold(message("khiếu nại", START), START)
    assert world.only_ticket().assignee_id == "minh"
    assert world.entry("ticket.assigned").detail["backup_for"] == "lan"


def test_a_subject_says_what_it_is_about_as_much_as_the_text(world: World) -> None:
    person = Identity("email", "hotro", "mai@example.com")
    event = message("Đơn 20418 ạ", START, identity=person, subject="Khiếu nại giao hàng")
    world.fold(event, START)
    assert world.only_ticket().request_type == "complaint"


def test_machine_mail_opens_nothing_and_answers_nothing(world: World) -> None:
    robot = Identity("email", "hotro", "robot@example.com")
    world.fold(message("I am away", START, identity=robot, automatic=True), START)
    assert (world.tickets, world.outbox) == ({}, [])


def test_machine_mail_is_noted_on_an_open_ticket_without_waking_anybody(world: World) -> None:
    person = Identity("email", "hotro", "mai@example.com")
    world.fold(message("khiếu nại", START, identity=person), START)
    told = len(world.outbox)
    world.fold(message("vắng mặt", START, number=2, identity=person, automatic=True), START)
    assert world.story().count("message.received") == 2
    assert len(world.outbox) == told


def test_customers_do_not_share_tickets(world: World) -> None:
    world.fold(message("khiếu nại", START, identity=MAI), START)
    world.fold(message("khiếu nại", START, identity=NAM), START)
    assert len(world.tickets) == 2


def test_a_message_after_an_answer_opens_the_ticket_again(world: World) -> None:
    world.fold(message("khiếu nại", START), START)
    ticket = world.only_ticket()
    world.fold(
        AgentReplied(
            id="r", ticket_id=ticket.id, occurred_at=START, agent_id="lan", via="api", text="Dạ"
        ),
        START,
    )
    assert world.only_ticket().status is Status.PENDING
    world.fold(message("cảm ơn", START + timedelta(hours=1), number=2), START)
    assert world.only_ticket().status is Status.OPEN


@pytest.mark.parametrize(
    ("given", "text", "attachments", "line"),
    [
        ("Đơn 12", "x", (), "Đơn 12"),
        (None, "một\n hai", (), "một hai"),
        (None, "x" * 100, (), "x" * 79 + "…"),
        (None, "", (Attachment(kind=AttachmentKind.IMAGE),), "[image]"),
        (None, " ", (), "[—]"),
    ],
)
def test_a_subject_is_one_short_line(
    given: str | None, text: str, attachments: tuple[Attachment, ...], line: str
) -> None:
    assert subject(given, text, attachments) == line
