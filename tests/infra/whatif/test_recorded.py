"""What a stage recorded, read from its table: the same story again, and the table as it was."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.events import (
    UNTIMED,
    AgentAcknowledged,
    AgentAssigned,
    AgentAway,
    AgentMerged,
    AgentReopened,
    AgentReplied,
    AgentResolved,
    Logged,
    MessageEchoed,
    MessageReceived,
)
from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import InvalidRequestError
from infra.whatif.period import Period
from infra.whatif.recorded import recorded
from infra.whatif.replay import Replay
from tests.aws import TABLE
from tests.conftest import START, FrozenClock
from tests.desk.events import MAI, NAM, message, said_of_himself
from tests.desks import shop
from tests.infra.whatif.test_replay import Seen
from tests.service.pump import Pump

Stage = tuple[Frontline, FrozenClock, Pump]


@pytest.fixture
def stage(frontline: Frontline, clock: FrozenClock) -> Stage:
    return frontline, clock, Pump(frontline)


def happens(stage: Stage, event: Logged) -> None:
    """Log an event as it comes, and let all follow from it that does."""
    frontline, clock, pump = stage
    frontline.log.append(event, "{}", clock())
    pump.settle(deliver=False)


def acts(stage: Stage, kind: Any, agent: str = "lan", **more: Any) -> None:
    frontline, clock, _ = stage
    (ticket,) = [ticket for _, ticket in frontline.tickets.of_teams(["care"], ["open"])][-1:]
    told = {"id": f"{kind.type}:{clock()}", "ticket_id": ticket.id, "occurred_at": clock()}
    happens(stage, kind(**told, agent_id=agent, via="page", **more))


def a_morning(stage: Stage) -> None:
    clock = stage[1]
    happens(stage, message("khiếu nại", clock()))
    clock.tick(minutes=4)
    acts(stage, AgentAcknowledged)
    clock.tick(minutes=3)
    acts(stage, AgentReplied, text="dạ")
    clock.tick(minutes=5)
    happens(stage, message("vẫn lỗi", clock(), number=2))
    clock.tick(minutes=5)
    acts(stage, AgentReplied, text="dạ vâng")
    acts(stage, AgentResolved)


def table_of(frontline: Frontline) -> list[dict[str, Any]]:
    items = frontline.client("dynamodb").scan(TableName=TABLE)["Items"]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def test_who_said_that_he_was_away_is_known(stage: Stage) -> None:
    frontline, clock, _ = stage
    happens(stage, said_of_himself(AgentAway, "lan", clock()))
    clock.tick(minutes=1)
    happens(stage, message("khiếu nại", clock()))
    history, _ = recorded(frontline.table, Period())
    seen = Seen()
    Replay(frontline.desk(), history, [seen]).run()
    assert [who for _, _, who in seen.lines("ticket.assigned")] == ["minh"]


def test_the_same_desk_tells_the_same_story_again(stage: Stage) -> None:
    a_morning(stage)
    history, cost = recorded(stage[0].table, Period())
    seen = Seen()
    replay = Replay(shop(), history, [seen])
    replay.run()
    (ticket,) = replay.memory.tickets.values()
    found, entries = stage[0].tickets.with_timeline(ticket.id)
    assert sorted(entry.id for entry in seen.entries) == sorted(entry.id for entry in entries)
    assert (ticket.timers, ticket.assignee_id) == (found.timers, found.assignee_id)
    assert replay.skipped == {}
    assert cost.items == len(table_of(stage[0]))
    assert cost.read_units > 0


def test_a_hand_over_a_merge_and_a_reopening_are_told_again(stage: Stage) -> None:
    frontline, clock, _ = stage

    def act(kind: Any, ticket: Ticket, **more: Any) -> None:
        clock.tick(minutes=4)
        told = {"id": f"{kind.type}:{clock()}", "ticket_id": ticket.id, "occurred_at": clock()}
        owner = frontline.tickets.get(ticket.id).assignee_id
        happens(stage, kind(**told, agent_id=owner, via="page", **more))

    happens(stage, message("khiếu nại", clock()))
    happens(stage, message("tôi nhắn từ Zalo", clock(), identity=NAM))
    first, second = sorted(
        (ticket for _, ticket in frontline.tickets.of_teams(["care"], ["open"])),
        key=lambda ticket: ticket.identity != MAI,
    )
    act(AgentAssigned, first, to_agent_id="minh")
    act(AgentMerged, first, other_ticket_id=second.id)
    act(AgentReplied, first, text="dạ")
    act(AgentResolved, first)
    act(AgentReopened, first)
    act(AgentResolved, first)
    clock.tick(hours=2)
    happens(stage, message("vẫn chưa được", clock(), number=2))

    history, _ = recorded(frontline.table, Period())
    seen = Seen()
    replay = Replay(shop(), history, [seen])
    replay.run()
    assert replay.skipped == {}
    stored = [frontline.tickets.with_timeline(ticket.id) for ticket in (first, second)]
    lines = [entry for _, timeline in stored for entry in timeline]
    assert sorted(one.id for one in seen.entries) == sorted(one.id for one in lines)
    types = {one.type for one in lines}
    assert {"ticket.assigned", "ticket.merged", "ticket.reopened"} <= types
    for ticket, _ in stored:
        here = replay.memory.tickets[ticket.id]
        assert (here.timers, here.status, here.assignee_id, here.merged_into) == (
            ticket.timers,
            ticket.status,
            ticket.assignee_id,
            ticket.merged_into,
        )


def test_only_a_period_is_looked_at(stage: Stage) -> None:
    a_morning(stage)
    later = Period(since=START + timedelta(minutes=8))
    history, _ = recorded(stage[0].table, later)
    assert [event.type for _, event in history.events] == [
        "message.received",
        "agent.replied",
        "agent.resolved",
    ]
    replay = Replay(shop(), history)
    replay.run()
    # The ticket was opened before: nothing that went on with it opens another one here.
    assert replay.skipped == {"message.received": 1, "agent.replied": 1, "agent.resolved": 1}
    assert replay.memory.tickets == {}
    with pytest.raises(InvalidRequestError, match="nothing happened"):
        recorded(stage[0].table, Period(until=START))


def test_a_message_without_a_time_happened_when_it_came(stage: Stage) -> None:
    happens(stage, message("khiếu nại", UNTIMED))
    stage[1].tick(minutes=5)
    acts(stage, AgentReplied, text="dạ")
    history, _ = recorded(stage[0].table, Period())
    replay = Replay(shop(), history)
    replay.run()
    (ticket,) = replay.memory.tickets.values()
    assert ticket.opened_at == START
    assert ticket.answered_at == START + timedelta(minutes=5)


def echo(text: str, number: int, stage: Stage) -> MessageEchoed:
    return MessageEchoed(
        id=f"zalo:hoa-mai:echo:{number}",
        identity=NAM,
        occurred_at=stage[1](),
        message_id=str(number),
        text=text,
    )


def test_an_echo_of_our_own_is_no_answer_and_a_persons_is(stage: Stage) -> None:
    frontline, clock, _ = stage
    happens(stage, message("khiếu nại", clock(), identity=NAM))
    (acknowledgement,) = frontline.outbox.unsent_texts(str(NAM))
    happens(stage, echo(acknowledgement, 8, stage))
    clock.tick(minutes=6)
    happens(stage, echo("Chị gọi em nhé", 9, stage))
    history, _ = recorded(frontline.table, Period())
    assert [event.id for _, event in history.events if isinstance(event, MessageEchoed)] == [
        "zalo:hoa-mai:echo:9"
    ]
    replay = Replay(shop(), history)
    replay.run()
    (ticket,) = replay.memory.tickets.values()
    assert ticket.answered_at == START + timedelta(minutes=6)


def test_an_answer_in_a_thread_goes_on_with_its_ticket(stage: Stage) -> None:
    _, clock, _ = stage
    thread: dict[str, Any] = {"surface": Surface.PUBLIC, "thread": "t1"}
    happens(stage, message("khiếu nại", clock(), **thread))
    clock.tick(minutes=1)
    reply: MessageReceived = message(
        "tôi cũng vậy", clock(), number=2, identity=MAI, thread_refs=("1",), **thread
    )
    happens(stage, reply)
    history, _ = recorded(stage[0].table, Period())
    assert set(history.named) == {("telegram", "hoa-mai", "1"), ("telegram", "hoa-mai", "2")}
    replay = Replay(shop(), history)
    replay.run()
    assert len(replay.memory.tickets) == 1
