"""JSON from outside."""

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.json_body import MAX_BYTES, MAX_DEPTH, read_object, write_text
from chalicelib.errors import MalformedPayloadError, PayloadTooLargeError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


@settings(max_examples=30, deadline=None)
@given(value=st.dictionaries(st.text(max_size=3), JSON, max_size=3))
def test_what_was_written_is_read(value: dict[str, object]) -> None:
    assert read_object(json.dumps(value).encode()) == value
    assert read_object(write_text(value).encode()) == value


def test_a_fraction_is_kept_as_printed() -> None:
    value = read_object(b'{"long": 105.8041700}')
    assert value == {"long": Decimal("105.80417")}
    assert str(value["long"]) == "105.8041700"
    assert write_text(value) == '{"long":105.80417}'


def test_half_a_surrogate_pair_becomes_a_replacement_character() -> None:
    body = rb'{"a": "x\ud83d", "\udc00": ["\ud83d\ude00"]}'
    assert read_object(body) == {"a": "x\ufffd", "\ufffd": ["😀"]}


def test_depth_is_counted_from_the_outermost_object() -> None:
    def nested(depth: int) -> bytes:
        return b'{"a":' * depth + b"1" + b"}" * depth

    assert read_object(nested(MAX_DEPTH))
    with pytest.raises(MalformedPayloadError):
        read_object(nested(MAX_DEPTH + 1))


def test_size_is_limited_before_anything_is_read() -> None:
    assert read_object(b'{"a":"' + b"a" * (MAX_BYTES - 8) + b'"}')
    with pytest.raises(PayloadTooLargeError):
        read_object(b" " * (MAX_BYTES + 1))


def test_an_error_does_not_hold_the_body() -> None:
    with pytest.raises(MalformedPayloadError) as refused:
        read_object(b'{"text": "bi mat", }')
    assert "bi mat" not in str(refused.value)
    assert refused.value.__cause__ is None
