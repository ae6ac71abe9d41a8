"""Mails of agents and guests on the whole path: taken in, done once, or explained."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.events import AgentInvited
from chalicelib.domain.tickets import Status
from chalicelib.service.mailroom import AgentActed, AgentRefused, Outcome, Unwanted
from tests.channels.email.letters import letter, taken_in
from tests.conftest import START, FrozenClock
from tests.desk.events import message
from tests.desks import shop
from tests.service.mailbox import Mailbox, mailbox_of
from tests.service.pump import Pump

LAN, MINH, QUANG = "lan@hoamai.example", "minh@hoamai.example", "quang@hoamai.example"
GUEST = f"guest:{QUANG}"

Write = Callable[..., Outcome]


@pytest.fixture
def mailbox(frontline: Frontline) -> Mailbox:
    return mailbox_of(frontline)


@pytest.fixture
def pump(frontline: Frontline, mailbox: Mailbox) -> Pump:
    return Pump(frontline)


@pytest.fixture
def ticket_id(frontline: Frontline, pump: Pump, clock: FrozenClock) -> str:
    """A ticket of Lan's, who had it by mail."""
    event = message("khiếu nại", START)
    frontline.log.append(event, "{}", START)
    pump.settle()
    clock.tick(seconds=20)
    return frontline.contacts.by_identity(event.identity).ticket_id or ""


@pytest.fixture
def guest(frontline: Frontline, pump: Pump, ticket_id: str) -> str:
    """Quang, brought in on that ticket."""
    frontline.acts.perform(
        AgentInvited(
            id="page:invite", ticket_id=ticket_id, occurred_at=frontline.clock(), agent_id="lan",
            via="page", address=QUANG, text="Kho còn mẫu xanh ngọc không?",
        )
    )  # fmt: skip
    pump.settle()
    return GUEST


@pytest.fixture
def writes(frontline: Frontline, pump: Pump, mailbox: Mailbox) -> Write:
    """Let somebody answer the newest mail that he got."""

    def write(text: str, sender: str = LAN, *, message_id: str = "m1", to: str = "") -> Outcome:
        to = to or reply_to(mailbox, sender)
        mail = letter(text, sender=sender, to=to, message_id=f"<{message_id}@hoamai.example>")
        outcome = frontline.intake.take(taken_in(mail, to), f"inbound/{message_id}")
        pump.settle()
        return outcome

    return write


def reply_to(mailbox: Mailbox, address: str) -> str:
    return str(mailbox.to(address)[-1]["Reply-To"].addresses[0].addr_spec)


def body_of(mailbox: Mailbox, address: str) -> str:
    part = mailbox.to(address)[-1].get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def story(frontline: Frontline, ticket_id: str) -> list[tuple[str, str]]:
    _, entries = frontline.tickets.with_timeline(ticket_id)
    return [(entry.type, entry.actor) for entry in entries]


def replace_desk(frontline: Frontline, clock: FrozenClock, **changes: Any) -> None:
    frontline.desks.put(shop(**changes), source="", by="t", now=clock(), expected_version=1)
    clock.tick(seconds=20)


class TestCommands:
    def test_a_mail_answers_and_does_what_its_first_lines_say_once(
        self, frontline: Frontline, writes: Write, ticket_id: str
    ) -> None:
        for _ in range(3):
            assert isinstance(writes("#xong\nDạ shop đã đổi xong ạ."), AgentActed)
        ticket, entries = frontline.tickets.with_timeline(ticket_id)
        assert ticket.status is Status.RESOLVED
        said = [entry.text for entry in entries if entry.actor == "agent:lan" and entry.text]
        assert said == ["Dạ shop đã đổi xong ạ."]
        assert story(frontline, ticket_id).count(("ticket.resolved", "agent:lan")) == 1

    def test_a_wait_ends_when_the_mail_says(
        self, frontline: Frontline, writes: Write, ticket_id: str
    ) -> None:
        writes("#cho mai")
        wake_at = frontline.tickets.get(ticket_id).wake_at
        assert wake_at is not None
        assert wake_at.isoformat() == "2026-11-24T01:00:00+00:00"

    def test_a_ticket_is_handed_over_with_its_reason(
        self, frontline: Frontline, writes: Write, ticket_id: str
    ) -> None:
        writes("#chuyen tuan khách hỏi máy\nghi chú: bảo hành còn hai tháng")
        assert frontline.tickets.get(ticket_id).assignee_id == "tuan"
        assert ("note.added", "agent:lan") in story(frontline, ticket_id)
        assert story(frontline, ticket_id)[-1] == ("ticket.assigned", "agent:lan")

    def test_an_agent_goes_away_by_mail_and_gives_back_what_he_had(
        self, frontline: Frontline, writes: Write, ticket_id: str
    ) -> None:
        writes("#vang")
        assert frontline.agents.states(["lan"])["lan"].away
        assert frontline.tickets.get(ticket_id).assignee_id == "minh"

    def test_the_same_mail_much_later_does_not_send_him_away_again(
        self, frontline: Frontline, writes: Write, mailbox: Mailbox, ticket_id: str
    ) -> None:
        to = reply_to(mailbox, LAN)
        writes("#vang", message_id="m1", to=to)
        writes("#co mat", message_id="m2", to=to)
        writes("#vang", message_id="m1", to=to)
        assert not frontline.agents.states(["lan"])["lan"].away

    def test_an_agent_says_how_many_tickets_he_takes(
        self, frontline: Frontline, writes: Write, ticket_id: str
    ) -> None:
        writes("#nhan 1")
        assert frontline.agents.states(["lan"])["lan"].capacity == 1

    def test_who_is_no_more_on_the_ticket_comes_back_by_the_mail_that_told_him(
        self, frontline: Frontline, writes: Write, mailbox: Mailbox, ticket_id: str
    ) -> None:
        to = reply_to(mailbox, LAN)
        writes("#vang", message_id="m1", to=to)
        assert isinstance(writes("#co mat", message_id="m2", to=to), AgentActed)
        assert not frontline.agents.states(["lan"])["lan"].away

    def test_what_is_no_command_is_explained_to_the_agent_alone(
        self, frontline: Frontline, writes: Write, mailbox: Mailbox, ticket_id: str
    ) -> None:
        before = story(frontline, ticket_id)
        assert isinstance(writes("#HM-20418 giao rồi ạ\nDạ chị nhé"), AgentRefused)
        assert story(frontline, ticket_id) == before
        told = body_of(mailbox, LAN)
        assert "“#HM-20418 giao rồi ạ”" in told
        for command in ("#xong", "#cho 2h", "#chuyen", "#vang", "#co mat", "#nhan 5"):
            assert command in told

    def test_of_what_can_not_be_done_nothing_is(
        self, frontline: Frontline, writes: Write, mailbox: Mailbox, ticket_id: str
    ) -> None:
        to = reply_to(mailbox, LAN)
        writes("#xong", message_id="m1", to=to)
        before = story(frontline, ticket_id)
        refused = writes("#cho 2h\n#vang\nDạ chị đợi em", message_id="m2", to=to)
        assert isinstance(refused, AgentRefused)
        assert story(frontline, ticket_id) == before
        assert not frontline.agents.states(["lan"])["lan"].away
        assert "có thể yêu cầu đã được giải quyết" in body_of(mailbox, LAN)

    def test_the_answer_to_a_mention_stays_among_colleagues(
        self, frontline: Frontline, pump: Pump, writes: Write, mailbox: Mailbox, *, ticket_id: str
    ) -> None:
        writes("ghi chú: @minh giảm giá cho chị ấy được không?")
        said = len(pump.items("OUTBOX#telegram"))
        assert "Khách không bao giờ thấy" in body_of(mailbox, MINH)
        writes("Được, 10 % nhé.", MINH, message_id="m2")
        _, entries = frontline.tickets.with_timeline(ticket_id)
        notes = [(e.actor, e.text) for e in entries if e.type == "note.added"]
        assert ("agent:minh", "Được, 10 % nhé.") in notes
        assert len(pump.items("OUTBOX#telegram")) == said


class TestGuest:
    def test_he_hears_who_asks_what_and_all_that_was_said(
        self, mailbox: Mailbox, guest: str, ticket_id: str
    ) -> None:
        (mail,) = mailbox.to(QUANG)
        told = body_of(mailbox, QUANG)
        assert "Lan nhờ bạn xem giúp yêu cầu" in told
        assert "Kho còn mẫu xanh ngọc không?" in told
        assert "khiếu nại" in told
        assert re.findall(r"(.+):\r?\nhttps://desk", told) == ["Mở yêu cầu"]
        assert mail["X-Frontline-Notification"] == "invited"

    def test_his_answer_is_a_note_that_its_owner_hears_of_and_no_customer(
        self, frontline: Frontline, pump: Pump, writes: Write, mailbox: Mailbox, *, guest: str,
        ticket_id: str,
    ) -> None:  # fmt: skip
        said = len(pump.items("OUTBOX#telegram"))
        for _ in range(2):
            assert isinstance(writes("Kho còn hai bộ ạ.", QUANG), AgentActed)
        _, entries = frontline.tickets.with_timeline(ticket_id)
        notes = [(entry.actor, entry.text) for entry in entries if entry.type == "note.added"]
        assert notes == [(f"agent:{GUEST}", "Kho còn hai bộ ạ.")]
        assert len(pump.items("OUTBOX#telegram")) == said
        assert f"{QUANG} để lại ghi chú cho bạn" in body_of(mailbox, LAN)
        assert mailbox.kinds_to(LAN)[-1] == "mentioned"

    def test_he_hears_of_nothing_more(
        self, frontline: Frontline, writes: Write, mailbox: Mailbox, guest: str, ticket_id: str
    ) -> None:
        writes("Dạ shop đổi ngay ạ.")
        assert len(mailbox.to(QUANG)) == 1

    def test_nobody_speaks_with_his_address(
        self, frontline: Frontline, writes: Write, mailbox: Mailbox, guest: str, ticket_id: str
    ) -> None:
        before = story(frontline, ticket_id)
        outcome = writes("Chào", LAN, to=reply_to(mailbox, QUANG))
        assert isinstance(outcome, AgentRefused)
        assert (outcome.agent_id, story(frontline, ticket_id)) == (GUEST, before)
        assert len(mailbox.to(QUANG)) == 2

    def test_he_is_heard_only_as_long_as_the_desk_covers_his_address(
        self, frontline: Frontline, writes: Write, clock: FrozenClock, guest: str, ticket_id: str
    ) -> None:
        routing = {"guest_domains": ["kho.example"]}
        replace_desk(frontline, clock, routing=routing)
        before = story(frontline, ticket_id)
        assert isinstance(writes("Chào", QUANG), Unwanted)
        assert story(frontline, ticket_id) == before

    def test_a_mail_to_him_is_not_sent_once_the_desk_covers_him_no_more(
        self, frontline: Frontline, pump: Pump, mailbox: Mailbox, clock: FrozenClock,
        ticket_id: str,
    ) -> None:  # fmt: skip
        facts: dict[str, Any] = {"agent_id": "lan", "via": "page", "occurred_at": clock()}
        frontline.acts.perform(
            AgentInvited(id="page:invite", ticket_id=ticket_id, address=QUANG, **facts)
        )
        replace_desk(frontline, clock, routing={"guest_domains": ["kho.example"]})
        pump.settle()
        assert mailbox.to(QUANG) == []
        assert [i["status"]["S"] for i in pump.items("OUTBOX#email:guest")] == ["failed"]
