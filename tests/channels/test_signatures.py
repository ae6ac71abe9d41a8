"""The rules of proof, on published numbers and against every mistake."""

from collections.abc import Callable

import pytest

from chalicelib.channels.signatures import (
    candidates,
    require_hmac_sha256,
    require_sha256,
    require_token,
)
from chalicelib.errors import InvalidSignatureError

# RFC 4231, test case 2; FIPS 180-2, appendix B.1.
RFC4231 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
FIPS180 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


WORDS = b"what do ya want for nothing?"


def takes(check: Callable[[], None]) -> bool:
    try:
        check()
    except InvalidSignatureError:
        return False
    return True


def test_published_numbers() -> None:
    assert takes(lambda: require_hmac_sha256(["Jefe"], WORDS, RFC4231))
    assert takes(lambda: require_sha256(["c"], b"ab", FIPS180))
    assert takes(lambda: require_token(["t"], "t"))


@pytest.mark.parametrize(
    "given", ["", RFC4231.upper(), RFC4231[:-1], RFC4231 + "0", f" {RFC4231}", "ộ" * 64, "\udc80"]
)
def test_anything_else_is_refused(given: str) -> None:
    assert not takes(lambda: require_hmac_sha256(["Jefe"], WORDS, given))


@pytest.mark.parametrize("secrets", [["Jefe", "other"], ["other", "Jefe"]])
def test_any_of_several_secrets_will_do(secrets: list[str]) -> None:
    assert takes(lambda: require_hmac_sha256(secrets, WORDS, RFC4231))


def test_no_secret_proves_nothing() -> None:
    assert not takes(lambda: require_token([], ""))


@pytest.mark.parametrize(
    ("configured", "found"),
    [
        ({"a": "x"}, ("x",)),
        ({"a": ["old", "new"]}, ("old", "new")),
        ({"a": ["", "new"]}, ("new",)),
        ({"a": "x", "b": ["y"]}, ("x", "y")),
        ({"b": "y"}, ("y",)),
    ],
)
def test_candidates(configured: dict[str, object], found: tuple[str, ...]) -> None:
    assert candidates(configured, "a", "b") == found


@pytest.mark.parametrize("configured", [{}, {"a": ""}, {"a": []}, {"a": None}, {"a": " "}])
def test_no_candidate_is_refused(configured: dict[str, object]) -> None:
    with pytest.raises(InvalidSignatureError, match="'a'"):
        candidates(configured, "a")
