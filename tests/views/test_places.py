"""Where an answer appears is told before it is written."""

from dataclasses import replace

import pytest

from chalicelib.desk.decision import NotificationKind
from chalicelib.domain.contacts import Identity
from chalicelib.notify.wording import render_notification
from chalicelib.web.pages import Forms, ticket_page
from tests.views.samples import PRESENCE, TICKET, public_view, view

FORMS = Forms(action="/tickets/48219370", csrf="c" * 64, form_id="f-1")
PRIVATE = 'name="private"'


def mailed(of: object) -> str:
    return render_notification(NotificationKind.ASSIGNED, "vi", of).text  # type: ignore[arg-type]


def test_an_answer_for_everybody_is_called_so_in_mail_and_page() -> None:
    assert "công khai" in mailed(public_view())
    page = ticket_page(public_view(), FORMS, PRESENCE)
    assert "hiện công khai trên kênh Bình luận Facebook, ai cũng đọc được." in page
    assert ">Mở trang gốc</a>" in page
    assert PRIVATE in page


def test_an_answer_to_one_is_not() -> None:
    assert "công khai" not in mailed(view())
    page = ticket_page(view(), FORMS, PRESENCE)
    assert "công khai" not in page
    assert PRIVATE not in page


@pytest.mark.parametrize(("channel", "is_told"), [("aws_sms", True), ("zalo", False)])
def test_what_a_text_message_holds_is_told_where_it_costs(channel: str, is_told: bool) -> None:
    ticket = replace(TICKET, identity=Identity(channel, "hoa-mai", "1"))
    assert ("một tin SMS" in ticket_page(view(ticket=ticket), FORMS, PRESENCE)) is is_told


def test_where_only_people_answer_the_way_there_is_shown_and_no_form() -> None:
    elsewhere = public_view("tripadvisor")
    assert "https://www.tripadvisor.example/1" in mailed(elsewhere)
    page = ticket_page(elsewhere, FORMS, PRESENCE)
    assert 'href="https://www.tripadvisor.example/1"' in page
    assert 'name="text"' not in page.split('id="reply"')[1].split("</section>")[0]


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://x.example", "", None])
def test_only_a_real_address_opens(link: str | None) -> None:
    shown = view(ticket=replace(TICKET, permalink=link))
    assert shown.permalink == ""
