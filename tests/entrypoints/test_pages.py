"""Links and pages: asked before done, done once, and only by whom the link was meant for."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.bootstrap import Frontline
from chalicelib.domain.messages import Attachment, AttachmentKind
from chalicelib.domain.tickets import Status
from chalicelib.notify.links import LINK_AGE, Action, Link, LinkSigner
from chalicelib.store.links import REMEMBERED
from chalicelib.views.vietnamese import VIETNAMESE
from chalicelib.views.words import words
from chalicelib.web.headers import SECURITY_HEADERS
from tests.aws import TABLE
from tests.conftest import FrozenClock
from tests.desk.events import NAM
from tests.desks import DOCUMENT, shop
from tests.entrypoints.browser import FORM, Browser, form_of
from tests.entrypoints.caller import Answer
from tests.entrypoints.conftest import Write


@pytest.fixture
def ticket_id(customer_writes: Write) -> str:
    return customer_writes("Tôi muốn khiếu nại đơn hàng")


@pytest.fixture
def owner(frontline: Frontline, ticket_id: str) -> str:
    assignee = frontline.tickets.get(ticket_id).assignee_id
    assert assignee
    return assignee


@pytest.fixture
def browser() -> Browser:
    return Browser()


def link(
    frontline: Frontline, ticket_id: str, agent_id: str, action: Action, nonce: str = "n:1"
) -> str:
    link = Link(ticket_id=ticket_id, agent_id=agent_id, action=action, nonce=f"{nonce}:{action}")
    return f"/links/{LinkSigner(frontline.signing_keys()).sign(link, frontline.clock())}"


@pytest.fixture
def page(frontline: Frontline, browser: Browser, ticket_id: str, owner: str) -> Answer:
    """The ticket's page, opened by the link of its owner."""
    opened = browser.post(link(frontline, ticket_id, owner, Action.OPEN))
    return browser.follow(opened)


class TestLinks:
    @pytest.mark.parametrize("action", list(Action))
    def test_asking_does_nothing_however_often(
        self, frontline: Frontline, browser: Browser, ticket_id: str, owner: str, action: Action
    ) -> None:
        before = frontline.tickets.with_timeline(ticket_id)
        for _ in range(3):
            answer = browser.get(link(frontline, ticket_id, owner, action))
            assert answer.status == 200
            assert "<form" in answer.text
        assert frontline.tickets.with_timeline(ticket_id) == before
        assert not browser.cookies

    def test_accepting_is_done_by_the_button_and_opens_the_ticket(
        self, frontline: Frontline, browser: Browser, ticket_id: str, owner: str
    ) -> None:
        done = browser.post(link(frontline, ticket_id, owner, Action.ACCEPT))
        ticket = frontline.tickets.get(ticket_id)
        assert (done.status, ticket.assignee_id) == (200, owner)
        assert ticket.acknowledged_at == frontline.clock()
        onward = done.header("Refresh").partition("url=")[2]
        assert browser.get(onward).status == 200

    def test_a_colleague_who_accepts_takes_it_over(
        self, frontline: Frontline, browser: Browser, ticket_id: str
    ) -> None:
        browser.post(link(frontline, ticket_id, "tuan", Action.ACCEPT))
        assert frontline.tickets.get(ticket_id).assignee_id == "tuan"

    def test_resolving_is_done_by_the_button(
        self, frontline: Frontline, browser: Browser, ticket_id: str, owner: str
    ) -> None:
        assert browser.post(link(frontline, ticket_id, owner, Action.RESOLVE)).status == 200
        assert frontline.tickets.get(ticket_id).status is Status.RESOLVED

    def test_opening_leads_to_the_ticket(self, page: Answer) -> None:
        assert page.status == 200
        assert "khiếu nại" in page.text

    @pytest.mark.parametrize("action", list(Action))
    def test_a_link_is_used_once(
        self, frontline: Frontline, ticket_id: str, owner: str, action: Action
    ) -> None:
        path = link(frontline, ticket_id, owner, action)
        assert Browser().post(path).status in (200, 303)
        before = frontline.tickets.with_timeline(ticket_id)
        thief = Browser()
        again = thief.post(path)
        language = frontline.desk().agents[owner].language
        assert again.status == 409
        assert words(language)["message.used.title"] in again.text
        assert not thief.cookies
        assert frontline.tickets.with_timeline(ticket_id) == before

    @pytest.mark.parametrize("action", list(Action))
    def test_a_used_link_leads_on_to_the_ticket_where_it_was_used(
        self, frontline: Frontline, browser: Browser, ticket_id: str, owner: str, action: Action
    ) -> None:
        path = link(frontline, ticket_id, owner, action)
        browser.post(path)
        for again in (browser.get(path), browser.post(path)):
            assert (again.status, "<form" in again.text) == (409, False)
            (onward,) = re.findall(r'<a [^>]*href="([^"]+)"', again.text)
            assert browser.get(onward).status == 200
            browser.at = f"/api{path}"
            assert Browser(at=browser.at).get(onward).status == 403

    def test_links_of_one_mail_are_used_apart(
        self, frontline: Frontline, browser: Browser, ticket_id: str, owner: str
    ) -> None:
        for action in (Action.OPEN, Action.ACCEPT, Action.RESOLVE):
            answer = browser.post(link(frontline, ticket_id, owner, action))
            assert answer.status in (200, 303)

    def test_an_old_link_says_so(
        self,
        frontline: Frontline,
        browser: Browser,
        ticket_id: str,
        owner: str,
        clock: FrozenClock,
    ) -> None:
        path = link(frontline, ticket_id, owner, Action.ACCEPT)
        clock.tick(days=8)
        for answer in (browser.get(path), browser.post(path)):
            assert (answer.status, "hết hạn" in answer.text) == (403, True)
        assert frontline.tickets.get(ticket_id).acknowledged_at is None

    @pytest.mark.parametrize("change", ["x", "", "."])
    def test_a_link_that_was_tampered_with_does_nothing(
        self,
        frontline: Frontline,
        browser: Browser,
        ticket_id: str,
        owner: str,
        change: str,
    ) -> None:
        path = link(frontline, ticket_id, owner, Action.ACCEPT)
        bent = f"{path[:-1]}{change}" if change else path[: len(path) // 2]
        assert browser.post(bent).status == 403
        assert frontline.tickets.get(ticket_id).acknowledged_at is None

    def test_the_link_of_somebody_who_left_does_nothing(
        self, frontline: Frontline, browser: Browser, ticket_id: str, owner: str, clock: FrozenClock
    ) -> None:
        path = link(frontline, ticket_id, "gone", Action.ACCEPT)
        assert (browser.get(path).status, browser.post(path).status) == (403, 403)
        assert frontline.tickets.get(ticket_id).assignee_id == owner

    def test_a_resolved_ticket_is_not_accepted(
        self, frontline: Frontline, browser: Browser, ticket_id: str, owner: str
    ) -> None:
        browser.post(link(frontline, ticket_id, owner, Action.RESOLVE))
        assert browser.post(link(frontline, ticket_id, owner, Action.ACCEPT)).status == 409

    def test_a_ticket_that_is_not_there_is_a_404(
        self, frontline: Frontline, browser: Browser, owner: str
    ) -> None:
        assert browser.get(link(frontline, "00000000", owner, Action.OPEN)).status == 404


class TestSession:
    def test_the_cookie_is_for_this_ticket_and_no_script(
        self, frontline: Frontline, ticket_id: str, owner: str
    ) -> None:
        opened = Browser().post(
            link(frontline, ticket_id, owner, Action.OPEN), x_forwarded_proto="https"
        )
        name, *attributes = opened.header("Set-Cookie").split("; ")
        assert name.startswith(f"frontline_{ticket_id}=")
        assert set(attributes) == {
            f"Path=/api/pages/tickets/{ticket_id}",
            "Max-Age=43200",
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
        }

    def test_a_page_without_a_session_sends_one_to_the_mail(
        self, frontline: Frontline, ticket_id: str
    ) -> None:
        answer = Browser().get(f"/pages/tickets/{ticket_id}")
        assert answer.status == 403
        assert "khiếu nại" not in answer.text

    def test_a_session_ends(
        self, browser: Browser, page: Answer, clock: FrozenClock, ticket_id: str
    ) -> None:
        clock.tick(hours=13)
        assert browser.get(browser.at).status == 403

    def test_a_session_is_good_for_its_own_ticket_only(
        self, frontline: Frontline, browser: Browser, page: Answer, customer_writes: Write
    ) -> None:
        other = customer_writes("xin chào", NAM)
        (token,) = browser.cookies.values()
        forged = Browser(cookies={(f"frontline_{other}", "/"): token})
        assert forged.get(f"/pages/tickets/{other}").status == 403

    def test_a_link_token_is_no_session(
        self, frontline: Frontline, ticket_id: str, owner: str
    ) -> None:
        token = link(frontline, ticket_id, owner, Action.OPEN).rpartition("/")[2]
        forged = Browser(cookies={(f"frontline_{ticket_id}", "/"): token})
        assert forged.get(f"/pages/tickets/{ticket_id}").status == 403

    def test_who_left_has_no_session_any_more(
        self, frontline: Frontline, ticket_id: str, browser: Browser, clock: FrozenClock
    ) -> None:
        opened = browser.post(link(frontline, ticket_id, "tuan", Action.OPEN))
        assert browser.follow(opened).status == 200
        agents = {name: agent for name, agent in DOCUMENT["agents"].items() if name != "tuan"}
        teams = {**DOCUMENT["teams"], "tech": {**DOCUMENT["teams"]["tech"], "members": []}}
        frontline.desks.put(
            shop(agents=agents, teams=teams), source="", by="t", now=clock(), expected_version=1
        )
        clock.tick(seconds=30)
        assert browser.get(browser.at).status == 403

    def test_two_tickets_are_open_side_by_side(
        self,
        frontline: Frontline,
        browser: Browser,
        page: Answer,
        *,
        ticket_id: str,
        owner: str,
        customer_writes: Write,
    ) -> None:
        other = customer_writes("xin chào", NAM)
        browser.post(link(frontline, other, owner, Action.OPEN, "n:2"))
        for each in (ticket_id, other):
            assert browser.get(f"/pages/tickets/{each}").status == 200


class TestForms:
    def test_a_reply_goes_to_the_customer(
        self, frontline: Frontline, browser: Browser, page: Answer, ticket_id: str, owner: str
    ) -> None:
        sent = browser.submit(page, "reply", text="Dạ shop xin lỗi\r\nchị Mai ạ")
        assert (sent.status, sent.header("Location")) == (303, f"../{ticket_id}?flash=replied")
        _, entries = frontline.tickets.with_timeline(ticket_id)
        said = next(entry for entry in entries if entry.actor == f"agent:{owner}" and entry.text)
        assert (said.type, said.text) == ("message.sent", "Dạ shop xin lỗi\nchị Mai ạ")
        after = browser.follow(sent)
        assert "chị Mai ạ" in after.text
        assert VIETNAMESE["flash.replied"] in after.text

    def test_a_reply_to_the_customer_alone_says_so(
        self, frontline: Frontline, browser: Browser, page: Answer, ticket_id: str
    ) -> None:
        assert browser.submit(page, "reply", text="Dạ", private="1").status == 303
        replies = [
            item["data"]["S"]
            for item in frontline.client("dynamodb").scan(TableName=TABLE)["Items"]
            if item.get("type") == {"S": "agent.replied"}
        ]
        assert [json.loads(each)["surface"] for each in replies] == ["direct"]

    def test_a_note_is_kept(
        self, frontline: Frontline, browser: Browser, page: Answer, ticket_id: str
    ) -> None:
        assert browser.submit(page, "note", text="khách quen").status == 303
        _, entries = frontline.tickets.with_timeline(ticket_id)
        assert [entry.text for entry in entries if entry.type == "note.added"] == ["khách quen"]

    def test_a_ticket_is_accepted_resolved_and_reopened(
        self, frontline: Frontline, browser: Browser, page: Answer, ticket_id: str
    ) -> None:
        page = browser.follow(browser.submit(page, "acknowledge"))
        assert frontline.tickets.get(ticket_id).acknowledged_at
        page = browser.follow(browser.submit(page, "resolve"))
        assert frontline.tickets.get(ticket_id).status is Status.RESOLVED
        page = browser.follow(browser.submit(page, "reopen"))
        assert frontline.tickets.get(ticket_id).status is Status.OPEN
        assert page.status == 200

    @pytest.mark.parametrize(("to", "team"), [("agent:tuan", "care"), ("team:tech", "tech")])
    def test_a_ticket_is_handed_over(
        self,
        frontline: Frontline,
        browser: Browser,
        page: Answer,
        *,
        ticket_id: str,
        to: str,
        team: str,
    ) -> None:
        assert browser.submit(page, "assign", to=to, reason="rành máy").status == 303
        ticket = frontline.tickets.get(ticket_id)
        assert ticket.team_id == team

    def test_the_same_form_sent_twice_is_one_act(
        self, frontline: Frontline, browser: Browser, page: Answer, ticket_id: str
    ) -> None:
        at = browser.at
        for flash in ("replied", "repeated"):
            browser.at = at
            sent = browser.submit(page, "reply", text="Dạ")
            assert sent.header("Location").endswith(f"flash={flash}")
        _, entries = frontline.tickets.with_timeline(ticket_id)
        assert [entry.text for entry in entries].count("Dạ") == 1

    def test_other_words_in_a_form_sent_before_are_given_back(
        self, browser: Browser, page: Answer
    ) -> None:
        at = browser.at
        browser.submit(page, "reply", text="Dạ")
        browser.at = at
        again = browser.submit(page, "reply", text="Dạ vâng, thêm nữa")
        assert (again.status, "Dạ vâng, thêm nữa</textarea>" in again.text) == (409, True)
        assert browser.submit(again, "reply", text="Dạ vâng, thêm nữa").status == 303

    @pytest.mark.parametrize(
        ("form", "typed", "kept"),
        [
            ("reply", {"text": " \r\n "}, ""),
            ("reply", {"text": "dài" * 4_000}, "dài" * 4_000),
            ("note", {"text": ""}, ""),
            ("assign", {"to": "", "reason": "vì bận"}, "vì bận"),
            ("assign", {"to": "boss:lan", "reason": "vì bận"}, "vì bận"),
            ("assign", {"to": "agent:lan", "reason": "x" * 301}, "x" * 301),
        ],
    )
    def test_what_can_not_be_sent_is_given_back_to_mend(
        self,
        frontline: Frontline,
        browser: Browser,
        page: Answer,
        *,
        ticket_id: str,
        form: str,
        typed: dict[str, str],
        kept: str,
    ) -> None:
        before = frontline.tickets.with_timeline(ticket_id)
        answer = browser.submit(page, form, **typed)
        assert (answer.status, kept in answer.text) == (400, True)
        assert frontline.tickets.with_timeline(ticket_id) == before
        mended = {"text": "Dạ", "to": "agent:hoa", "reason": ""}
        assert browser.submit(answer, form, **mended).status == 303

    def test_an_agent_nobody_knows_gets_nothing(
        self, frontline: Frontline, browser: Browser, page: Answer, ticket_id: str, owner: str
    ) -> None:
        assert browser.submit(page, "assign", to="agent:nam").status == 409
        assert frontline.tickets.get(ticket_id).assignee_id == owner

    @pytest.mark.parametrize("csrf", [None, "", "0" * 64, "không"])
    def test_a_form_from_elsewhere_does_nothing(
        self,
        frontline: Frontline,
        browser: Browser,
        page: Answer,
        ticket_id: str,
        csrf: str | None,
    ) -> None:
        before = frontline.tickets.with_timeline(ticket_id)
        action, hidden = form_of(page, "resolve")
        forged = {"form_id": hidden["form_id"], **({} if csrf is None else {"csrf": csrf})}
        assert browser.post(action, forged).status == 403
        assert frontline.tickets.with_timeline(ticket_id) == before

    @pytest.mark.parametrize(
        ("form", "form_id", "status"),
        [("explode", None, 404), ("reply", "", 404), ("reply", "x", 404), ("reply", None, 303)],
    )
    def test_only_forms_of_ours_are_read(
        self, browser: Browser, page: Answer, form: str, form_id: str | None, status: int
    ) -> None:
        action, hidden = form_of(page, "reply")
        fields = {**hidden, "text": "Dạ"}
        if form_id is not None:
            fields["form_id"] = form_id
        assert browser.post(action.replace("reply", form), fields).status == status

    def test_what_is_no_form_is_refused(self, browser: Browser, page: Answer) -> None:
        action, hidden = form_of(page, "reply")
        at = browser.at
        assert browser.post(action, hidden, content_type="application/json").status == 415
        browser.at = at
        many = {**hidden, **{f"f{number}": "" for number in range(50)}}
        assert browser.post(action, many).status == 400
        browser.at = at
        assert browser.post(action, {**hidden, "text": "a" * 300_000}).status == 413
        browser.at = at
        upper = FORM.upper() + "; charset=UTF-8"
        assert browser.post(action, {**hidden, "text": "Dạ"}, content_type=upper).status == 303


def test_a_file_of_ours_is_linked(
    frontline: Frontline, browser: Browser, customer_writes: Write
) -> None:
    photo = Attachment(kind=AttachmentKind.IMAGE, name="bình.jpg", key="attachments/1/a.jpg")
    ticket_id = customer_writes("ảnh đây", attachments=(photo,))
    opened = browser.post(link(frontline, ticket_id, "lan", Action.OPEN))
    assert "attachments/1/a.jpg?" in browser.follow(opened).text


def test_words_of_a_customer_stay_words(
    frontline: Frontline, browser: Browser, customer_writes: Write
) -> None:
    ticket_id = customer_writes("<script>alert(1)</script>")
    opened = browser.post(link(frontline, ticket_id, "lan", Action.OPEN))
    assert "<script>" not in browser.follow(opened).text


def test_every_page_is_guarded(
    frontline: Frontline, browser: Browser, ticket_id: str, owner: str
) -> None:
    path = link(frontline, ticket_id, owner, Action.OPEN)
    asked = browser.get(path)
    opened = browser.post(path)
    for answer in (
        asked,
        opened,
        browser.follow(opened),
        browser.get("/links/x"),
        browser.get("/pages/tickets/1"),
    ):
        assert answer.headers.items() >= SECURITY_HEADERS.items()


@pytest.mark.parametrize("public_url", ["", "https://help.example", "https://help.example/desk/"])
def test_the_path_of_the_stage_stands_before_everything(
    frontline: Frontline, ticket_id: str, owner: str, public_url: str
) -> None:
    """A browser sees a longer path than the routes: redirects, forms and cookies still meet."""
    frontline.settings = replace(frontline.settings, public_url=public_url)
    stage = public_url.removeprefix("https://help.example").rstrip("/") or ""
    if not public_url:
        stage = "/restapis/abc/api/_user_request_"
    browser = Browser(stage=stage)
    opened = browser.post(link(frontline, ticket_id, owner, Action.OPEN))
    page = browser.follow(opened)
    assert page.status == 200
    back = browser.follow(browser.submit(page, "note", text="đã gọi"))
    assert "đã gọi" in back.text


def test_a_fault_of_ours_is_a_friendly_page(
    frontline: Frontline, browser: Browser, page: Answer
) -> None:
    frontline.client("dynamodb").delete_table(TableName=frontline.settings.table_name)
    frontline.desk.stored()
    answer = browser.get(browser.at)
    assert (answer.status, "Traceback" in answer.text) == (503, False)


def test_a_link_is_good_for_a_week() -> None:
    assert timedelta(days=7) == LINK_AGE < REMEMBERED
