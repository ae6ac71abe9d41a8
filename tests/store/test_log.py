"""The log takes each event once, whatever happens to the answers."""

from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.events import LOGGED_TYPES, AgentNoted
from chalicelib.errors import MalformedPayloadError
from chalicelib.store import items, keys
from chalicelib.store.log import RAW_LIMIT, read_event
from tests.aws import TABLE, hooked
from tests.conftest import START, FrozenClock
from tests.desk.events import message


def stored(aws: Any, event: Any) -> dict[str, Any]:
    key = items.key(keys.log(event))
    item: dict[str, Any] = aws("dynamodb").get_item(TableName=TABLE, Key=key)["Item"]
    return item


def test_an_event_is_new_once(frontline: Frontline) -> None:
    event = message("xin chào", START)
    assert frontline.log.append(event, "{}", START)
    assert not frontline.log.append(event, "{}", START)


def test_an_event_comes_back_as_it_went_in(frontline: Frontline, aws: Any) -> None:
    event = message(
        "Chào 👋 shop",
        START,
        name="Mai",
        thread_refs=("a", "b"),
        choice="TRACK",
        fields={"chủ_đề": "bảo hành"},
        request_type="advice",
    )
    frontline.log.append(event, '{"text":"Chào"}', START)
    item = stored(aws, event)
    assert read_event(item) == event
    assert item["raw"] == {"S": '{"text":"Chào"}'}


def test_an_answer_lost_after_the_write_is_no_repeat(frontline: Frontline, aws: Any) -> None:
    """botocore tries again by itself and then finds its own write in the way."""
    client = aws("dynamodb")
    once: list[bool] = []

    def write_twice(params: dict[str, Any], **_: Any) -> None:
        if not once:
            once.append(True)
            client.put_item(TableName=TABLE, Item=params["Item"])

    with hooked(client, "provide-client-params.dynamodb.PutItem", write_twice):
        assert frontline.log.append(message("xin chào", START), "{}", START)


def test_a_large_payload_goes_to_the_bucket(frontline: Frontline, aws: Any) -> None:
    event = message("dài", START)
    raw = "ă" * RAW_LIMIT
    frontline.log.append(event, raw, START)
    item = stored(aws, event)
    assert "raw" not in item
    assert frontline.blobs.get(item["raw_key"]["S"]).decode() == raw


def test_events_of_one_identity_sort_by_the_platforms_time(frontline: Frontline) -> None:
    first, second = message("một", START, number=2), message("hai", START.replace(hour=3))
    assert keys.log(first).pk == keys.log(second).pk
    assert keys.log(first).sk < keys.log(second).sk


def test_an_unknown_type_is_malformed(frontline: Frontline) -> None:
    with pytest.raises(MalformedPayloadError):
        read_event({"type": {"S": "message.sung"}, "data": {"S": "{}"}})


@pytest.mark.parametrize("name", LOGGED_TYPES)
def test_every_logged_type_is_known_by_its_name(name: str) -> None:
    assert LOGGED_TYPES[name].type == name


def test_an_act_stands_under_its_ticket(frontline: Frontline, clock: FrozenClock) -> None:
    act = AgentNoted(
        id="link:abc", ticket_id="12345678", occurred_at=START, agent_id="lan", via="link", text="x"
    )
    assert keys.log(act) == keys.Key("LOG#ticket#12345678", "link:abc")
