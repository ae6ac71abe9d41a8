"""Faults at every kind of call, and afterwards everything is there, and there once."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import AgentReplied, AgentResolved, MessageReceived
from infra.bench.faults import Fault, at_random, every
from tests.chaos.world import ChaosWorld, document
from tests.conftest import START
from tests.desk.events import message
from tests.desks import DOCUMENT

pytestmark = pytest.mark.chaos

CAPACITY = 20
AGENTS = {
    name: {**agent, "capacity": CAPACITY, "notify": ["email"]}
    for name, agent in DOCUMENT["agents"].items()
}
RECORDS = {"dynamodb.TransactWriteItems", "dynamodb.UpdateItem"}
"""The calls that record a send, or take the claim for it."""

SENDS = ("sesv2.SendEmail", "sns.Publish", "platform.send")
RARE = {"sqs.SendMessageBatch"}
"""Calls so few that every other one must go wrong for each fault to have its turn."""

WINDOW = {(send, fault) for send in SENDS for fault in (Fault.ANSWER_LOST, Fault.DIED_AFTER)}
"""Where a send may repeat: the other side has it, and we don't know yet."""


def messages(customers: int, each: int) -> list[MessageReceived]:
    return [
        message(
            f"khiếu nại số {number}",
            START + timedelta(seconds=number),
            number=number,
            identity=Identity("telegram", "hoa-mai", str(1000 + customer)),
        )
        for customer in range(customers)
        for number in range(each)
    ]


def live_through(world: ChaosWorld, events: list[MessageReceived]) -> None:
    """Let customers write, agents answer some, resolve some, and deadlines pass."""
    world.clock.tick(seconds=60)
    world.deliver(events)
    world.settle()
    tickets = sorted(document(i)["id"] for i in world.items("TICKET#") if i["sk"]["S"] == "TICKET")
    common: dict[str, Any] = {"occurred_at": world.clock(), "agent_id": "lan", "via": "api"}
    world.act(
        AgentReplied(id=f"api:r:{t}", ticket_id=t, text=f"Dạ {t}", **common) for t in tickets[::3]
    )
    world.act(AgentResolved(id=f"api:d:{t}", ticket_id=t, **common) for t in tickets[1::3])
    world.settle()
    world.until(START + timedelta(minutes=55))
    world.chaos.pick = lambda call: None
    world.until(world.clock() + timedelta(minutes=16))


def check(world: ChaosWorld, events: list[MessageReceived]) -> None:
    tickets = [document(i) for i in world.items("TICKET#") if i["sk"]["S"] == "TICKET"]
    entries = [document(i) for i in world.items("TICKET#") if i["sk"]["S"] != "TICKET"]
    each_message_stands_once(entries, events)
    one_ticket_per_customer(tickets, events)
    loads_equal_reality(world, tickets)
    every_event_is_folded(world)
    each_timer_effect_happened_once(entries, tickets)
    everything_was_sent(world, tickets)
    assert list(world.frontline.quarantine.list()) == []


def each_message_stands_once(entries: list[Any], events: list[MessageReceived]) -> None:
    stood = Counter(
        (entry["message_id"], entry["text"], entry["ticket_id"])
        for entry in entries
        if entry["type"] == "message.received"
    )
    assert set(stood.values()) == {1}
    assert len(stood) == len(events)


def one_ticket_per_customer(tickets: list[Any], events: list[MessageReceived]) -> None:
    customers = Counter(ticket["contact_id"] for ticket in tickets)
    assert set(customers.values()) == {1}
    assert len(customers) == len({event.identity for event in events})


def loads_equal_reality(world: ChaosWorld, tickets: list[Any]) -> None:
    held = Counter(t["assignee_id"] for t in tickets if t["status"] in ("open", "pending"))
    loads = {i["pk"]["S"].partition("#")[2]: int(i["load"]["N"]) for i in world.items("AGENT#")}
    for agent, load in loads.items():
        assert load == held[agent] <= CAPACITY


def every_event_is_folded(world: ChaosWorld) -> None:
    assert [i["sk"]["S"] for i in world.items("LOG#") if "folded_at" not in i] == []


def each_timer_effect_happened_once(entries: list[Any], tickets: list[Any]) -> None:
    done = Counter(
        (e["ticket_id"], e["detail"]["metric"], e["detail"]["step"])
        for e in entries
        if e["type"].startswith("sla.")
    )
    assert set(done.values()) <= {1}
    for ticket in tickets:
        if ticket["status"] == "open":
            steps = {step for (t, m, step) in done if t == ticket["id"] and m == "first_response"}
            assert steps == {"reminder:50%", "reminder:5m", "breach", "escalation:1"}


def everything_was_sent(world: ChaosWorld, tickets: list[Any]) -> None:
    """Nothing is missing but what came too late to say anything.

    What came twice did so in the one window where it must be able to.
    """
    items = world.items("OUTBOX#")
    assert {i["status"]["S"] for i in items} <= {"sent", "moot"}
    too_late = {document(i)["ticket_id"] for i in items if i["status"]["S"] == "moot"}
    assert too_late <= {t["id"] for t in tickets if t["status"] == "resolved"}
    assert min(repeats(world).values()) >= 0
    chances = sum(
        count
        for (call, fault), count in world.chaos.injected.items()
        if (call, fault) in WINDOW or call in RECORDS
    )
    assert sum(repeats(world).values()) <= chances


def repeats(world: ChaosWorld) -> dict[str, int]:
    """Return how many sends more than wanted there were, by means."""
    items = [item for item in world.items("OUTBOX#") if item["status"]["S"] == "sent"]
    wanted = Counter(document(i)["medium"] for i in items if i["type"]["S"] == "notification")
    replies = sum(len(document(i)["parts"]) for i in items if i["type"]["S"] == "reply")
    outside = world.outside
    return {
        "email": sum(outside.mails.values()) - wanted["email"],
        "topic": sum(outside.topic.values()) - wanted["topic"],
        "platform": sum(outside.platform.values()) - replies,
    }


def test_a_thousand_events_at_twenty_percent_faults(emulator: str) -> None:
    world = ChaosWorld(emulator, "chaos", seed=2026, agents=AGENTS)
    world.chaos.pick = at_random(2026, 0.2)
    events = messages(customers=100, each=10)
    live_through(world, events)
    check(world, events)
    assert len({call for call, _ in world.chaos.injected}) >= 8


CALLS = (
    "dynamodb.PutItem",
    "dynamodb.GetItem",
    "dynamodb.BatchGetItem",
    "dynamodb.Query",
    "dynamodb.UpdateItem",
    "dynamodb.TransactWriteItems",
    "sqs.SendMessageBatch",
    *SENDS,
)


@pytest.mark.parametrize("call", CALLS)
def test_each_fault_at_each_call(emulator: str, call: str) -> None:
    """Every fault there is, in turn, at one kind of call: all but the window send nothing twice."""
    faults = [fault for fault in Fault if (call, fault) not in WINDOW and possible(call, fault)]
    world = lived_through_faults(emulator, call, faults)
    if call not in RECORDS:
        assert repeats(world) == {"email": 0, "topic": 0, "platform": 0}


@pytest.mark.parametrize("call", SENDS)
def test_the_window_in_which_a_send_may_repeat(emulator: str, call: str) -> None:
    """The platform has it and we don't know: the only way to lose nothing is to send again."""
    world = lived_through_faults(emulator, call, [Fault.ANSWER_LOST, Fault.DIED_AFTER])
    assert sum(repeats(world).values()) == world.chaos.injected.total()


def lived_through_faults(emulator: str, call: str, faults: list[Fault]) -> ChaosWorld:
    name = f"{call}-{faults[0]}".replace("dynamodb", "db").replace(" ", "-")
    world = ChaosWorld(emulator, name, seed=7, agents=AGENTS)
    world.chaos.pick = every(2 if call in RARE else 3, call, faults)
    events = messages(customers=4, each=3)
    live_through(world, events)
    check(world, events)
    assert {fault for _, fault in world.chaos.injected} == set(faults)
    return world


def possible(call: str, fault: Fault) -> bool:
    return fault is not Fault.CONFLICT or call.startswith("dynamodb.Transact")
