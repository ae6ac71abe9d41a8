"""Long texts, cut."""

import unicodedata
from collections.abc import Callable

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.channels.splitting import split, utf16_units


def utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


CHARACTERS = (
    *"aăâđêôơưxyzAĐƠ ,;:'\"()\u00a0",
    *("ộ", "ệ", "ữ", "o\u0302\u0323", "e\u0301\u0323\u0302", "\u0301"),
    *(" ", " ", "\n", "\n\n", " \n \n ", "\r\n", "\t"),
    *(". ", "! ", "? ", "… ", '." ', "...", ".", "1.000.000đ"),
    *("😀", "👍🏽", "👩‍👩‍👧‍👦", "🇻🇳", "❤️", "☝️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "\u200d"),
)
Measure = Callable[[str], int]

TEXTS = st.lists(st.sampled_from(CHARACTERS), max_size=60).map("".join) | st.text(max_size=60)
MEASURES = st.sampled_from((len, utf16_units, utf8_bytes))


def joined(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("", 10, []),
        (" \n\t ", 10, []),
        ("Dạ, em chào chị.", 100, ["Dạ, em chào chị."]),
        ("  Dạ vâng ạ.\n", 100, ["Dạ vâng ạ."]),
        ("Một hai.\n\nBa bốn. Năm sáu.", 18, ["Một hai.", "Ba bốn. Năm sáu."]),
        ("Một hai.\n \n\nBa bốn.", 10, ["Một hai.", "Ba bốn."]),
        ("Một hai. Ba bốn năm. Sáu", 20, ["Một hai. Ba bốn năm.", "Sáu"]),
        ("Một hai. Ba bốn năm. Sáu", 19, ["Một hai.", "Ba bốn năm. Sáu"]),
        ("Còn hàng không ạ? Còn ạ!", 18, ["Còn hàng không ạ?", "Còn ạ!"]),
        ("Chị nói: “Được.” Rồi thôi", 17, ["Chị nói: “Được.”", "Rồi thôi"]),
        ("Dòng một\nDòng hai ba", 14, ["Dòng một", "Dòng hai ba"]),
        ("Giá 1.000.000đ một bộ nhé", 15, ["Giá 1.000.000đ", "một bộ nhé"]),
        ("Đợi chút… Em xem kho ạ", 12, ["Đợi chút…", "Em xem kho ạ"]),
        ("một hai ba bốn", 7, ["một hai", "ba bốn"]),
        ("aaaaabbbbb cc", 5, ["aaaaa", "bbbbb", "cc"]),
        ("10\u00a0000 đ", 7, ["10\u00a0000", "đ"]),
        ("🇻🇳🇻🇳🇻🇳", 5, ["🇻🇳🇻🇳", "🇻🇳"]),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 8, ["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]),
    ],
)
def test_a_text_is_cut_where_a_reader_pauses(text: str, limit: int, pieces: list[str]) -> None:
    assert split(text, limit) == pieces


def test_composed_and_decomposed_vietnamese_are_the_same_messages() -> None:
    text = "Dạ, đơn của chị được gửi rồi ạ. Chị nhận giúp em nhé."
    assert split(unicodedata.normalize("NFD", text), 32) == split(text, 32)


def test_an_emoji_is_two_units_and_stays_whole() -> None:
    assert split("😀😀😀", 4, utf16_units) == ["😀😀", "😀"]
    assert split("😀😀😀", 3, utf16_units) == ["😀", "😀", "😀"]


def test_a_character_longer_than_a_message_is_cut_rather_than_lost() -> None:
    assert split("👩‍👩‍👧‍👦", 4) == ["👩‍👩‍", "👧‍👦"]


def test_no_message_can_hold_nothing() -> None:
    with pytest.raises(ValueError, match="at least one"):
        split("x", 0)


def test_a_very_long_text_is_cut_in_bounded_time() -> None:
    text = "Shop xin phép gửi chị chính sách đổi trả như sau. " * 400
    pieces = split(text, 2000, utf16_units)
    assert len(pieces) == 10
    assert all(piece.endswith("sau.") for piece in pieces)


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, limit=st.integers(4, 40), measure=MEASURES)
def test_every_message_fits_and_nothing_is_lost(text: str, limit: int, measure: Measure) -> None:
    pieces = split(text, limit, measure)
    assert all(piece and measure(piece) <= limit for piece in pieces)
    assert joined("".join(pieces)) == joined(unicodedata.normalize("NFC", text))


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.text("aăđộệ😀,.!?", min_size=1, max_size=8), max_size=40))
def test_words_that_fit_are_the_same_words_in_order(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(split(text, 20)).split() == unicodedata.normalize("NFC", text).split()


@settings(max_examples=100, deadline=None)
@given(characters=st.lists(st.sampled_from([c for c in CHARACTERS if not c.isspace()])))
def test_no_character_is_cut(characters: list[str]) -> None:
    text = unicodedata.normalize("NFC", "x" + "".join(characters).replace(" ", ""))
    whole = {match.end() for match in regex.finditer(r"\X", text)}
    longest = max((len(match.group()) for match in regex.finditer(r"\X", text)), default=1)
    ends = 0
    for piece in split(text, max(12, longest)):
        ends = text.index(piece, ends) + len(piece)
        assert ends in whole
