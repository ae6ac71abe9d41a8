import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contacts import Contact
from chalicelib.domain.tickets import Status
from chalicelib.views.hours import team_hours
from chalicelib.views.presence import Standing
from chalicelib.views.ticket import TicketView, Viewer
from chalicelib.web.headers import SECURITY_HEADERS
from chalicelib.web.outcomes import Flash, Message
from chalicelib.web.pages import (
    Forms,
    confirm_page,
    guest_page,
    hours_page,
    message_page,
    ticket_page,
)
from tests.desk.factory import factory
from tests.views.markup import Markup
from tests.views.samples import (
    NOW,
    OPENED,
    PHOTO,
    PRESENCE,
    STORY,
    TICKET,
    entry,
    in_english,
    late_view,
    view,
)

FORMS = Forms(action="/api/tickets/48219370", csrf="csrf-1", form_id="form-1")
ACTIONS = ["accept", "resolve", "open"]
GUEST = Viewer(agent_id="guest:quang@hoamai.example", name="quang", language="vi")


def page(
    seen: TicketView, flash: Flash | None = None, draft: Mapping[str, str] | None = None
) -> str:
    return ticket_page(seen, FORMS, PRESENCE, flash, draft)


EVERY_PAGE = [
    page(view(entries=STORY)),
    page(late_view(), Flash.EMPTY, {"reply.text": "Dạ"}),
    page(in_english(entries=()), Flash.REPLIED),
    guest_page(view(viewer=GUEST, entries=STORY), FORMS),
    guest_page(view(viewer=GUEST), FORMS, Flash.EMPTY, {"note.text": "Dạ"}),
    *(hours_page(team_hours(factory(), lang, NOW), lang, "Hoa Mai") for lang in ("vi", "en")),
    *(confirm_page(action, view()) for action in ACTIONS),
    *(message_page(message) for message in Message),
    message_page(Message.USED, "en", "Hoa Mai"),
]


@pytest.mark.parametrize("html", EVERY_PAGE)
def test_every_page_is_well_formed_and_stands_alone(html: str) -> None:
    markup = Markup(html)
    assert markup.opened == []
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in markup.elements}
    assert not [a for _, attributes in markup.elements for a in attributes if a == "style"]
    assert markup.all("html")[0]["lang"] in ("vi", "en")
    assert len(markup.all("h1")) == len(markup.all("main")) == 1


@pytest.mark.parametrize("html", EVERY_PAGE)
def test_the_policy_allows_the_one_style_sheet_of_every_page(html: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    allowed = SECURITY_HEADERS["Content-Security-Policy"]
    assert f"style-src 'sha256-{digest}'" in allowed
    assert "default-src 'none'" in allowed


@pytest.mark.parametrize("html", EVERY_PAGE)
def test_every_field_has_a_label(html: str) -> None:
    markup = Markup(html)
    labelled = {label["for"] for label in markup.all("label")}
    fields = [*markup.all("textarea"), *markup.all("select"), *markup.all("input")]
    assert all(field.get("type") == "hidden" or field["id"] in labelled for field in fields)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_link_opens_a_page_with_one_button_that_posts(action: str) -> None:
    markup = Markup(confirm_page(action, view(), "csrf-1"))
    assert markup.all("form") == [{"method": "post"}]
    assert len(markup.all("button")) == 1
    assert markup.all("input") == [{"type": "hidden", "name": "csrf", "value": "csrf-1"}]
    assert markup.addresses == set()
    assert "4821-9370" in markup.text
    assert "Thứ Bảy này mình cần mặc rồi" in markup.text


def test_every_form_of_a_ticket_is_proven_and_done_once() -> None:
    html = page(view())
    markup = Markup(html)
    actions = [form["action"] for form in markup.all("form")]
    assert actions == [
        f"/api/tickets/48219370/{name}"
        for name in (
            *("reply", "acknowledge", "resolve", "note", "assign", "pend", "change", "invite"),
            *("merge", "away", "capacity"),
        )
    ]
    assert {form["method"] for form in markup.all("form")} == {"post"}
    assert html.count('name="csrf" value="csrf-1"') == len(actions)
    assert html.count('name="form_id" value="form-1"') == len(actions)


def test_a_resolved_ticket_can_be_reopened_and_nothing_else_is_decided() -> None:
    done = view(ticket=replace(TICKET, status=Status.RESOLVED, acknowledged_at=OPENED))
    actions = [str(form["action"]) for form in Markup(page(done)).all("form")]
    names = [action.rpartition("/")[2] for action in actions]
    assert names == ["reply", "reopen", "note", "away", "capacity"]


def test_an_accepted_ticket_is_not_to_be_accepted_again() -> None:
    accepted = view(ticket=replace(TICKET, acknowledged_at=OPENED))
    assert "/acknowledge" not in page(accepted)


def form_values(html: str, form: str, tag: str) -> list[str]:
    """Return the values that a form of a page offers."""
    found = re.search(rf'<form method="post" action="[^"]*/{form}".*?</form>', html, re.DOTALL)
    assert found
    return [str(each["value"]) for each in Markup(found[0]).all(tag) if "value" in each]


def test_a_ticket_goes_to_anybody_but_its_owner_the_next_level_first() -> None:
    options = form_values(page(view(next_level="kho")), "assign", "option")
    teams, people = ["team:kho", "team:cskh"], ["agent:minh", "agent:quang", "agent:thao"]
    assert options == ["", *teams, *people]
    assert "Kho &amp; giao hàng (cấp trên)" in page(view(next_level="kho"))


def test_what_a_ticket_is_may_be_changed_to_anything_else() -> None:
    options = form_values(page(view()), "change", "option")
    assert options == ["", "advice", "", "low", "normal", "urgent"]


def test_a_ticket_waits_as_long_as_one_tap_says() -> None:
    assert form_values(page(view()), "pend", "button") == ["1h", "4h", "tomorrow", ""]


@pytest.mark.parametrize(
    ("standing", "offered"),
    [(Standing.HERE, "away"), (Standing.OFF, "away"), (Standing.AWAY, "back")],
)
def test_an_agent_sees_how_he_stands_and_may_change_it(standing: Standing, offered: str) -> None:
    here = replace(PRESENCE, standing=standing, own_capacity=2, capacity=2)
    html = ticket_page(view(), FORMS, here)
    actions = [str(form["action"]).rpartition("/")[2] for form in Markup(html).all("form")]
    assert [name for name in actions if name in ("away", "back")] == [offered]
    assert "3/2 yêu cầu" in Markup(html).text
    assert 'value="2"' in html
    assert "Để trống: theo quy định (5)" in html


def test_what_few_tickets_have_stands_among_the_facts() -> None:
    ticket = replace(
        TICKET,
        product="Áo dài cưới",
        tier="vip",
        callback="+84900000123",
        guests=("quang@hoamai.example",),
        wake_at=NOW,
        merged_into="48219371",
    )
    html = page(view(ticket=ticket))
    for label, told in (
        ("Sản phẩm", "Áo dài cưới"),
        ("Hạng khách", "vip"),
        ("Gọi lại", "+84900000123"),
        ("Người hỗ trợ", "quang@hoamai.example"),
        ("Chờ đến", "13:54 hôm nay, thứ Ba 24/11"),
        ("Đã gộp vào", "4821-9371"),
    ):
        assert f"<dt>{label}</dt><dd><bdi>{told}</bdi></dd>" in html
    asked = replace(TICKET, callback="asked")
    assert "muốn được gọi lại" in page(view(ticket=asked))
    assert "Gọi lại" not in page(view())


def test_the_note_form_tells_by_which_ids_colleagues_are_called() -> None:
    assert "báo cho đồng nghiệp: @minh @quang @thao" in Markup(page(view())).text


def test_a_guest_sees_the_whole_story_and_leaves_notes_and_nothing_else() -> None:
    html = guest_page(view(viewer=GUEST, entries=STORY), FORMS)
    markup = Markup(html)
    assert [form["action"] for form in markup.all("form")] == ["/api/tickets/48219370/note"]
    assert "ít việc nhất trong 3 người" in markup.text
    assert markup.all("aside") == []
    assert markup.all("select") == []


def test_a_refused_form_is_open_with_what_was_typed() -> None:
    html = page(view(), Flash.ADDRESS, {"invite.address": "x@y.vn", "invite.text": "giúp mình"})
    assert html.count('<details class="card" open>') == 1
    assert 'value="x@y.vn"' in html
    assert "giúp mình</textarea>" in html


@pytest.mark.parametrize(
    "told",
    [
        "Đã giao cho Lan – ít việc nhất trong 3 người",
        "Giải quyết: còn 19 giờ 36 phút",
        "đã đạt lúc 13:30 hạn 14:30 hôm nay, thứ Ba 24/11",
        "Lan · Ghi chú · 14:14",
        "Lan · 14:17 · Đã xem",
        "Hình ảnh: ao-dai-nhan-duoc.jpg",
    ],
)
def test_a_ticket_tells_its_story_in_vietnamese(told: str) -> None:
    first, resolution = TICKET.timers
    ticket = replace(TICKET, timers=(replace(first, met_at=OPENED), resolution))
    assert told in Markup(page(view(ticket=ticket, entries=STORY))).text


def test_an_english_agent_reads_english() -> None:
    text = Markup(page(in_english(entries=STORY))).text
    for told in ("Assigned to Lan – least busy of 3", "First response: 36 minutes left", "Reply"):
        assert told in text


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (late_view(), "Đã quá hạn trả lời đầu tiên 12 phút"),
        (in_english(now=OPENED + timedelta(hours=1)), "First response is just now overdue"),
    ],
)
def test_what_is_late_does_not_read_as_done(seen: TicketView, told: str) -> None:
    assert told in Markup(page(seen)).text


@pytest.mark.parametrize(("language", "told"), [("vi", "Giờ Việt Nam"), ("en", "Vietnam time")])
def test_opening_hours_are_those_of_the_whole_country(language: str, told: str) -> None:
    hours = team_hours(factory(), language, NOW)
    assert told in Markup(hours_page(hours, language, "Hoa Mai")).text


def test_opening_hours_elsewhere_are_those_of_a_city() -> None:
    hours = [replace(each, zone="New York") for each in team_hours(factory(), "vi", NOW)]
    assert "Giờ New York" in Markup(hours_page(hours, "vi", "Hoa Mai")).text


def test_who_was_considered_unfolds_below_the_assignment() -> None:
    html = page(view())
    assert "Lan 1/5; Minh 2/5; Thảo (trưởng nhóm) vắng mặt; Quang 4/5</details>" in html


def test_an_attachment_is_linked_without_telling_where_from() -> None:
    markup = Markup(page(view()))
    (link,) = [link for link in markup.all("a") if link["href"] == PHOTO.url]
    assert link["rel"] == "noopener noreferrer"


def test_what_was_typed_is_not_lost() -> None:
    html = page(
        view(),
        Flash.CONFLICT,
        {"reply.text": "Dạ </textarea><b>", "note.text": "gấp"},
    )
    assert "Dạ &lt;/textarea&gt;&lt;b&gt;</textarea>" in html
    assert '<details class="card" open>' in html
    assert 'role="alert"' in html


@given(st.text(max_size=80), st.text(max_size=80))
def test_hostile_words_stay_words(name: str, said: str) -> None:
    word = f"{name}<script>x</script>\"'>{said}"
    seen = view(
        contact=Contact(
            id="c", identities=(), created_at=OPENED, name=word, phone=word, email=word
        ),
        ticket=replace(TICKET, subject=word),
        entries=(
            entry(1, 0, "message.received", "customer", word),
            entry(2, 1, "ticket.moved", "agent:minh", detail={"team": "kho", "reason": word}),
        ),
    )
    for html in (page(seen), confirm_page("accept", seen)):
        markup = Markup(html)
        assert markup.opened == []
        assert "script" not in {tag for tag, _ in markup.elements}


@pytest.mark.parametrize("message", Message)
def test_who_is_unknown_reads_both_languages_vietnamese_first(message: Message) -> None:
    text = Markup(message_page(message)).text
    both, one = text, Markup(message_page(message, "en")).text
    assert one.split(" ")[0] != both.split(" ")[0]
    assert len(both) > len(one)


def test_pages_are_neither_kept_nor_framed_nor_found() -> None:
    assert SECURITY_HEADERS["Cache-Control"] == "no-store"
    assert SECURITY_HEADERS["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in SECURITY_HEADERS["Content-Security-Policy"]
