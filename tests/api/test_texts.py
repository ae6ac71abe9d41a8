"""What people type is kept as they meant it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.texts import cleaned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Dạ chào chị  ", "Dạ chào chị"),
        ("một\r\nhai\rba\n", "một\nhai\nba"),
        ("a\tb", "a\tb"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("👩\u200d🦰 ạ", "👩\u200d🦰 ạ"),
        ("\ud800x", "x"),
        ("\x00 \n", ""),
        ("", ""),
    ],
)
def test_control_characters_go_and_words_stay(typed: str, kept: str) -> None:
    assert cleaned(typed) == kept


@given(st.text())
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    once = cleaned(typed)
    assert cleaned(once) == once
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in once if c not in "\n\t")
