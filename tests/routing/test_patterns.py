"""Regular expressions: what they find, and that none of them can keep a message busy."""

import subprocess
import sys
import unicodedata

import pytest

from chalicelib.routing.patterns import LONGEST, READ, is_found, refusal, searchable


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"đơn\s*#?\d{5,}", "Mã Đơn #12345 đâu rồi"),
        (r"ĐƠN\s*#?\d{5,}", "đơn 12345"),
        (r"hoàn (tiền|hàng)", "cho mình HOÀN TIỀN nhé"),
        (r"^xin chào$", "Xin chào"),
        (r"\pL+@\pL+", "gửi về lan@hoamai nhé"),
        (r"size\W*(s|m|l)\b", "còn size: M không"),
    ],
)
def test_a_pattern_is_found_in_any_case_and_normal_form(pattern: str, text: str) -> None:
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, pattern)
        assert is_found(written, searchable(unicodedata.normalize(form, text)))


@pytest.mark.parametrize("text", ["", "đơn 1234", "don 12345", "12345"])
def test_another_text_is_not(text: str) -> None:
    assert not is_found(r"đơn\s*#?\d{5,}", searchable(text))


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|aa)+$", r"(.*a){20}$", r"(a*)*b"])
def test_what_keeps_other_engines_busy_for_ever_is_answered(pattern: str) -> None:
    assert refusal(pattern) is None
    assert not is_found(f"x{pattern}", searchable("a" * 50_000 + "!"))


def test_only_the_beginning_of_a_long_message_is_searched() -> None:
    assert is_found("kim", searchable("a" * (READ - 3) + "kim"))
    assert not is_found("kim", searchable("a" * READ + "kim"))


def test_half_a_surrogate_pair_stops_nothing() -> None:
    assert is_found("đơn", searchable("\ud83d đơn"))


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)",
        "(?!a)",
        "(?<=a)b",
        "(?<!a)b",
        r"(a)\1",
        "(?P<x>a)(?P=x)",
        "(?>a)",
        "a++",
        "a{1001}",
        "[a",
        "(a",
        "a)",
        "*a",
        r"\Z",
    ],
)
def test_what_re2_does_not_know_is_refused_with_its_words(pattern: str) -> None:
    assert refusal(pattern)


@pytest.mark.parametrize("pattern", ["(.?){1000}", r"(\pL\pN?){9}", "(a{30}){40}" * 9])
def test_a_pattern_that_would_take_seconds_is_refused(pattern: str) -> None:
    assert len(pattern) <= LONGEST
    assert refusal(pattern)


def test_a_desk_without_patterns_never_loads_the_engine() -> None:
    program = (
        "import sys\n"
        "from tests.desks import shop\n"
        "from chalicelib.routing.classify import Said, classify\n"
        "rule = {'name': 'x', 'when': {'says': ['y']}, 'then': {'priority': 'high'}}\n"
        "desk = shop(rules=[rule])\n"
        "classify(Said('y', 'zalo', 'a'), desk.rules, desk.request_types, 'advice')\n"
        "print('re2' in sys.modules)\n"
    )
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
