from collections.abc import Iterable
from string import Formatter

import pytest

from chalicelib.channels.registry import ADAPTERS, adapter_class
from chalicelib.desk.decision import NotificationKind
from chalicelib.domain.messages import AttachmentKind, Delivery
from chalicelib.domain.tickets import Metric, Priority, Status
from chalicelib.errors import SendFailure
from chalicelib.notify.links import Action
from chalicelib.notify.mails import Refusal
from chalicelib.views.english import ENGLISH
from chalicelib.views.vietnamese import VIETNAMESE
from chalicelib.views.words import words
from chalicelib.web.pages import Flash, Message


def test_both_languages_know_the_same_names() -> None:
    assert VIETNAMESE.keys() == ENGLISH.keys()


@pytest.mark.parametrize("name", VIETNAMESE)
def test_both_languages_fill_the_same_places(name: str) -> None:
    if not name.startswith(("line.", "headline.", "advice.")):
        assert _places(VIETNAMESE[name]) == _places(ENGLISH[name])


@pytest.mark.parametrize(
    ("prefix", "members"),
    [
        ("status", Status),
        ("priority", Priority),
        ("metric", Metric),
        ("attachment", AttachmentKind),
        ("delivery", Delivery),
        ("failure", SendFailure),
        ("kind", NotificationKind),
        ("headline", NotificationKind),
        ("action", Action),
        ("page.confirm", Action),
        ("page.what", Action),
        ("page.button", Action),
        ("refused", Refusal),
        ("flash", Flash),
    ],
)
def test_every_member_has_its_word(prefix: str, members: Iterable[str]) -> None:
    assert {f"{prefix}.{member}" for member in members} <= VIETNAMESE.keys()


@pytest.mark.parametrize("message", Message)
def test_every_message_page_has_a_title_and_a_text(message: Message) -> None:
    assert {f"message.{message}.title", f"message.{message}.text"} <= VIETNAMESE.keys()


def test_an_unknown_language_is_answered_in_vietnamese() -> None:
    assert words("fr") is VIETNAMESE


def _places(template: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("channel", ADAPTERS)
def test_every_channel_is_called_something_in_both_languages(channel: str) -> None:
    assert set(adapter_class(channel).label) == {"vi", "en"}
    assert all(adapter_class(channel).label.values())
