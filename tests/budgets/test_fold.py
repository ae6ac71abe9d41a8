"""Processing one inbound message: at most three reads and one transaction, whatever it starts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.events import AgentAway, AgentResolved, MessageReceived
from chalicelib.domain.tickets import Status
from chalicelib.store import items, keys
from infra.bench.meter import Meter
from tests.aws import KEYS, TABLE
from tests.conftest import START, FrozenClock
from tests.desk.events import MAI, message, said_of_himself

MOST_READS = 3
INDEX_KEYS = [f"{index}_{part}" for index in KEYS for part in ("pk", "sk")]

Item = dict[str, Any]
Say = Callable[..., MessageReceived]


@pytest.fixture
def say(frontline: Frontline, clock: FrozenClock) -> Say:
    """Let the customer say something a minute later: in the log, not folded yet."""
    numbers = iter(range(1, 1000))

    def write(text: str = "khiếu nại", **more: Any) -> MessageReceived:
        event = message(text, clock.tick(minutes=1), number=next(numbers), **more)
        assert frontline.log.append(event, "{}", clock())
        return event

    return write


@pytest.fixture
def fold(frontline: Frontline, aws: Any, meter: Meter) -> Callable[[MessageReceived], Meter]:
    """Fold what is in the log, as the stream has it done in a warm container, and count."""
    frontline.desk()

    def count(event: MessageReceived) -> Meter:
        key = items.key(keys.log(event))
        item = aws("dynamodb").get_item(TableName=TABLE, Key=key)["Item"]
        frontline.desk()
        with meter.running():
            frontline.folder.fold_logged(item)
        assert list(frontline.quarantine.list()) == []
        return meter

    return count


Fold = Callable[[MessageReceived], Meter]


def assert_cheap(meter: Meter) -> None:
    writes = [call.operation for call in meter.calls if call.operation not in READS_OF_A_FOLD]
    assert writes == ["TransactWriteItems"]
    assert meter.reads <= MOST_READS
    assert meter.attempts == len(meter.calls)


READS_OF_A_FOLD = {"GetItem", "BatchGetItem"}


def ticket_item(frontline: Frontline, aws: Any) -> Item:
    ticket_id = frontline.contacts.by_identity(MAI).ticket_id
    assert ticket_id
    key = items.key(keys.ticket(ticket_id))
    item: Item = aws("dynamodb").get_item(TableName=TABLE, Key=key)["Item"]
    return item


def resolve(frontline: Frontline, clock: FrozenClock) -> None:
    ticket_id = frontline.contacts.by_identity(MAI).ticket_id
    assert ticket_id
    frontline.acts.perform(
        AgentResolved(
            id="api:done", ticket_id=ticket_id, occurred_at=clock(), agent_id="lan", via="api"
        )
    )


def test_the_first_message_of_a_new_customer(frontline: Frontline, say: Say, fold: Fold) -> None:
    assert_cheap(fold(say()))
    assert frontline.contacts.by_identity(MAI).ticket_id


def test_a_message_on_an_open_ticket(frontline: Frontline, say: Say, fold: Fold, aws: Any) -> None:
    fold(say())
    before = ticket_item(frontline, aws)
    meter = fold(say("Shop ơi?"))
    assert_cheap(meter)
    assert meter.reads == 2
    assert {name: before[name] for name in INDEX_KEYS} == {
        name: ticket_item(frontline, aws)[name] for name in INDEX_KEYS
    }


def test_a_message_on_an_open_ticket_writes_index_keys_only_as_they_were(
    frontline: Frontline, say: Say, fold: Fold, aws: Any
) -> None:
    """What it newly writes has no index key at all: timeline, outbox, contact, log."""
    fold(say())
    put = [
        write["Put"]["Item"]
        for call in fold(say("Shop ơi?")).calls
        for write in call.params.get("TransactItems", ())
        if "Put" in write
    ]
    beside = [item for item in put if item["sk"]["S"] != "TICKET"]
    lists = [name for name in INDEX_KEYS if not name.startswith("moment")]
    assert beside
    assert not [item for item in beside if item.keys() & set(lists)]


def test_a_ticket_that_is_reopened(
    frontline: Frontline, say: Say, fold: Fold, clock: FrozenClock, aws: Any
) -> None:
    fold(say())
    resolve(frontline, clock)
    assert_cheap(fold(say("vẫn chưa được")))
    ticket_id = frontline.contacts.by_identity(MAI).ticket_id or ""
    assert frontline.tickets.get(ticket_id).status is Status.OPEN


def test_a_new_ticket_of_a_known_customer(
    frontline: Frontline, say: Say, fold: Fold, clock: FrozenClock
) -> None:
    fold(say())
    first = frontline.contacts.by_identity(MAI).ticket_id
    resolve(frontline, clock)
    clock.now += frontline.desk().routing.reopen_within + timedelta(hours=1)
    assert_cheap(fold(say("một việc khác")))
    assert frontline.contacts.by_identity(MAI).ticket_id != first


def test_a_message_that_answers_one_of_ours(frontline: Frontline, say: Say, fold: Fold) -> None:
    """Looking up what it refers to costs no round trip more."""
    fold(say())
    assert_cheap(fold(say("về thư này", thread_refs=("m1", "m2", "m3"))))


def test_a_message_with_nobody_to_take_it(frontline: Frontline, say: Say, fold: Fold) -> None:
    for agent in ("lan", "minh"):
        frontline.folder.fold(said_of_himself(AgentAway, agent, START))
    assert_cheap(fold(say()))


def test_a_second_delivery_of_the_same_event_writes_nothing(
    frontline: Frontline, say: Say, fold: Fold, aws: Any
) -> None:
    event = say()
    fold(event)
    before = ticket_item(frontline, aws)
    meter = fold(event)
    assert meter.reads <= MOST_READS
    assert ticket_item(frontline, aws) == before
