"""What happens on a ticket by itself, each thing once and at its time."""

from datetime import timedelta

import pytest

from chalicelib.domain.events import AgentReplied, AgentResolved, DeskChanged, MomentDue, RoomMade
from chalicelib.domain.tickets import Metric, Ticket
from tests.conftest import START
from tests.desk.events import message, moment_of
from tests.desk.world import World
from tests.desks import DOCUMENT, shop


@pytest.fixture
def world() -> World:
    world = World(shop())
    world.fold(message("khiếu nại", START), START)
    return world


def run_until_quiet(world: World) -> list[tuple[timedelta, str]]:
    """Fire every moment at its own time; return when and what."""
    fired = []
    while (ticket := world.only_ticket()).moment is not None:
        moment = ticket.moment
        fired.append((moment.at - START, f"{moment.metric} {moment.step}"))
        world.fold(moment_of(ticket), moment.at)
    return fired


def test_reminders_breach_and_escalation_come_in_their_order(world: World) -> None:
    minutes = [(at.total_seconds() / 60, what) for at, what in run_until_quiet(world)]
    assert minutes == [
        (15, "first_response reminder:50%"),
        (25, "first_response reminder:5m"),
        (30, "first_response breach"),
        (40, "first_response escalation:1"),
        (120, "resolution reminder:50%"),
        (235, "resolution reminder:5m"),
        (240, "resolution breach"),
        (250, "resolution escalation:1"),
    ]
    assert world.told("lan") == [
        "assigned", "reminder", "reminder", "breached", "reminder", "reminder", "breached",
    ]  # fmt: skip
    assert world.told("minh") == world.told("hoa") == ["escalated", "escalated"]


def test_a_doubled_delivery_fires_once(world: World) -> None:
    event = moment_of(world.only_ticket())
    at = event.moment_at
    world.fold(event, at)
    assert world.fold(event, at).ticket is None
    assert world.story().count("sla.reminded") == 1


def test_an_early_delivery_changes_nothing(world: World) -> None:
    event = moment_of(world.only_ticket())
    assert world.fold(event, event.moment_at - timedelta(milliseconds=1)).ticket is None


def test_a_late_one_fires_and_says_how_late(world: World) -> None:
    event = moment_of(world.only_ticket())
    world.fold(event, event.moment_at + timedelta(minutes=10))
    assert world.entry("sla.reminded").detail["late_seconds"] == "600"


def test_a_breach_is_recorded_at_the_deadline_not_at_the_tick(world: World) -> None:
    ticket = world.only_ticket()
    late = START + timedelta(hours=1)
    for _ in range(3):
        world.fold(moment_of(world.only_ticket()), late)
    timer = world.only_ticket().timers[0]
    assert timer.breached_at == ticket.timers[0].due_at == START + timedelta(minutes=30)


def test_an_answer_ends_the_response_clock_and_rests_the_other(world: World) -> None:
    ticket = world.only_ticket()
    at = START + timedelta(minutes=10)
    world.fold(
        AgentReplied(
            id="r", ticket_id=ticket.id, occurred_at=at, agent_id="lan", via="api", text="Dạ"
        ),
        at,
    )
    timers = {t.metric: t for t in world.only_ticket().timers}
    assert timers[Metric.FIRST_RESPONSE].met_at == at
    assert timers[Metric.RESOLUTION].paused_at == at
    assert world.only_ticket().moment is None


def test_no_moment_on_a_resolved_ticket(world: World) -> None:
    ticket = world.only_ticket()
    world.fold(
        AgentResolved(id="a", ticket_id=ticket.id, occurred_at=START, agent_id="lan", via="api"),
        START,
    )
    assert world.only_ticket().moment is None
    assert all(t.met_at for t in world.only_ticket().timers)


def test_a_new_desk_moves_open_deadlines_and_says_so(world: World) -> None:
    policies = [{**DOCUMENT["policies"][0], "targets": {"first_response": "10m"}}]
    world.desk = shop(policies=policies)
    ticket = world.only_ticket()
    world.fold(DeskChanged(ticket_id=ticket.id), START)
    assert [t.due_at - START for t in world.only_ticket().timers] == [timedelta(minutes=10)]
    assert world.entry("sla.recomputed").detail
    assert world.fold(DeskChanged(ticket_id=ticket.id), START).ticket is None


def test_an_unchanged_desk_writes_nothing(world: World) -> None:
    ticket = world.only_ticket()
    assert world.fold(DeskChanged(ticket_id=ticket.id), START).ticket is None


def test_a_ticket_outlives_its_team_and_its_owner(world: World) -> None:
    agents = {k: v for k, v in DOCUMENT["agents"].items() if k != "lan"}
    teams = {"all": {**DOCUMENT["teams"]["care"], "members": ["minh"]}}
    kinds = {"advice": {"name": "Tư vấn", "team": "all"}}
    world.desk = shop(agents=agents, teams=teams, request_types=kinds, policies=[])
    ticket = world.only_ticket()
    world.fold(DeskChanged(ticket_id=ticket.id), START)
    ticket = world.only_ticket()
    assert (ticket.team_id, ticket.request_type, ticket.assignee_id) == ("all", "advice", "minh")


def test_a_ticket_of_an_agent_who_left_is_nobodys_until_there_is_room(world: World) -> None:
    world.away = {"minh"}
    agents = {k: v for k, v in DOCUMENT["agents"].items() if k != "lan"}
    care = {**DOCUMENT["teams"]["care"], "members": ["minh"]}
    world.desk = shop(agents=agents, teams={**DOCUMENT["teams"], "care": care})
    ticket = world.only_ticket()
    world.fold(DeskChanged(ticket_id=ticket.id), START)
    assert world.only_ticket().assignee_id is None
    world.away = set()
    world.fold(RoomMade(ticket_id=ticket.id), START)
    assert world.only_ticket().assignee_id == "minh"


def test_room_gives_a_parked_ticket_an_owner_and_no_room_says_nothing() -> None:
    world = World(shop(), away={"lan", "minh"})
    world.fold(message("khiếu nại", START), START)
    ticket: Ticket = world.only_ticket()
    assert world.fold(RoomMade(ticket_id=ticket.id), START).ticket is None
    world.away = {"lan"}
    world.fold(RoomMade(ticket_id=ticket.id), START)
    assert world.only_ticket().assignee_id == "minh"


def test_reminders_of_a_parked_ticket_go_to_the_lead() -> None:
    world = World(shop(), away={"lan", "minh"})
    world.fold(message("khiếu nại", START), START)
    world.fold(moment_of(world.only_ticket()), START + timedelta(minutes=15))
    assert world.told("hoa") == ["parked", "reminder"]


def test_a_moment_of_a_policy_that_is_gone_fires_nothing(world: World) -> None:
    event: MomentDue = moment_of(world.only_ticket())
    world.desk = world.desk.model_copy(update={"policies": ()})
    world.fold(event, event.moment_at)
    assert world.only_ticket().moment is None
    assert world.told("lan") == ["assigned"]


def test_escalation_may_pass_the_ticket_to_the_backup() -> None:
    policy = {**DOCUMENT["policies"][0], "escalation": {"to": ["lead"], "reassign": True}}
    world = World(shop(policies=[policy]))
    world.fold(message("khiếu nại", START), START)
    run_until_quiet(world)
    assert world.only_ticket().assignee_id == "minh"
    assert (world.loads["lan"], world.loads["minh"]) == (0, 1)
