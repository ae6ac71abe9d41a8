"""How many pieces a text message is cut into."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.channels.segments import segments

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = "\f^{}\\[~]|€"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", 0),
        ("a", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" * 5, 2),
        # The escape and its letter stay together: 152 and 153 septets, then the rest.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ạ" * 70, 1),
        ("ạ" * 71, 2),
        ("ạ" * 134, 2),
        ("ạ" * 135, 3),
        ("😊" * 35, 1),
        ("😊" * 36, 2),
        # 67 is odd: no pair is torn, so 33 of them fill a piece.
        ("😊" * 66, 2),
        ("😊" * 67, 3),
    ],
)
def test_known_counts(text: str, pieces: int) -> None:
    assert segments(text) == pieces


def test_one_letter_with_a_vietnamese_mark_makes_the_whole_of_it_cost_more() -> None:
    plain = "Da shop da nhan duoc yeu cau cua chi, se tra loi trong it phut nua a. Hoa Mai"
    assert segments(plain) == 1
    assert segments(plain[:-1] + "ị") == 2


def test_letters_that_gsm_has_cost_no_more() -> None:
    assert segments("à é è ì ò ù" * 14) == 1


def by_simulation(text: str) -> int:
    """Count by another way: mark every place where a piece may end, and jump as far as fits."""
    is_gsm = all(letter in GSM + ESCAPED for letter in text)
    if is_gsm:
        units = "".join("\x1b" + letter if letter in ESCAPED else letter for letter in text)
        ends = [n for n in range(1, len(units) + 1) if units[n - 1] != "\x1b"]
    else:
        encoded = text.encode("utf-16-be", "surrogatepass")
        pairs = [encoded[n : n + 2] for n in range(0, len(encoded), 2)]
        units = "x" * len(pairs)
        ends = [
            n
            for n in range(1, len(pairs) + 1)
            if not (0xD8 <= pairs[n - 1][0] < 0xDC and n < len(pairs) and pairs[n][0] >= 0xDC)
        ]
    if len(units) <= (160 if is_gsm else 70):
        return 1 if units else 0
    at, pieces = 0, 0
    while at < len(units):
        at = max(end for end in ends if end - at <= (153 if is_gsm else 67))
        pieces += 1
    return pieces


TEXTS = st.text(st.sampled_from(GSM + ESCAPED), max_size=700) | st.text(
    st.sampled_from("aà€ạđơ😊🇻"), max_size=300
)


@given(text=TEXTS)
def test_it_agrees_with_a_count_made_another_way(text: str) -> None:
    assert segments(text) == by_simulation(text)


@given(text=TEXTS)
def test_more_text_never_costs_less(text: str) -> None:
    counts = [segments(text[:end]) for end in range(0, len(text) + 1, 7)]
    assert all(before <= after for before, after in pairwise(counts))
