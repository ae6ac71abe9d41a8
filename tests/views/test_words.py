import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter

import pytest

from chalicelib.channels.registry import ADAPTERS, adapter_class
from chalicelib.desk import decision
from chalicelib.desk.decision import NotificationKind
from chalicelib.domain import events
from chalicelib.domain.messages import AttachmentKind, Delivery
from chalicelib.domain.tickets import Metric, Priority, Status
from chalicelib.errors import SendFailure
from chalicelib.notify.links import Action
from chalicelib.notify.mails import Refusal
from chalicelib.service.commands import Order
from chalicelib.views.english import ENGLISH
from chalicelib.views.presence import Standing
from chalicelib.views.vietnamese import VIETNAMESE
from chalicelib.views.words import words
from chalicelib.web.outcomes import Flash, Message
from chalicelib.web.pages import WAITS


def test_both_languages_know_the_same_names() -> None:
    assert VIETNAMESE.keys() == ENGLISH.keys()


@pytest.mark.parametrize("name", VIETNAMESE)
def test_both_languages_fill_the_same_places(name: str) -> None:
    if not name.startswith(("line.", "headline.", "advice.")):
        assert _places(VIETNAMESE[name]) == _places(ENGLISH[name])


@pytest.mark.parametrize("name", VIETNAMESE)
def test_a_mail_has_one_name_in_vietnamese(name: str) -> None:
    text = VIETNAMESE[name].replace("hộp thư", "")
    assert not re.search(r"\b(e-e?mail|mail|thư)\b", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("prefix", "members"),
    [
        ("status", Status),
        ("priority", Priority),
        ("metric", Metric),
        ("act", Metric),
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
        ("command", Order),
        ("flash", Flash),
        ("page.you", Standing),
        ("page.wait", [name for name, _ in WAITS]),
    ],
)
def test_every_member_has_its_word(prefix: str, members: Iterable[str]) -> None:
    assert {f"{prefix}.{member}" for member in members} <= VIETNAMESE.keys()


DESK = Path(decision.__file__).parent
SAID = {"message.received", "message.sent", "note.added"}
BECAUSE = {"place": 1, "place_again": 1, "give": 2, "give_back": 1}
"""Who gives a ticket on, and where the reason stands among what he is told."""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for module in DESK.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                yield name, node


def _told() -> set[str]:
    """Return the names of all turns that the desk writes on timelines."""
    first = (call.args[0] for name, call in _calls() if name == "tell_timeline")
    typed = (
        keyword.value
        for name, call in _calls()
        for keyword in call.keywords
        if name == "TimelineEntry" and keyword.arg == "type"
    )
    found = [node.value for node in (*first, *typed) if isinstance(node, ast.Constant)]
    platform = (events.MessageEdited, events.MessageDeleted, events.MessageReacted)
    return {*map(str, found), *(each.type for each in (*platform, events.ContactBlocked))}


@pytest.mark.parametrize("turn", sorted(_told() - SAID))
def test_every_turn_the_desk_tells_has_its_sentence(turn: str) -> None:
    assert f"line.{turn}" in VIETNAMESE


def test_every_reason_to_give_a_ticket_on_has_its_words() -> None:
    reasons = {
        str(call.args[BECAUSE[name]].value)  # type: ignore[attr-defined]
        for name, call in _calls()
        if name in BECAUSE
        and len(call.args) > BECAUSE[name]
        and isinstance(call.args[BECAUSE[name]], ast.Constant)
    }
    assert {"away", "absent", "shift end", "not acknowledged"} <= reasons
    assert {f"because.{reason.replace(' ', '_')}" for reason in reasons} <= VIETNAMESE.keys()


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
