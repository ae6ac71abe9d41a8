from decimal import Decimal

import pytest

from chalicelib.channels.form_fields import LONGEST_NAME, LONGEST_VALUE, MOST, form_fields


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("bao-hanh", "bao-hanh"),
        ("  Hà Nội \x00", "Hà Nội"),
        (2, "2"),
        (Decimal("1.50"), "1.50"),
        (True, "true"),
        (False, "false"),
        (["vỡ", "sai màu", None], "vỡ, sai màu"),
    ],
)
def test_an_answer_is_a_text(answer: object, text: str) -> None:
    assert form_fields({"x": answer}) == {"x": text}


@pytest.mark.parametrize("answer", [None, "", "  ", [], [None], {"a": 1}, [{"a": 1}]])
def test_what_answers_nothing_is_no_field(answer: object) -> None:
    assert form_fields({"x": answer, "y": "1"}) == {"y": "1"}


def test_a_long_answer_is_cut_and_a_long_name_left_out() -> None:
    fields = form_fields(
        {"n" * (LONGEST_NAME + 1): "1", "": "2", "x": "đ" * 5000, "y": ["đ"] * 900}
    )
    assert {name: len(value) for name, value in fields.items()} == {
        "x": LONGEST_VALUE,
        "y": LONGEST_VALUE,
    }


def test_of_too_many_fields_the_first_count() -> None:
    fields = form_fields({f"f{number}": number for number in range(MOST + 10)})
    assert list(fields) == [f"f{number}" for number in range(MOST)]
