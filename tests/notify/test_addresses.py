from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import ConfigurationError, InvalidRequestError, InvalidSignatureError
from chalicelib.notify.addresses import (
    ReplyToken,
    has_token,
    note_address,
    read_reply_token,
    reply_address,
    reply_token,
)
from chalicelib.notify.keys import Keys

OLD, NEW = ("2025", "an old secret of the desk"), ("2026", "the secret in use today")
KEYS = [OLD, NEW]
AGENTS = ["minh", "lan", "quang"]
PREFIX = "reply+"
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"

ticket_ids = st.from_regex(r"[0-9]{8}", fullmatch=True)
agent_ids = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,39}", fullmatch=True)
foldings = st.sampled_from([str, str.upper, str.title, str.swapcase])


@given(ticket_ids, st.none() | agent_ids, st.lists(agent_ids), foldings)
def test_reads_what_it_wrote_in_any_case(
    ticket_id: str, agent_id: str | None, others: list[str], fold: Callable[[str], str]
) -> None:
    local_part = fold(PREFIX + reply_token(ticket_id, agent_id, KEYS))
    candidates = [*others, agent_id] if agent_id else others
    assert len(local_part) <= 64
    assert read_reply_token(local_part, KEYS, candidates) == ReplyToken(ticket_id, agent_id)


@given(st.integers(0, 23), st.sampled_from(BASE32))
def test_refuses_a_token_with_any_character_changed(place: int, letter: str) -> None:
    token = reply_token("48219370", "lan", KEYS)
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises(InvalidSignatureError):
            read_reply_token(PREFIX + changed, KEYS, AGENTS)


@given(st.text(max_size=80))
def test_refuses_anything_else(local_part: str) -> None:
    with pytest.raises(InvalidSignatureError):
        read_reply_token(local_part, KEYS, AGENTS)
    with pytest.raises(InvalidSignatureError):
        read_reply_token(PREFIX + local_part, KEYS, AGENTS)


def test_refuses_the_address_of_an_agent_who_left() -> None:
    local_part = PREFIX + reply_token("48219370", "lan", KEYS)
    with pytest.raises(InvalidSignatureError):
        read_reply_token(local_part, KEYS, ["minh", "quang"])


def test_reads_an_agents_address_never_as_a_customers() -> None:
    local_part = PREFIX + reply_token("48219370", "lan", KEYS)
    with pytest.raises(InvalidSignatureError):
        read_reply_token(local_part, KEYS)


def test_reads_addresses_signed_before_the_key_was_changed() -> None:
    local_part = PREFIX + reply_token("48219370", None, [OLD])
    assert read_reply_token(local_part, KEYS) == ReplyToken("48219370", None)


def test_signs_with_the_newest_key() -> None:
    local_part = PREFIX + reply_token("48219370", None, KEYS)
    assert read_reply_token(local_part, [NEW]) == ReplyToken("48219370", None)


def test_refuses_addresses_of_a_key_taken_away() -> None:
    local_part = PREFIX + reply_token("48219370", None, [OLD])
    with pytest.raises(InvalidSignatureError):
        read_reply_token(local_part, [NEW])


def test_refuses_another_secret_under_the_same_key_id() -> None:
    local_part = PREFIX + reply_token("48219370", None, [("2026", "somebody else's secret")])
    with pytest.raises(InvalidSignatureError):
        read_reply_token(local_part, [NEW])


@pytest.mark.parametrize("keys", [[], [("2026", "")], [OLD, ("2026", "")]])
def test_neither_signs_nor_reads_without_a_secret(keys: Keys) -> None:
    with pytest.raises(ConfigurationError):
        reply_token("48219370", "lan", keys)
    with pytest.raises(ConfigurationError):
        read_reply_token(PREFIX + "a" * 24, keys)


@pytest.mark.parametrize("ticket_id", ["", "4821937", "482193700", "4821-937", "٤٨٢١٩٣٧٠"])
def test_signs_only_eight_digits(ticket_id: str) -> None:
    with pytest.raises(InvalidRequestError):
        reply_token(ticket_id, "lan", KEYS)


def test_forms_an_address() -> None:
    assert reply_address("abc", "reply.example.com") == "reply+abc@reply.example.com"


@pytest.mark.parametrize("spell", [str, str.upper])
def test_a_mail_to_the_address_for_notes_stays_among_colleagues(
    spell: Callable[[str], str],
) -> None:
    token = reply_token("48219370", "lan", KEYS)
    local_part = spell(note_address(token, "reply.example.com").partition("@")[0])
    assert has_token(local_part)
    assert read_reply_token(local_part, KEYS, AGENTS) == ReplyToken("48219370", "lan", is_note=True)


@pytest.mark.parametrize("local_part", ["note+", "REPLY+abc", "Note+x"])
def test_knows_its_own_addresses_by_their_beginning(local_part: str) -> None:
    assert has_token(local_part)


@pytest.mark.parametrize("local_part", ["reply", "replying+abc", "hotro", "a+reply+b", ""])
def test_takes_no_other_address_for_its_own(local_part: str) -> None:
    assert not has_token(local_part)
