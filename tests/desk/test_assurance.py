"""What the customer hears by himself, in his language and his time zone."""

from typing import Any

import pytest

from chalicelib.desk.texts import PLACEHOLDERS
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import AgentReplied, ContactBlocked, ContactUpdated
from chalicelib.domain.messages import Surface
from tests.conftest import START
from tests.desk.events import MAI
from tests.desk.factory import FACTORY, factory
from tests.desk.play import Play, minutes

CALM = {name: {**team, "acknowledge_within": None} for name, team in FACTORY["teams"].items()}


def play_with(**changes: Any) -> Play:
    policy = {
        "name": "x",
        "targets": {"first_response": "1h", "next_response": "1h"},
        "tell_customer_before": "5m",
    }
    return Play(factory(**{"policies": [policy], "teams": CALM, **changes}))


def test_the_promise_is_told_in_the_customers_own_time_zone() -> None:
    play = play_with()
    play.world.fold(
        ContactUpdated(id="crm:1", identity=MAI, occurred_at=START, time_zone="Asia/Tokyo"), START
    )
    play.says("khiếu nại")
    assert "12:00 hôm nay" in play.world.said_to_customer()[0]  # ten in Viet Nam


def test_every_place_that_a_text_may_name_is_filled() -> None:
    named = " ".join(f"{place}=<{{{place}}}>" for place in PLACEHOLDERS)
    play = play_with(texts={"vi": {"acknowledgement": named}})
    play.says("khiếu nại")
    [said] = play.world.said_to_customer()
    assert said.startswith("name=<anh/chị> desk=<Hoa Mai> due=<10:00 hôm nay> hours=<")
    assert "<>" not in said


def test_the_promise_is_told_in_the_customers_language() -> None:
    play = play_with()
    play.says("complaint", language="en")
    assert play.world.said_to_customer()[0].startswith("Hi there, Hoa Mai has your message.")


@pytest.mark.parametrize(
    ("text", "told", "heard"),
    [
        ("Hello, how much is the blue vase?", None, "Hi there"),
        ("Hello, how much is the blue vase?", "vi", "Hi there"),
        ("Bình xanh giá bao nhiêu ạ?", "en", "Chào anh/chị"),
        ("Combien coûte le vase bleu ?", "fr-FR", "Hi there"),
        ("1024", "en", "Hi there"),
        ("1024", None, "Chào anh/chị"),
    ],
)
def test_the_customer_is_answered_in_the_language_he_writes_in(
    text: str, told: str | None, heard: str
) -> None:
    play = play_with()
    play.says(text, language=told)
    assert play.world.said_to_customer()[0].startswith(heard)


def test_a_promise_that_will_be_missed_is_said_before_and_once() -> None:
    play = play_with()
    play.says("khiếu nại")
    play.until(54)
    assert len(play.world.said_to_customer()) == 1
    play.until(300)
    said = play.world.said_to_customer()
    assert len(said) == 2
    assert "xin lỗi" in said[1]
    assert [minutes(e.at) for e in play.lines("customer.told")] == [55]


def test_an_answer_in_time_needs_no_apology_and_the_next_wait_may_have_its_own() -> None:
    play = play_with()
    play.says("khiếu nại")
    play.until(30)
    play.does(AgentReplied, text="Dạ")
    play.until(100)
    assert play.lines("customer.told") == []
    play.says("còn nữa")
    play.until(170)
    assert [minutes(e.at) for e in play.lines("customer.told")] == [155]


@pytest.mark.parametrize("is_public", [True, False])
def test_nothing_is_said_by_itself_in_public_or_to_who_wants_nothing(is_public: bool) -> None:
    play = play_with()
    play.says("khiếu nại", surface=Surface.PUBLIC if is_public else Surface.DIRECT)
    if not is_public:
        play.world.fold(ContactBlocked(id="b", identity=MAI, occurred_at=START), START)
    before = len(play.world.said_to_customer())
    play.until(120)
    assert len(play.world.said_to_customer()) == before == (0 if is_public else 1)
    assert play.lines("customer.told") == []


def test_outside_hours_with_nobody_there_he_hears_the_hours_and_is_offered_a_call() -> None:
    away = {name: {**one, "away": True} for name, one in FACTORY["agents"].items()}
    play = play_with(agents=away)
    play.wakes_at(14 * 60)
    play.says("khiếu nại")
    (said,) = play.world.said_to_customer()
    assert "ngoài giờ làm việc" in said
    assert "08:00-12:00, 13:00-22:00" in said
    assert "gọi lại" in said
    (reply,) = [each for each in play.world.outbox if hasattr(each, "buttons")]
    assert [button.payload for button in reply.buttons] == ["frontline:callback"]


def test_an_sms_outside_hours_with_nobody_there_is_kept_and_answered() -> None:
    """PEERS 18: elsewhere it was refused and so lost."""
    away = {name: {**one, "away": True} for name, one in FACTORY["agents"].items()}
    play = play_with(agents=away)
    play.wakes_at(14 * 60)
    play.says("khiếu nại", identity=Identity("twilio_sms", "hoa-mai", "+84900000009"))
    assert play.ticket.assignee_id is None
    assert play.lines("message.received")[0].text == "khiếu nại"
    assert len(play.world.said_to_customer()) == 1
    # Tuesday is Culture Day: the office opens on Wednesday at eight.
    assert minutes(play.ticket.parked_until or START) == 47 * 60
