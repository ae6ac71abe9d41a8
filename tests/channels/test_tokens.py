"""Tokens signed by PyJWT and `cryptography` with keys made here."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from chalicelib.channels.tokens import bearer_token, verify_token
from chalicelib.errors import InvalidSignatureError, UnknownKeyError

from .contract import flips
from .rsa_keys import private_key, public_key, signed

NOW = datetime(2026, 3, 2, 5, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
CLAIMS = {"iss": "https://issuer.example", "aud": "desk", "exp": SECONDS + 600, "sub": "1"}


def verified(token: str, **changed: Any) -> Any:
    how: dict[str, Any] = {
        "audiences": ["desk"],
        "issuers": ["https://issuer.example"],
        "now": NOW,
        "leeway": timedelta(minutes=5),
        **changed,
    }
    keys: Any = how.pop("keys", {"keys": [public_key("k0"), public_key("k1")]})
    return verify_token(token, keys, **how)


def test_a_proven_token_gives_its_claims() -> None:
    assert verified(signed(CLAIMS)) == CLAIMS


def test_one_of_several_audiences_and_issuers_is_enough() -> None:
    token = signed({**CLAIMS, "aud": ["other", "desk"]})
    issuers = ("accounts.example", "https://issuer.example")
    assert verified(token, audiences=("old", "desk"), issuers=issuers)["sub"] == "1"


def test_an_unknown_key_is_told_apart_from_a_forgery() -> None:
    documents: tuple[dict[str, Any], ...] = (
        {},
        {"keys": []},
        {"keys": None},
        {"keys": [1, {}, public_key("k0")]},
    )
    for keys in documents:
        with pytest.raises(UnknownKeyError):
            verified(signed(CLAIMS), keys=keys)


def test_a_token_without_a_key_id_is_by_no_key_we_know() -> None:
    with pytest.raises(UnknownKeyError):
        verified(jwt.encode(CLAIMS, private_key("k1"), "RS256"), keys={"keys": [{"kid": None}]})


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "else"},
        {"aud": ""},
        {"aud": None},
        {"aud": 5},
        {"iss": "https://issuer.example.evil"},
        {"iss": None},
        {"exp": SECONDS - 301},
        {"exp": None},
        {"exp": True},
        {"exp": "9999999999"},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"nbf": SECONDS + 301},
        {"iat": SECONDS + 301},
        {"nbf": "soon"},
    ],
)
def test_a_claim_that_is_off_is_refused(claims: dict[str, Any]) -> None:
    merged = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    token = jwt.api_jws.encode(
        json.dumps(merged).encode(), private_key("k1"), "RS256", {"kid": "k1"}
    )
    with pytest.raises(InvalidSignatureError):
        verified(token)


@pytest.mark.parametrize(
    "claims", [{"exp": SECONDS - 299}, {"nbf": SECONDS + 299}, {"iat": SECONDS + 299}]
)
def test_clocks_may_differ_a_little(claims: dict[str, Any]) -> None:
    assert verified(signed({**CLAIMS, **claims}))


def test_without_a_time_or_an_audience_nothing_is_proven() -> None:
    changes: tuple[dict[str, Any], ...] = ({"now": None}, {"audiences": []}, {"issuers": []})
    for change in changes:
        with pytest.raises(InvalidSignatureError):
            verified(signed(CLAIMS), **change)


def test_another_key_under_the_same_id_proves_nothing() -> None:
    stranger = jwt.encode(CLAIMS, private_key("stranger"), "RS256", {"kid": "k1"})
    with pytest.raises(InvalidSignatureError):
        verified(stranger)


def test_no_other_algorithm_is_taken() -> None:
    hmac = jwt.encode(CLAIMS, "a secret of more than thirty-two bytes", "HS256", {"kid": "k1"})
    pss = jwt.encode(CLAIMS, private_key("k1"), "PS256", {"kid": "k1"})
    none = jwt.encode(CLAIMS, "", "none", {"kid": "k1"})
    for token in (hmac, pss, none):
        with pytest.raises(InvalidSignatureError):
            verified(token)


def test_a_key_that_cannot_be_read_proves_nothing() -> None:
    for key in (
        {"kid": "k1"},
        {**public_key(), "n": "!"},
        {**public_key(), "kty": "oct", "k": "eA"},
    ):
        with pytest.raises(InvalidSignatureError):
            verified(signed(CLAIMS), keys={"keys": [key]})


def test_any_flipped_bit_of_a_token_is_refused() -> None:
    for flipped in flips(signed(CLAIMS).encode()):
        with pytest.raises(InvalidSignatureError):
            verified(flipped.decode("latin-1"))


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b", "a.b.c", "ổ", "\udc80", "e30.e30.", "x" * 20_000, "Ww.Ww.Ww"]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidSignatureError):
        verified(token)


def test_a_refusal_quotes_nothing_of_the_token() -> None:
    with pytest.raises(InvalidSignatureError) as refused:
        verified(signed({**CLAIMS, "aud": "khach@example.com"}))
    assert "khach" not in str(refused.value)


def test_the_library_is_loaded_only_where_a_token_is_read() -> None:
    program = "import sys, chalicelib.channels.teams.adapter; print('jwt' in sys.modules)"
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_the_token_of_an_authorization_header() -> None:
    assert bearer_token("Bearer a.b.c") == "a.b.c"
    for header in ("", "a.b.c", "Basic a.b.c", "bearer a.b.c", "Bearera.b.c"):
        with pytest.raises(InvalidSignatureError):
            bearer_token(header)
