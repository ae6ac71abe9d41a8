"""Phone numbers as platforms write them."""

import pytest

from chalicelib.channels.phones import to_e164


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("84900000123", "+84900000123"),
        ("+84900000123", "+84900000123"),
        ("0900000123", "+84900000123"),
        ("090 000 01 23", "+84900000123"),
        ("12025550123", "+12025550123"),
        ("", None),
        ("0", None),
        ("84", None),
        ("không có", None),
        ("9" * 40, None),
    ],
)
def test_to_e164(written: str, e164: str | None) -> None:
    assert to_e164(written) == e164
