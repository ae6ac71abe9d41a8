"""What else an agent does on a ticket's page, and what a guest sees there."""

import re
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.events import AgentInvited, AgentTakes
from chalicelib.domain.tickets import Status
from chalicelib.notify.links import Action, Link, LinkSigner
from chalicelib.views.vietnamese import VIETNAMESE
from chalicelib.web.outcomes import Flash
from tests.conftest import START, FrozenClock
from tests.desk.events import NAM, said_of_himself
from tests.desks import DOCUMENT, shop
from tests.entrypoints.browser import Browser, form_of
from tests.entrypoints.caller import Answer
from tests.entrypoints.conftest import Write
from tests.service.pump import Pump

QUANG = "quang@hoamai.example"
GUEST = f"guest:{QUANG}"


@pytest.fixture
def ticket_id(customer_writes: Write) -> str:
    return customer_writes("Tôi muốn khiếu nại đơn hàng")


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def page(frontline: Frontline, browser: Browser, ticket_id: str) -> Answer:
    """The ticket's page as Lan sees it, whose ticket it is."""
    return opened(frontline, browser, ticket_id, "lan")


def opened(
    frontline: Frontline, browser: Browser, ticket_id: str, agent_id: str, nonce: str = "n:1"
) -> Answer:
    return browser.follow(browser.post(link(frontline, ticket_id, agent_id, nonce)))


def link(frontline: Frontline, ticket_id: str, agent_id: str, nonce: str = "n:1") -> str:
    link = Link(ticket_id=ticket_id, agent_id=agent_id, action=Action.OPEN, nonce=nonce)
    return f"/links/{LinkSigner(frontline.signing_keys()).sign(link, frontline.clock())}"


def replace_desk(frontline: Frontline, clock: FrozenClock, **changes: Any) -> None:
    frontline.desks.put(shop(**changes), source="", by="t", now=clock(), expected_version=1)
    clock.tick(seconds=20)


@pytest.mark.parametrize(
    ("until", "wake_at"),
    [
        ("1h", "2026-11-23T03:00:01+00:00"),
        ("4h", "2026-11-23T06:00:01+00:00"),
        ("tomorrow", "2026-11-24T01:00:00+00:00"),
        ("", None),
    ],
)
def test_a_ticket_is_left_to_wait_by_one_tap(
    frontline: Frontline, browser: Browser, page: Answer, *, ticket_id: str, until: str,
    wake_at: str | None,
) -> None:  # fmt: skip
    sent = browser.submit(page, "pend", until=until)
    assert sent.header("Location").endswith("flash=pended")
    ticket = frontline.tickets.get(ticket_id)
    assert ticket.status is Status.PENDING
    assert (ticket.wake_at and ticket.wake_at.isoformat()) == wake_at


def test_a_wait_sent_twice_is_one(
    frontline: Frontline, browser: Browser, page: Answer, clock: FrozenClock
) -> None:
    at = browser.at
    browser.submit(page, "pend", until="1h")
    browser.at = at
    clock.tick(seconds=3)
    assert browser.submit(page, "pend", until="1h").header("Location").endswith("flash=repeated")


def test_type_and_priority_are_corrected(
    frontline: Frontline, browser: Browser, page: Answer, ticket_id: str
) -> None:
    sent = browser.submit(page, "change", request_type="", priority="urgent")
    assert sent.header("Location").endswith("flash=changed")
    ticket = frontline.tickets.get(ticket_id)
    assert (ticket.request_type, ticket.priority, ticket.team_id) == ("complaint", "urgent", "care")
    after = browser.follow(sent)
    assert "Lan đã đổi mức ưu tiên thành Khẩn cấp" in after.text


def test_a_ticket_is_handed_over_with_a_note_for_who_takes_over(
    frontline: Frontline, browser: Browser, page: Answer, ticket_id: str
) -> None:
    note = "Khách cần mặc thứ Bảy này."
    browser.submit(page, "assign", to="agent:minh", reason="rành hơn", note=note)
    _, entries = frontline.tickets.with_timeline(ticket_id)
    assert [entry.text for entry in entries if entry.type == "note.added"] == [note]
    assert frontline.tickets.get(ticket_id).assignee_id == "minh"


def test_somebody_is_brought_in_and_nobody_from_outside(
    frontline: Frontline, browser: Browser, page: Answer, ticket_id: str
) -> None:
    refused = browser.submit(page, "invite", address="quang@khac.example", text="giúp mình")
    assert (refused.status, VIETNAMESE["flash.address"] in refused.text) == (409, True)
    assert 'value="quang@khac.example"' in refused.text
    sent = browser.submit(refused, "invite", address=QUANG, text="giúp mình")
    assert sent.header("Location").endswith("flash=invited")
    assert frontline.tickets.get(ticket_id).guests == (QUANG,)


@pytest.mark.parametrize("number", ["00000000", "4821", "", "không"])
def test_another_ticket_is_merged_by_its_number(
    frontline: Frontline, browser: Browser, page: Answer, *, ticket_id: str, number: str,
    customer_writes: Write,
) -> None:  # fmt: skip
    refused = browser.submit(page, "merge", ticket=number)
    assert refused.status in (400, 409)
    assert VIETNAMESE["flash.number"] in refused.text
    other = customer_writes("xin chào", NAM)
    sent = browser.submit(refused, "merge", ticket=f" {other[:4]}-{other[4:]} ")
    assert sent.header("Location").endswith("flash=merged")
    assert frontline.tickets.get(other).merged_into == ticket_id


def test_an_agent_goes_away_and_comes_back(
    frontline: Frontline, browser: Browser, page: Answer
) -> None:
    away = browser.follow(browser.submit(page, "away"))
    assert frontline.agents.states(["lan"])["lan"].away
    assert VIETNAMESE["page.you.away"] in away.text
    back = browser.follow(browser.submit(away, "back"))
    assert not frontline.agents.states(["lan"])["lan"].away
    assert VIETNAMESE["page.you.here"] in back.text


@pytest.mark.parametrize(("typed", "kept"), [("2", 2), ("0", 0), (" 7 ", 7), ("", None)])
def test_an_agent_says_how_many_tickets_he_takes(
    frontline: Frontline, browser: Browser, page: Answer, typed: str, kept: int | None
) -> None:
    frontline.acts.record(said_of_himself(AgentTakes, "lan", START, capacity=1))
    sent = browser.submit(page, "capacity", capacity=typed)
    assert sent.header("Location").endswith("flash=capacity")
    assert frontline.agents.states(["lan"])["lan"].capacity == kept


@pytest.mark.parametrize("typed", ["-1", "1001", "hai", "2.5", "٣"])
def test_no_other_number_of_tickets_is_taken(
    frontline: Frontline, browser: Browser, page: Answer, typed: str
) -> None:
    answer = browser.submit(page, "capacity", capacity=typed)
    assert (answer.status, VIETNAMESE["flash.count"] in answer.text) == (400, True)
    assert frontline.agents.states(["lan"])["lan"].capacity is None


@pytest.mark.parametrize("form", ["away", "back", "capacity"])
def test_what_is_said_of_oneself_is_proven_too(
    frontline: Frontline, browser: Browser, page: Answer, form: str
) -> None:
    action, hidden = form_of(page, "away")
    action = action.replace("away", form)
    assert browser.post(action, {**hidden, "csrf": "0" * 64, "capacity": "1"}).status == 403
    state = frontline.agents.states(["lan"])["lan"]
    assert (state.away, state.capacity) == (False, None)


@pytest.mark.parametrize("flash", Flash)
def test_every_flash_can_be_told(browser: Browser, page: Answer, flash: Flash) -> None:
    assert VIETNAMESE[f"flash.{flash}"] in browser.get(f"{browser.at}?flash={flash}").text


class TestGuest:
    @pytest.fixture
    def invited(self, frontline: Frontline, pump: Pump, ticket_id: str) -> str:
        frontline.acts.perform(
            AgentInvited(
                id="page:invite", ticket_id=ticket_id, occurred_at=frontline.clock(),
                agent_id="lan", via="page", address=QUANG,
            )
        )  # fmt: skip
        return GUEST

    @pytest.fixture
    def seen(self, frontline: Frontline, browser: Browser, ticket_id: str, invited: str) -> Answer:
        return opened(frontline, browser, ticket_id, invited)

    def test_he_sees_the_whole_story_and_one_form(self, seen: Answer) -> None:
        assert seen.status == 200
        assert "khiếu nại" in seen.text
        assert "Đã giao cho Lan" in seen.text
        assert re.findall(r'action="[^"]*/(\w+)"', seen.text) == ["note"]

    def test_asking_tells_him_what_the_link_does(
        self, frontline: Frontline, browser: Browser, ticket_id: str, invited: str
    ) -> None:
        asked = browser.get(link(frontline, ticket_id, invited))
        assert VIETNAMESE["page.what.open.guest"] in asked.text

    def test_his_note_stands_under_his_address(
        self, frontline: Frontline, browser: Browser, seen: Answer, ticket_id: str
    ) -> None:
        after = browser.follow(browser.submit(seen, "note", text="Kho còn hai bộ."))
        assert VIETNAMESE["flash.noted"] in after.text
        assert QUANG in after.text
        _, entries = frontline.tickets.with_timeline(ticket_id)
        assert (entries[-1].actor, entries[-1].text) == (f"agent:{GUEST}", "Kho còn hai bộ.")

    @pytest.mark.parametrize(
        "form", ["reply", "assign", "resolve", "acknowledge", "invite", "away", "capacity", "x"]
    )
    def test_he_can_do_nothing_else(
        self, frontline: Frontline, browser: Browser, seen: Answer, *, ticket_id: str, form: str
    ) -> None:
        before = frontline.tickets.with_timeline(ticket_id)
        action, hidden = form_of(seen, "note")
        fields = {**hidden, "text": "Dạ", "to": "agent:minh", "capacity": "1"}
        assert browser.post(action.replace("note", form), fields).status == 404
        assert frontline.tickets.with_timeline(ticket_id) == before

    def test_nobody_who_was_not_brought_in_is_let_in(
        self, frontline: Frontline, browser: Browser, ticket_id: str
    ) -> None:
        path = link(frontline, ticket_id, "guest:thu@hoamai.example")
        assert (browser.get(path).status, browser.post(path).status) == (403, 403)
        assert not browser.cookies

    def test_he_is_let_in_to_that_ticket_only(
        self, frontline: Frontline, browser: Browser, invited: str, customer_writes: Write
    ) -> None:
        other = customer_writes("xin chào", NAM)
        assert browser.post(link(frontline, other, invited)).status == 403

    def test_his_session_ends_when_the_desk_covers_his_address_no_more(
        self, frontline: Frontline, browser: Browser, seen: Answer, *, ticket_id: str,
        clock: FrozenClock,
    ) -> None:  # fmt: skip
        replace_desk(frontline, clock, routing={"guest_domains": ["kho.example"]})
        assert browser.get(browser.at).status == 403
        assert browser.get(link(frontline, ticket_id, GUEST, "n:2")).status == 403


class TestHours:
    @pytest.fixture
    def shop_hours(self, frontline: Frontline, clock: FrozenClock) -> None:
        week = {day: ["08:00-12:00", "13:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
        office = {
            "time_zone": "Asia/Ho_Chi_Minh",
            "week": {**week, "sat": ["22:00-02:00"]},
            "holidays": "VN",
            "exceptions": {"2026-11-25": [], "2026-11-29": ["08:00-10:00"], "2027-02-01": []},
        }
        calendars = {**DOCUMENT["calendars"], "office": office}
        teams = {**DOCUMENT["teams"], "care": {**DOCUMENT["teams"]["care"], "calendar": "office"}}
        replace_desk(frontline, clock, calendars=calendars, teams=teams)

    def test_everybody_may_read_when_the_teams_are_there(
        self, browser: Browser, shop_hours: None
    ) -> None:
        answer = browser.get("/hours")
        assert answer.status == 200
        for row in (
            "<dt>thứ Hai</dt><dd>08:00–12:00, 13:30–17:30</dd>",
            "<dt>thứ Bảy</dt><dd>22:00–02:00</dd>",
            "<dt>Chủ nhật</dt><dd>Nghỉ</dd>",
            "<dt>Chủ nhật</dt><dd>Cả ngày</dd>",
        ):
            assert row in answer.text
        assert "set-cookie" not in {name.lower() for name in answer.headers}

    def test_holidays_and_exceptions_of_the_next_days_are_told(
        self, browser: Browser, shop_hours: None
    ) -> None:
        special = browser.get("/hours").text.partition(VIETNAMESE["hours.unusual"])[2]
        rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", special.partition("</section>")[0])
        assert rows == [
            ("thứ Ba 24/11", "Nghỉ"),
            ("thứ Tư 25/11", "Nghỉ"),
            ("Chủ nhật 29/11", "08:00–10:00"),
        ]

    @pytest.mark.parametrize(
        ("query", "accepted", "title"),
        [
            ("", "", "Giờ làm việc"),
            ("", "en-GB,en;q=0.9,vi;q=0.8", "Opening hours"),
            ("", "fr-FR, vi;q=0.5, en;q=0.7", "Opening hours"),
            ("", "en;q=0, fr", "Giờ làm việc"),
            ("", "nonsense;;q=;,", "Giờ làm việc"),
            ("?lang=en", "vi", "Opening hours"),
            ("?lang=fr", "vi", "Giờ làm việc"),
        ],
    )
    def test_in_a_language_that_the_reader_knows(
        self, frontline: Frontline, browser: Browser, query: str, accepted: str, title: str
    ) -> None:
        answer = browser.get(f"/hours{query}", accept_language=accepted)
        assert f"<h1>{title}</h1>" in answer.text

    def test_it_may_be_kept_for_five_minutes_and_found(
        self, frontline: Frontline, browser: Browser
    ) -> None:
        answer = browser.get("/hours")
        assert answer.header("Cache-Control") == "public, max-age=300"
        assert answer.header("Vary") == "Accept-Language"
        assert "X-Robots-Tag" not in answer.headers
        assert "noindex" not in answer.text
        assert answer.header("Content-Security-Policy").startswith("default-src 'none'")

    def test_before_the_first_desk_it_says_so(self, frontline: Frontline, browser: Browser) -> None:
        frontline.client("dynamodb").delete_item(
            TableName=frontline.settings.table_name,
            Key={"pk": {"S": "DESK"}, "sk": {"S": "CURRENT"}},
        )
        assert browser.get("/hours").status == 503
