"""Agents at work from their own mail program: links that act once, and answers by mail."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from tests.e2e.desk import HOME
from tests.e2e.world import Customer, Found, World, until

pytestmark = pytest.mark.e2e

LAN = f"lan@{HOME}"
ACCEPT, RESOLVE = "Nhận việc", "Đã giải quyết"


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60, trust_env=False) as browser:
        yield browser


def assigned(world: World, customer: Customer, text: str = "Shop ơi") -> tuple[Found, Found]:
    """Let a customer write; return his ticket and the mail that its agent got."""
    ticket = world.opened(customer, text)
    until(lambda: world.heard_by(customer))
    return ticket, world.mail(LAN, ticket, "assigned")


def link(mail: Found, words: str) -> str:
    """Return the address behind the button that says `words`."""
    found = re.search(rf"^{words}:\s+(\S+)\s*$", mail["text"], re.MULTILINE)
    assert found, mail["text"]
    assert found[1] in mail["html"]
    return found[1]


def test_a_link_that_a_scanner_follows_changes_nothing(world: World, browser: httpx.Client) -> None:
    ticket, mail = assigned(world, world.customer("zalo"))
    for words in (ACCEPT, RESOLVE):
        for answer in (browser.get(link(mail, words)), browser.head(link(mail, words))):
            assert answer.status_code in (200, 403, 405)
            assert "set-cookie" not in answer.headers
    assert browser.get(link(mail, ACCEPT)).status_code == 200
    now = world.ticket(ticket["id"])
    assert (now["status"], now["acknowledged_at"]) == ("open", None)
    assert world.entries(ticket["id"], "ticket.acknowledged", "ticket.resolved") == []


def test_accepting_works_once(world: World, browser: httpx.Client) -> None:
    ticket, mail = assigned(world, world.customer("zalo"))
    first = browser.post(link(mail, ACCEPT))
    assert first.status_code == 200
    assert "Bạn đã nhận yêu cầu" in first.text
    assert world.ticket(ticket["id"])["acknowledged_at"] is not None
    second = browser.post(link(mail, ACCEPT))
    assert second.status_code == 409
    assert "Liên kết này đã được dùng" in second.text
    (line,) = world.entries(ticket["id"], "ticket.acknowledged")
    assert line["actor"] == "agent:lan"


def test_resolving_by_link_makes_the_agents_hands_free(world: World, browser: httpx.Client) -> None:
    ticket, mail = assigned(world, world.customer("zalo"))
    assert "Đã giải quyết xong" in browser.post(link(mail, RESOLVE)).text
    now = world.ticket(ticket["id"])
    assert now["status"] == "resolved"
    assert all(timer["met_at"] for timer in now["sla"])
    assert now["moment"] is None


def test_a_tampered_link_is_refused(world: World, browser: httpx.Client) -> None:
    ticket, mail = assigned(world, world.customer("zalo"))
    url = link(mail, RESOLVE)
    changed = url[:-1] + ("A" if url[-1] != "A" else "B")
    shortened, other = url[:-5], link(mail, ACCEPT).rpartition(".")[2]
    mixed = f"{url.rpartition('.')[0]}.{other}"
    for wrong in (changed, shortened, mixed):
        for answer in (browser.get(wrong), browser.post(wrong)):
            assert answer.status_code == 403
            assert "Liên kết không đúng" in answer.text
    assert world.ticket(ticket["id"])["status"] == "open"


@pytest.mark.parametrize("channel", ["zalo", "messenger", "telegram", "email"])
def test_an_agents_mail_answers_the_customer_on_his_own_channel(world: World, channel: str) -> None:
    customer = world.customer(channel)
    ticket, mail = assigned(world, customer, "Bình này cao bao nhiêu ạ?")
    world.answer(mail, "Dạ bình cao 30 cm ạ.\n\nLan")
    heard = until(lambda: world.heard_by(customer)[1:])
    assert heard == ["Dạ bình cao 30 cm ạ.\n\nLan"]
    now = world.ticket(ticket["id"])
    first_response = next(one for one in now["sla"] if one["metric"] == "first_response")
    assert now["status"] == "pending"
    assert first_response["met_at"] is not None
    assert now["acknowledged_at"] is not None
    # By mail an answer has the time of its second, which may be before the acknowledgement's.
    sent = {line["actor"]: line["text"] for line in world.entries(ticket["id"], "message.sent")}
    assert sent["agent:lan"] == "Dạ bình cao 30 cm ạ.\n\nLan"


def _heard_after(world: World, customer: Customer, number: int) -> list[str]:
    return world.heard_by(customer)[number:]


def test_the_same_address_may_be_answered_many_times(world: World) -> None:
    customer = world.customer("telegram")
    _, mail = assigned(world, customer)
    for number in (1, 2):
        world.answer(mail, f"Câu trả lời {number}")
        until(partial(_heard_after, world, customer, number))
    assert world.heard_by(customer)[1:] == ["Câu trả lời 1", "Câu trả lời 2"]


def test_a_note_by_mail_stays_between_colleagues(world: World) -> None:
    customer = world.customer("zalo")
    ticket, mail = assigned(world, customer)
    world.answer(mail, "note: khách quen, giảm 10%")
    (note,) = until(lambda: world.entries(ticket["id"], "note.added"))
    assert (note["actor"], note["text"]) == ("agent:lan", "khách quen, giảm 10%")
    assert len(world.heard_by(customer)) == 1
    assert world.ticket(ticket["id"])["status"] == "open"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another address": ({"from": "ai-do@noi-khac.example"}, "từ một địa chỉ khác"),
    "DMARC failed": (
        {"verdicts": {"dmarc": "FAIL", "dkim": "FAIL", "spf": "FAIL"}},
        "không xác minh được",
    ),
    "nothing said": ({"text": ""}, "không có nội dung"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_mail_that_proves_nothing_is_explained_and_not_passed_on(world: World, case: str) -> None:
    changes, reason = REFUSED[case]
    customer = world.customer("zalo")
    ticket, mail = assigned(world, customer)
    world.answer(mail, **{"text": "Lời không được gửi", **changes})
    (explained,) = until(lambda: _explained(world, ticket))
    assert reason in explained["text"]
    assert "Khách chưa nhận được gì" in explained["text"]
    assert explained["headers"]["Auto-Submitted"] == "auto-replied"
    _nothing_came_of_it(world, customer, ticket, mail)


AUTOMATIC = {
    "vacation note": {"headers": {"Auto-Submitted": "auto-replied"}},
    "out of office": {"headers": {"X-Autoreply": "yes", "Precedence": "auto_reply"}},
    "spam": {"verdicts": {"spam": "FAIL"}},
    "virus": {"verdicts": {"virus": "FAIL"}},
}


@pytest.mark.parametrize("case", sorted(AUTOMATIC))
def test_automatic_and_harmful_mail_goes_nowhere(world: World, case: str) -> None:
    customer = world.customer("zalo")
    ticket, mail = assigned(world, customer)
    world.answer(mail, "Tôi đang nghỉ phép", **AUTOMATIC[case])
    _nothing_came_of_it(world, customer, ticket, mail)
    assert _explained(world, ticket) == []


def test_a_reply_address_made_up_by_somebody_is_nobodys(world: World) -> None:
    customer = world.customer("zalo")
    ticket, mail = assigned(world, customer)
    address = mail["reply_to"][0]
    forged = address.replace(address[6:10], "aaaa")
    world.answer(mail, "Lời không được gửi", to=forged, **{"from": "la@noi-khac.example"})
    _nothing_came_of_it(world, customer, ticket, mail)
    assert _explained(world, ticket) == []


def _explained(world: World, ticket: Found) -> list[Found]:
    mails = world.mails(LAN, ticket)
    return [mail for mail in mails if "chưa được gửi cho khách" in mail["subject"]]


def _nothing_came_of_it(world: World, customer: Customer, ticket: Found, mail: Found) -> None:
    """Whatever was mailed before, a note mailed after it is all that happens."""
    world.answer(mail, "note: đã xem")
    until(lambda: world.entries(ticket["id"], "note.added"))
    assert len(world.heard_by(customer)) == 1
    assert len(world.entries(ticket["id"], "message.sent")) == 1
    assert world.ticket(ticket["id"])["status"] == "open"
