"""A question in a forum: others may answer first; what nobody answers becomes ours in time."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.events import (
    AgentAcknowledged,
    AgentAssigned,
    AgentChanged,
    AgentReopened,
    AgentReplied,
    DeskChanged,
    MessageEchoed,
    PeerAnswered,
)
from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Status
from tests.conftest import START
from tests.desk.events import MAI, message, moment_of
from tests.desk.factory import FACTORY, factory
from tests.desk.play import Play
from tests.desk.world import World
from tests.desks import shop

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    world = World(shop())
    world.fold(topic(), START)
    return world


def topic(number: int = 1, at: Any = START) -> Any:
    return message(
        "Men lam có dùng được lò vi sóng?",
        at,
        number=number,
        surface=Surface.PUBLIC,
        thread="7/1",
        watch_for=HOUR,
    )


def peer(world: World, at: Any) -> None:
    event = PeerAnswered(
        id="peer", identity=MAI, occurred_at=at, message_id="7/2", thread_refs=("7/1",)
    )
    world.fold(event, at)


def test_a_watched_question_is_nobodys_and_tells_nobody(world: World) -> None:
    ticket = world.only_ticket()
    assert (ticket.status, ticket.assignee_id, ticket.timers) == (Status.WATCHED, None, ())
    assert world.outbox == []


def test_its_moment_is_on_the_record(world: World) -> None:
    moment = world.only_ticket().moment
    assert moment is not None
    assert (moment.at, moment.step) == (START + HOUR, "watched")


def test_a_question_nobody_answered_becomes_ours_with_deadlines_from_then(world: World) -> None:
    world.fold(moment_of(world.only_ticket()), START + HOUR)
    ticket = world.only_ticket()
    assert (ticket.status, ticket.assignee_id) == (Status.OPEN, "lan")
    assert {timer.started_at for timer in ticket.timers} == {START + HOUR}
    assert world.told("lan") == ["assigned"]


def test_another_users_answer_in_time_lets_it_go_silently(world: World) -> None:
    peer(world, START + HOUR / 2)
    ticket = world.only_ticket()
    assert (ticket.status, ticket.moment) == (Status.CLOSED, None)
    assert world.outbox == []


def test_an_answer_of_the_staff_lets_it_go_too(world: World) -> None:
    event = MessageEchoed(
        id="e", identity=MAI, occurred_at=START, message_id="7/2", text="Dạ được ạ",
        thread_refs=("7/1",), surface=Surface.PUBLIC,
    )  # fmt: skip
    world.fold(event, START)
    assert world.only_ticket().status is Status.CLOSED
    assert world.entry("message.sent").actor == "platform"


def test_another_users_answer_to_a_ticket_of_ours_is_told_and_changes_nothing(
    world: World,
) -> None:
    world.fold(moment_of(world.only_ticket()), START + HOUR)
    peer(world, START + 2 * HOUR)
    assert world.only_ticket().status is Status.OPEN
    assert world.story()[-1] == "peer.answered"


def act(world: World, kind: Any, at: Any, **facts: Any) -> None:
    ticket_id = world.only_ticket().id
    world.fold(
        kind(
            id=f"{kind.type}:{at}",
            ticket_id=ticket_id,
            occurred_at=at,
            agent_id="minh",
            via="api",
            **facts,
        ),
        at,
    )


@pytest.mark.parametrize(
    ("kind", "facts"),
    [(AgentAcknowledged, {}), (AgentAssigned, {"to_agent_id": "minh"})],
)
def test_who_takes_a_watched_question_keeps_it(
    world: World, kind: Any, facts: dict[str, str]
) -> None:
    act(world, kind, START, **facts)
    ticket = world.only_ticket()
    assert (ticket.status, ticket.assignee_id) == (Status.OPEN, "minh")
    assert ticket.watched_until is None
    assert ticket.timers
    assert ticket.moment is not None
    assert ticket.moment.step != "watched"


def test_an_agents_answer_makes_it_ours_for_good(world: World) -> None:
    act(world, AgentReplied, START, text="Dạ được ạ")
    world.fold(topic(number=2, at=START + HOUR), START + HOUR)
    ticket = world.only_ticket()
    assert ticket.status is Status.OPEN
    assert ticket.timers[0].met_at == START


def test_a_question_let_go_can_be_taken_up_again(world: World) -> None:
    peer(world, START)
    act(world, AgentReopened, START + HOUR)
    ticket = world.only_ticket()
    assert ticket.status is Status.OPEN
    assert {timer.started_at for timer in ticket.timers} == {START + HOUR}


def test_without_any_promise_a_question_of_ours_stays_ours() -> None:
    world = World(shop(policies=[]))
    world.fold(topic(), START)
    world.fold(moment_of(world.only_ticket()), START + HOUR)
    world.fold(topic(number=2, at=START + 2 * HOUR), START + 2 * HOUR)
    assert world.only_ticket().status is Status.OPEN


def test_a_second_question_in_the_same_topic_is_watched_anew(world: World) -> None:
    peer(world, START + HOUR / 2)
    world.fold(topic(number=2, at=START + HOUR), START + HOUR)
    ticket = world.only_ticket()
    assert ticket.status is Status.WATCHED
    assert ticket.watched_until == START + 2 * HOUR


def test_a_word_in_a_ticket_of_ours_is_a_customers_word(world: World) -> None:
    world.fold(moment_of(world.only_ticket()), START + HOUR)
    world.fold(topic(number=2, at=START + 2 * HOUR), START + 2 * HOUR)
    assert world.only_ticket().status is Status.OPEN
    assert world.told("lan") == ["assigned", "customer_wrote"]


def test_what_others_may_still_answer_is_given_to_nobody_by_another_request_type(
    world: World,
) -> None:
    act = AgentChanged(
        id="c", ticket_id=world.only_ticket().id, occurred_at=START, agent_id="lan", via="page",
        request_type="technical",
    )  # fmt: skip
    world.fold(act, START)
    ticket = world.only_ticket()
    assert (ticket.status, ticket.team_id, ticket.assignee_id) == (Status.WATCHED, "tech", None)
    world.fold(DeskChanged(ticket_id=ticket.id), START)
    assert world.only_ticket().assignee_id is None
    peer(world, START + timedelta(minutes=5))
    assert set(world.loads.values()) <= {0}


def test_what_an_agent_made_ours_finds_an_owner_in_the_morning() -> None:
    teams = {n: {**each, "acknowledge_within": None} for n, each in FACTORY["teams"].items()}
    play = Play(factory(teams={**teams, "care": {**teams["care"], "lead": "sep"}}, policies=[]))
    play.says("hỏi", watch_for=HOUR)
    play.does(AgentReplied, text="Dạ")
    play.until(14 * 60)  # eleven at night
    play.says("còn nữa")
    assert play.ticket.assignee_id is None
    play.until(23 * 60 + 1)
    assert play.ticket.assignee_id == "lan"
