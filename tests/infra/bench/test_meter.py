"""What the meter counts, and when."""

from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib.store.keys import Key
from chalicelib.store.table import Table
from infra.bench.meter import Meter
from tests.aws import TABLE, create_table

KEY = Key("A", "1")


@pytest.fixture
def clients() -> dict[str, Any]:
    """Clients of one test alone: its meter stays in them."""
    return {}


@pytest.fixture
def client(aws: Any) -> Any:
    create_table(aws("dynamodb"))
    return aws("dynamodb")


@pytest.fixture
def meter(client: Any) -> Meter:
    meter = Meter()
    meter.watch(client)
    return meter


def test_only_what_happens_while_it_runs_is_counted(client: Any, meter: Meter) -> None:
    table = Table(client, TABLE)
    table.get(KEY)
    with meter.running():
        table.put({"pk": {"S": "A"}, "sk": {"S": "1"}})
        table.get(KEY)
    table.get(KEY)
    assert meter.operations == ["PutItem", "GetItem"]
    assert meter.calls[0].params["Item"] == {"pk": {"S": "A"}, "sk": {"S": "1"}}
    assert meter.reads == 1


def test_it_begins_again_from_zero(client: Any, meter: Meter) -> None:
    for _ in range(2):
        with meter.running():
            Table(client, TABLE).get(KEY)
    assert (meter.operations, meter.attempts) == (["GetItem"], 1)


def test_a_retry_inside_botocore_is_a_round_trip_more(client: Any, meter: Meter) -> None:
    refusals = [AWSResponse("", 500, {}, _Nothing())]
    client.meta.events.register_first(
        "before-send.dynamodb", lambda **_: refusals.pop() if refusals else None
    )
    with meter.running():
        Table(client, TABLE).get(KEY)
    assert (meter.operations, meter.attempts) == (["GetItem"], 2)


def test_a_query_tells_what_it_looked_at(client: Any, meter: Meter) -> None:
    table = Table(client, TABLE)
    for sort in "123":
        table.put({"pk": {"S": "A"}, "sk": {"S": sort}})
    with meter.running():
        list(
            table.query(
                KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": "A"}}
            )
        )
    assert meter.looked_at == [3]
    assert len(meter.read_units) == 1


class _Nothing:
    """An empty body as urllib3 gives it."""

    def stream(self, *_: Any, **__: Any) -> Any:
        yield b"{}"
