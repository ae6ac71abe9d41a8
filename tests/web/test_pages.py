import base64
import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contacts import Contact
from chalicelib.domain.tickets import Status
from chalicelib.web.pages import (
    SECURITY_HEADERS,
    Flash,
    Forms,
    Message,
    confirm_page,
    message_page,
    ticket_page,
)
from tests.views.markup import Markup
from tests.views.samples import OPENED, PHOTO, STORY, TICKET, entry, in_english, late_view, view

FORMS = Forms(action="/api/tickets/48219370", csrf="csrf-1", form_id="form-1")
ACTIONS = ["accept", "resolve", "open"]

EVERY_PAGE = [
    ticket_page(view(entries=STORY), FORMS),
    ticket_page(late_view(), FORMS, Flash.EMPTY, {"reply": "Dạ"}),
    ticket_page(in_english(entries=()), FORMS, Flash.REPLIED),
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
    html = ticket_page(view(), FORMS)
    markup = Markup(html)
    actions = [form["action"] for form in markup.all("form")]
    assert actions == [
        f"/api/tickets/48219370/{name}"
        for name in ("reply", "acknowledge", "resolve", "note", "assign")
    ]
    assert {form["method"] for form in markup.all("form")} == {"post"}
    assert html.count('name="csrf" value="csrf-1"') == len(actions)
    assert html.count('name="form_id" value="form-1"') == len(actions)


def test_a_resolved_ticket_can_be_reopened_and_nothing_else_is_decided() -> None:
    done = view(ticket=replace(TICKET, status=Status.RESOLVED, acknowledged_at=OPENED))
    actions = [str(form["action"]) for form in Markup(ticket_page(done, FORMS)).all("form")]
    assert [action.rpartition("/")[2] for action in actions] == ["reply", "reopen", "note"]


def test_an_accepted_ticket_is_not_to_be_accepted_again() -> None:
    accepted = view(ticket=replace(TICKET, acknowledged_at=OPENED))
    assert "/acknowledge" not in ticket_page(accepted, FORMS)


def test_a_ticket_goes_to_anybody_but_its_owner() -> None:
    options = [option["value"] for option in Markup(ticket_page(view(), FORMS)).all("option")]
    assert options == ["", "agent:minh", "agent:quang", "agent:thao", "team:cskh", "team:kho"]


@pytest.mark.parametrize(
    "told",
    [
        "Đã giao cho Lan – ít việc nhất trong 3 người",
        "Giải quyết xong: còn 19 giờ 36 phút",
        "Lan · Ghi chú · 14:14",
        "Lan · 14:17 · Đã xem",
        "Hình ảnh: ao-dai-nhan-duoc.jpg",
    ],
)
def test_a_ticket_tells_its_story_in_vietnamese(told: str) -> None:
    first, resolution = TICKET.timers
    ticket = replace(TICKET, timers=(replace(first, met_at=OPENED), resolution))
    assert told in Markup(ticket_page(view(ticket=ticket, entries=STORY), FORMS)).text


def test_an_english_agent_reads_english() -> None:
    text = Markup(ticket_page(in_english(entries=STORY), FORMS)).text
    for told in ("Assigned to Lan – least busy of 3", "First response: 36 minutes left", "Reply"):
        assert told in text


def test_an_attachment_is_linked_without_telling_where_from() -> None:
    markup = Markup(ticket_page(view(), FORMS))
    (link,) = [link for link in markup.all("a") if link["href"] == PHOTO.url]
    assert link["rel"] == "noopener noreferrer"


def test_what_was_typed_is_not_lost() -> None:
    html = ticket_page(view(), FORMS, Flash.CONFLICT, {"reply": "Dạ </textarea><b>", "note": "gấp"})
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
    for html in (ticket_page(seen, FORMS), confirm_page("accept", seen)):
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
