"""An answer after the window: template, another identity, or told to the agent as failed."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.channels.base import Capabilities, Passage
from chalicelib.channels.telegram.adapter import TelegramAdapter
from chalicelib.channels.zalo.adapter import ZaloAdapter
from chalicelib.desk.decision import Reply
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.messages import Template
from chalicelib.errors import NotFoundError, PermanentSendError, SendFailure
from chalicelib.service.late import LateAnswers
from tests.conftest import START
from tests.desk.events import MAI, NAM
from tests.desks import DOCUMENT, shop

DAY = timedelta(days=1)


class People:
    def __init__(self, *identities: Identity, blocked: tuple[Identity, ...] = ()) -> None:
        self.contact = Contact(id="c", identities=identities, created_at=START, blocked=blocked)

    def get(self, contact_id: str) -> Contact:
        if contact_id != "c":
            raise NotFoundError("no such contact")
        return self.contact


@pytest.fixture(autouse=True)
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give one channel a paid window and templates, and the other none at all."""
    zalo = Capabilities(
        text_limit=100,
        open_window=2 * DAY,
        reply_window=7 * DAY,
        late_passage=Passage.PAID,
        has_templates=True,
    )
    monkeypatch.setattr(ZaloAdapter, "capabilities", zalo)
    monkeypatch.setattr(TelegramAdapter, "capabilities", Capabilities(text_limit=100))


def reply(**changes: Any) -> Reply:
    facts: dict[str, Any] = {
        "id": "r", "ticket_id": "t", "entry_id": "e", "created_at": START, "entry_at": START,
        "to": NAM, "parts": ("Dạ", "chào chị"), "contact_id": "c", "last_inbound_at": START,
    }  # fmt: skip
    return Reply(**{**facts, **changes})


def late(people: People, *rule: str, template: dict[str, str] | None = None) -> LateAnswers:
    zalo, *others = DOCUMENT["accounts"]
    accounts = [{**zalo, **({"template": template} if template else {})}, *others]
    desk = shop(accounts=accounts, routing={"late_answers": list(rule)})
    return LateAnswers(people, lambda: desk)  # type: ignore[arg-type]


def test_within_the_window_it_just_goes() -> None:
    way = late(People(NAM)).way(reply(), START + DAY)
    assert (way.passage, way.reply.to) == (Passage.OPEN, NAM)


def test_a_paid_window_is_used_only_where_the_desk_says_so() -> None:
    assert late(People(NAM), "paid").way(reply(), START + 3 * DAY).passage is Passage.PAID
    with pytest.raises(PermanentSendError) as refused:
        late(People(NAM)).way(reply(), START + 3 * DAY)
    assert refused.value.reason is SendFailure.WINDOW_CLOSED


def test_a_template_takes_the_whole_answer_in_one_line() -> None:
    known = {"name": "cham_soc", "language": "vi"}
    way = late(People(NAM), "template", template=known).way(reply(), START + 8 * DAY)
    assert way.passage is Passage.TEMPLATE
    assert way.reply.template == Template(
        name="cham_soc", language="vi", parameters=("Dạ chào chị",)
    )
    assert way.reply.parts == ("Dạ chào chị",)


def test_another_identity_of_the_same_person_is_written_to() -> None:
    way = late(People(NAM, MAI), "template", "elsewhere").way(reply(), START + 8 * DAY)
    assert (way.reply.to, way.passage) == (MAI, Passage.OPEN)


def test_the_order_is_the_desks() -> None:
    known = {"name": "cham_soc", "language": "vi"}
    people = People(NAM, MAI)
    by_template = late(people, "template", "elsewhere", template=known)
    elsewhere = late(people, "elsewhere", "template", template=known)
    assert by_template.way(reply(), START + 8 * DAY).reply.to == NAM
    assert elsewhere.way(reply(), START + 8 * DAY).reply.to == MAI


def test_an_identity_that_was_blocked_is_left_alone() -> None:
    with pytest.raises(PermanentSendError):
        late(People(NAM, MAI, blocked=(MAI,)), "elsewhere").way(reply(), START + 8 * DAY)


def test_a_machine_neither_pays_nor_goes_elsewhere() -> None:
    with pytest.raises(PermanentSendError):
        late(People(NAM, MAI), "paid", "elsewhere").way(reply(automatic=True), START + 3 * DAY)


def test_who_wants_no_messages_gets_none_in_any_window() -> None:
    with pytest.raises(PermanentSendError) as refused:
        late(People(NAM)).way(reply(is_blocked=True), START)
    assert refused.value.reason is SendFailure.BLOCKED


def test_a_template_an_agent_chose_goes_at_any_time() -> None:
    chosen = Template(name="moi", language="vi")
    way = late(People(NAM)).way(reply(template=chosen), START + 30 * DAY)
    assert (way.passage, way.reply.template) == (Passage.TEMPLATE, chosen)


def test_a_contact_that_is_gone_has_no_other_identities() -> None:
    with pytest.raises(PermanentSendError):
        late(People(NAM), "elsewhere").way(reply(contact_id="x"), START + 8 * DAY)
