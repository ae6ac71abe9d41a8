from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import ConfigurationError, ForbiddenError, InvalidSignatureError
from chalicelib.notify.keys import Keys
from chalicelib.notify.links import (
    LINK_AGE,
    SESSION_AGE,
    Action,
    Link,
    LinkSigner,
    Session,
    SessionSigner,
)

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
OLD, NEW = ("1", "an old secret of the desk"), ("2", "the secret in use today")
KEYS = [OLD, NEW]
LINK = Link(ticket_id="48219370", agent_id="lan", action=Action.ACCEPT, nonce="n-1")
SESSION = Session(ticket_id="48219370", agent_id="lan")

links, sessions = LinkSigner(KEYS), SessionSigner(KEYS)


@pytest.mark.parametrize("action", Action)
def test_reads_the_link_it_signed(action: Action) -> None:
    link = replace(LINK, action=action)
    assert links.read(links.sign(link, NOW), NOW) == link


def test_the_same_link_signed_again_is_the_same_token() -> None:
    assert links.sign(LINK, NOW) == links.sign(LINK, NOW)


def test_a_link_is_good_until_it_is_too_old() -> None:
    token = links.sign(LINK, NOW)
    assert links.read(token, NOW + LINK_AGE) == LINK
    with pytest.raises(ForbiddenError):
        links.read(token, NOW + LINK_AGE + timedelta(seconds=1))


def test_any_changed_character_spoils_a_link() -> None:
    token = links.sign(LINK, NOW)
    for place, char in enumerate(token):
        for other in "Aa0-_.":
            if other != char:
                with pytest.raises(InvalidSignatureError):
                    links.read(token[:place] + other + token[place + 1 :], NOW)


def test_any_cut_or_added_character_spoils_a_link() -> None:
    token = links.sign(LINK, NOW)
    for wrong in (
        *(token[:end] for end in range(len(token))),
        token + "A",
        "A" + token,
        f" {token}",
    ):
        with pytest.raises(InvalidSignatureError):
            links.read(wrong, NOW)


def test_the_signature_of_one_ticket_does_not_fit_another() -> None:
    payload, signature = links.sign(LINK, NOW).rsplit(".", 1)
    other, _ = links.sign(replace(LINK, ticket_id="11112222"), NOW).rsplit(".", 1)
    assert other != payload
    with pytest.raises(InvalidSignatureError):
        links.read(f"{other}.{signature}", NOW)


def test_a_link_is_no_session_and_a_session_no_link() -> None:
    with pytest.raises(InvalidSignatureError):
        sessions.read(links.sign(LINK, NOW), NOW)
    with pytest.raises(InvalidSignatureError):
        links.read(sessions.sign(SESSION, NOW), NOW)


def test_links_outlive_a_change_of_keys_but_not_the_end_of_theirs() -> None:
    token = LinkSigner([OLD]).sign(LINK, NOW)
    assert LinkSigner([OLD, NEW]).read(token, NOW) == LINK
    with pytest.raises(InvalidSignatureError):
        LinkSigner([NEW]).read(token, NOW)


def test_the_newest_key_signs() -> None:
    assert LinkSigner([NEW]).read(LinkSigner([OLD, NEW]).sign(LINK, NOW), NOW) == LINK


@pytest.mark.parametrize("keys", [[], [("1", "")]])
def test_nothing_is_signed_without_a_secret(keys: Keys) -> None:
    with pytest.raises(ConfigurationError):
        LinkSigner(keys)
    with pytest.raises(ConfigurationError):
        SessionSigner(keys)


def test_a_session_ends_after_twelve_hours() -> None:
    token = sessions.sign(SESSION, NOW)
    assert sessions.read(token, NOW + SESSION_AGE) == SESSION
    with pytest.raises(ForbiddenError):
        sessions.read(token, NOW + timedelta(hours=12, seconds=1))


def test_a_form_token_fits_its_own_session_only() -> None:
    mine = sessions.sign(SESSION, NOW)
    other = sessions.sign(replace(SESSION, agent_id="minh"), NOW)
    sessions.check_csrf(sessions.csrf_token(mine), mine)
    for wrong in (sessions.csrf_token(other), "", "đ", mine):
        with pytest.raises(InvalidSignatureError):
            sessions.check_csrf(wrong, mine)


def test_a_form_token_outlives_a_change_of_keys() -> None:
    token = sessions.sign(SESSION, NOW)
    SessionSigner([*KEYS, ("3", "the next secret")]).check_csrf(sessions.csrf_token(token), token)
