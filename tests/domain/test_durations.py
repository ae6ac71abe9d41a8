from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from chalicelib.domain.durations import Duration, format_duration, parse_duration

DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("15m", 900),
        ("1h30m", 5_400),
        ("1h 30m", 5_400),
        (" 4h ", 14_400),
        ("2d", 172_800),
        ("1d2h3m4s", 93_784),
        ("0m", 0),
    ],
)
def test_a_duration_is_read_as_a_person_writes_it(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", " ", "15", "m", "1.5h", "-5m", "30m1h", "15 phút", "1h30", "٣m", "1" * 40 + "d"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write 90s, 15m, 1h30m or 2d"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (60, "1m"), (90, "1m30s"), (3_600, "1h"), (86_400, "1d"), (90_000, "1d1h")],
)
def test_a_duration_is_written_as_short_as_can_be(seconds: int, text: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == text


@given(st.integers(0, 10**9))
def test_what_is_written_reads_back_the_same(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("value", "duration"),
    [("1h", timedelta(hours=1)), (timedelta(minutes=2), timedelta(minutes=2)), (0, timedelta(0))],
)
def test_the_desk_takes_text_durations_and_a_bare_zero(value: object, duration: timedelta) -> None:
    assert DURATION.validate_python(value) == duration


@pytest.mark.parametrize("value", [15, 1.5])
def test_the_desk_asks_for_a_unit(value: object) -> None:
    with pytest.raises(ValidationError, match="has no unit: write"):
        DURATION.validate_python(value)


@pytest.mark.parametrize("value", [False, None, ["15m"], {"minutes": 15}])
def test_what_is_no_text_at_all_is_no_duration(value: object) -> None:
    with pytest.raises(ValidationError, match="is not a duration: write 90s"):
        DURATION.validate_python(value)


def test_the_desk_writes_durations_as_they_are_read() -> None:
    assert DURATION.dump_json(timedelta(minutes=90)) == b'"1h30m"'
