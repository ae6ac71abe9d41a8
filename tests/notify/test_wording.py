import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.desk.decision import NotificationKind
from chalicelib.domain.contacts import Contact
from chalicelib.domain.tickets import Metric, Timer
from chalicelib.notify.mails import Refusal, notification_mail, refusal_mail
from chalicelib.notify.wording import (
    MARKER,
    MARKER_CLASS,
    TEXT_SHOWN,
    as_json,
    render_notification,
    slack_text,
    sms_text,
)
from chalicelib.views.ticket import TicketView, Viewer
from chalicelib.views.words import words
from tests.views.markup import Markup
from tests.views.samples import (
    LINKS,
    NOW,
    OPENED,
    STORY,
    TICKET,
    entry,
    guest_view,
    in_english,
    late_view,
    view,
)

ASSIGNED = NotificationKind.ASSIGNED
LANGUAGES = ["vi", "en"]
FOOTERS = ("mail.how_to_reply", "mail.how_to_reply.closed")
SENDER, RECIPIENT = "Hỗ trợ <desk@hoamai.example>", "lan@hoamai.example"
REPLY_TO = "reply+2qbn7rhkmvhyg5bcuzspns7m@reply.hoamai.example"

every_kind = pytest.mark.parametrize("kind", NotificationKind)
both_languages = pytest.mark.parametrize("language", LANGUAGES)
nasty = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "x\r\nBcc: everybody@example.com",
        "a\u2028Bcc: b@example.com\n\n<html>",
        "{{ 7*7 }}{% raw %}",
        "{agent}{0}",
        "=?utf-8?q?=0D=0ABcc:_x?=",
        "\x00\x1b[31m",
        '"><img src=x onerror=alert(1)>',
        "Nguyễn, Thị <a@b.example>;",
    ]
)


def mime(kind: NotificationKind, seen: TicketView, **changes: str) -> EmailMessage:
    people = {"sender": SENDER, "recipient": RECIPIENT, "reply_to": REPLY_TO, **changes}
    return parsed(notification_mail(kind, seen, **people).mime)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def bodies(message: EmailMessage) -> tuple[str, str]:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


@every_kind
@both_languages
@pytest.mark.parametrize("seen", [view(), late_view(), view(entries=()), view(links={})])
def test_every_mail_can_be_written_and_is_well_formed(
    kind: NotificationKind, language: str, seen: TicketView
) -> None:
    mail = render_notification(kind, language, seen)
    markup = Markup(mail.html)
    assert markup.opened == []
    assert mail.text.startswith(MARKER)
    assert markup.text.count(MARKER) == 1
    assert MARKER_CLASS in [attributes.get("class") for attributes in markup.all("div")]


@every_kind
def test_every_mail_offers_its_links_and_loads_nothing(kind: NotificationKind) -> None:
    mail = render_notification(kind, "vi", view(entries=()))
    assert Markup(mail.html).addresses == set(LINKS.values())
    assert all(url in mail.text for url in LINKS.values())


def test_an_agent_reads_who_waits_where_and_until_when() -> None:
    text = render_notification(ASSIGNED, "vi", view()).text
    for told in (
        "Lan ơi, bạn có yêu cầu mới từ Nguyễn Thị Minh Ánh",
        "Khách hàng: Nguyễn Thị Minh Ánh (Zalo)",
        "Loại yêu cầu: Khiếu nại đơn hàng",
        "Trả lời đầu tiên: 14:30 hôm nay, thứ Ba 24/11 (còn 36 phút)",
        "mà nhận được màu đỏ đô.",
        "[Hình ảnh: ao-dai-nhan-duoc.jpg]",
        "Trả lời email này là trả lời thẳng cho khách qua Zalo.",
    ):
        assert told in text


@pytest.mark.parametrize(
    ("kind", "vietnamese", "english"),
    [
        (
            "breached",
            "Đã quá hạn trả lời đầu tiên 12 phút\nHạn là 14:30 hôm nay, thứ Ba 24/11. "
            "Bạn trả lời khách ngay giúp mình nhé.",
            "First response is 12 minutes overdue\nIt was due 14:30 today, Tue 24 Nov. "
            "Please answer the customer now.",
        ),
        (
            "escalated",
            "Yêu cầu của Lan – đã quá hạn trả lời đầu tiên 12 phút",
            "Lan's ticket – first response is 12 minutes overdue",
        ),
    ],
)
def test_a_late_mail_says_what_is_late_and_by_how_much(
    kind: NotificationKind, vietnamese: str, english: str
) -> None:
    assert vietnamese in render_notification(NotificationKind(kind), "vi", late_view()).text
    assert english in render_notification(NotificationKind(kind), "en", late_view()).text


def test_a_reminder_says_how_much_time_is_left() -> None:
    mail = render_notification(NotificationKind.REMINDER, "vi", view())
    assert "Sắp đến hạn trả lời đầu tiên: còn 36 phút" in mail.text


def test_a_reminder_that_comes_late_says_what_is_late() -> None:
    text = render_notification(NotificationKind.REMINDER, "vi", late_view()).text
    assert "Đã quá hạn trả lời đầu tiên 12 phút\nHạn là 14:30 hôm nay" in text
    assert "Sắp đến hạn" not in text


@pytest.mark.parametrize(
    ("kind", "metric", "told"),
    [
        ("breached", Metric.ACCEPT, "Bạn nhận việc ngay giúp mình nhé."),
        ("breached", Metric.NEXT_RESPONSE, "Bạn trả lời khách ngay giúp mình nhé."),
        ("breached", Metric.RESOLUTION, "Bạn giải quyết yêu cầu ngay giúp mình nhé."),
        ("escalated", Metric.RESOLUTION, "Bạn giải quyết yêu cầu hoặc giao cho người khác nhé."),
    ],
)
def test_a_late_mail_asks_for_what_is_late(
    kind: NotificationKind, metric: Metric, told: str
) -> None:
    late = late_view()
    timer = replace(late.ticket.timers[0], metric=metric)
    seen = replace(late, ticket=replace(late.ticket, timers=(timer,)))
    assert told in render_notification(NotificationKind(kind), "vi", seen).text


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (ASSIGNED, "Đã quá hạn trả lời đầu tiên 12 phút, hạn là 14:30 hôm nay, thứ Ba 24/11."),
        (
            NotificationKind.PARKED,
            "Đã quá hạn trả lời đầu tiên 12 phút, hạn là 14:30 hôm nay, thứ Ba 24/11. "
            "Bạn nhận hoặc giao cho ai đó giúp nhé.",
        ),
    ],
)
def test_who_gets_a_ticket_that_is_late_already_reads_so(kind: NotificationKind, told: str) -> None:
    assert f"\n{told}\n" in render_notification(kind, "vi", late_view()).text
    english = render_notification(kind, "en", late_view()).text
    assert "First response is 12 minutes overdue: it was due 14:30 today, Tue 24 Nov." in english


PAUSED = replace(TICKET.timers[1], paused_at=OPENED)
MET = replace(TICKET.timers[0], met_at=OPENED)


@pytest.mark.parametrize("kind", [ASSIGNED, NotificationKind.CUSTOMER_WROTE])
@pytest.mark.parametrize(
    ("timers", "waiting_since", "vietnamese", "english"),
    [
        (
            (MET, PAUSED),
            None,
            "Hạn giải quyết đang tạm dừng trong lúc chờ khách trả lời.",
            "The deadline for resolution is paused while we wait for the customer.",
        ),
        (
            (MET, PAUSED),
            OPENED,
            "Khách đang chờ câu trả lời của bạn.",
            "The customer is waiting for your answer.",
        ),
        (
            (MET,),
            OPENED,
            "Khách đang chờ câu trả lời của bạn.",
            "The customer is waiting for your answer.",
        ),
        (
            (),
            OPENED,
            "Yêu cầu này không có thời hạn, nhưng khách đang chờ bạn.",
            "There is no deadline, but the customer is waiting for you.",
        ),
        ((MET,), None, "Không còn hạn nào đang chạy.", "No deadline is running any more."),
    ],
)
def test_where_no_deadline_runs_a_mail_says_who_waits_for_whom(
    kind: NotificationKind,
    timers: tuple[Timer, ...],
    waiting_since: datetime | None,
    vietnamese: str,
    english: str,
) -> None:
    seen = view(ticket=replace(TICKET, timers=timers, waiting_since=waiting_since))
    assert f"\n{vietnamese}\n" in render_notification(kind, "vi", seen).text
    assert f"\n{english}\n" in render_notification(kind, "en", seen).text


def test_an_agent_is_called_by_his_given_name() -> None:
    thao = Viewer(agent_id="thao", name="Phạm Phương Thảo", language="vi")
    text = render_notification(ASSIGNED, "vi", view(viewer=thao)).text
    assert "\nThảo ơi, bạn có yêu cầu mới" in text


def test_an_escalated_ticket_may_have_no_owner() -> None:
    seen = late_view()
    seen = replace(seen, ticket=replace(seen.ticket, assignee_id=None))
    text = render_notification(NotificationKind.ESCALATED, "vi", seen).text
    assert "Chưa ai nhận – đã quá hạn trả lời đầu tiên 12 phút" in text


def test_a_failed_answer_says_why_and_what_to_do() -> None:
    failed = entry(9, 20, "message.failed", "desk", detail={"reason": "window_closed"})
    mail = render_notification(NotificationKind.SEND_FAILED, "vi", view(entries=(failed,)))
    assert "Kênh này không cho trả lời nữa vì khách nhắn đã quá lâu. Bạn thử gọi điện" in mail.text


@pytest.mark.parametrize(
    ("reason", "is_closing"),
    [
        ("blocked", True),
        ("window_closed", True),
        ("unknown_recipient", True),
        ("account", True),
        ("rejected", False),
        ("unknown", False),
    ],
)
@both_languages
def test_a_reply_is_promised_only_where_one_can_go(
    reason: str, is_closing: bool, language: str
) -> None:
    failed = entry(9, 20, "message.failed", "desk", detail={"reason": reason})
    say = words(language)
    mail = render_notification(NotificationKind.SEND_FAILED, language, view(entries=(failed,)))
    told = {name: say[name].format(channel="Zalo") in mail.text for name in FOOTERS}
    assert told == {"mail.how_to_reply": not is_closing, "mail.how_to_reply.closed": is_closing}
    assert say["mail.commands"] in mail.text


def test_what_failed_before_closes_no_other_mail() -> None:
    failed = entry(9, 20, "message.failed", "desk", detail={"reason": "blocked"})
    mail = render_notification(ASSIGNED, "vi", view(entries=(failed,)))
    assert "trả lời thẳng cho khách" in mail.text


@pytest.mark.parametrize(
    ("detail", "owner", "told"),
    [
        ({}, "minh", "Yêu cầu của Nguyễn Thị Minh Ánh đã chuyển cho Minh"),
        ({}, None, "Yêu cầu của Nguyễn Thị Minh Ánh đã trở lại hàng chờ"),
        ({}, "minh", "Bạn không cần làm gì thêm."),
        ({"away": "yes"}, "minh", "nên được xem là vắng mặt và không nhận việc mới"),
        ({"away": "yes"}, "minh", "dòng đầu là #co mat"),
    ],
)
def test_who_let_a_ticket_drop_hears_where_it_went_and_how_he_comes_back(
    detail: dict[str, str], owner: str | None, told: str
) -> None:
    seen = view(ticket=replace(TICKET, assignee_id=owner), detail=detail)
    assert told in render_notification(NotificationKind.DROPPED, "vi", seen).text


def test_who_is_named_in_a_note_hears_by_whom() -> None:
    notes = (
        entry(20, 5, "note.added", "agent:minh", "@lan xem giúp"),
        entry(21, 6, "note.added", "agent:lan", "để mình xem"),
    )
    mail = render_notification(NotificationKind.MENTIONED, "vi", view(entries=notes))
    assert "Minh để lại ghi chú cho bạn về yêu cầu của Nguyễn Thị Minh Ánh" in mail.text
    assert "Bạn trả lời email này là nhắn cho đồng nghiệp." in mail.text
    assert "Khách không bao giờ thấy." in mail.text
    assert "ghi chú:" not in mail.text


def test_who_is_brought_in_reads_by_whom_what_for_and_all_that_was_said() -> None:
    said = [entry(n, n, "message.received", "customer", f"tin {n}.") for n in range(30)]
    invited = entry(
        40, 40, "guest.invited", "agent:lan", "Kho còn\nmẫu này không?",
        detail={"address": "quang@hoamai.example"},
    )  # fmt: skip
    other = replace(invited, id="e-041", text="Không phải cho Quang", detail={"address": "x@y.vn"})
    seen = guest_view(entries=(*said, invited, other))
    mail = render_notification(NotificationKind.INVITED, "vi", seen)
    assert "Lan nhờ bạn xem giúp yêu cầu của Nguyễn Thị Minh Ánh" in mail.text
    assert "Kho còn\nmẫu này không?" in mail.text
    assert "Không phải cho Quang" not in mail.text
    assert ("tin 0." in mail.text, "tin 29." in mail.text) == (True, True)
    assert "để lại ghi chú cho đồng nghiệp" in mail.text
    assert "#xong" not in mail.text
    assert "trả lời thẳng cho khách" not in mail.text


@pytest.mark.parametrize(("language", "told"), [("vi", "#cho 2h"), ("en", "#pend 2h")])
def test_every_mail_of_an_agent_tells_the_commands(language: str, told: str) -> None:
    assert told in render_notification(ASSIGNED, language, view()).text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "vi",
            "*Quá hạn* <https://d.example/p|4821-9370> · "
            "Khiếu nại đơn hàng · Zalo · Đã quá hạn trả lời đầu tiên 12 phút · Lan",
        ),
        (
            "en",
            "*Overdue* <https://d.example/p|4821-9370> · "
            "Order complaint · Zalo · First response is 12 minutes overdue · Lan",
        ),
    ],
)
def test_slack_is_told_in_one_line_what_who_and_where(language: str, told: str) -> None:
    text = slack_text(NotificationKind.BREACHED, language, late_view(), "https://d.example/p")
    assert text == told


def test_nothing_that_slack_is_told_calls_or_links_anybody() -> None:
    names = {"complaint": {"vi": "<!channel> & <http://x|y>", "en": "x"}}
    text = slack_text(NotificationKind.BREACHED, "vi", view(request_types=names), "https://d")
    assert "&lt;!channel&gt; &amp; &lt;http" in text


def test_a_line_that_is_no_command_is_shown_among_the_commands() -> None:
    mail = refusal_mail(
        Refusal.COMMAND, language="vi", desk_name="Hoa Mai", sender=SENDER, recipient=RECIPIENT,
        now=NOW, line="#xóa <b>hết</b>\r\nBcc: x@y.vn",
    )  # fmt: skip
    text, html = bodies(parsed(mail.mime))
    assert "Dòng “#xóa <b>hết</b> Bcc: x@y.vn” không phải là lệnh" in text
    assert "&lt;b&gt;hết&lt;/b&gt;" in html
    assert all(f"{command} " in text for command in ("#xong", "#cho", "#chuyen", "#vang", "#nhan"))
    assert "Khách chưa nhận được gì" in text


def test_a_long_story_is_cut_to_its_end_and_says_so() -> None:
    entries = [entry(n, n, "message.received", "customer", f"tin {n}.") for n in range(30)]
    text = render_notification(ASSIGNED, "vi", view(entries=tuple(entries))).text
    assert "… và 18 dòng trước đó" in text
    assert ("tin 17." not in text, "tin 18." in text, "tin 29." in text) == (True, True, True)


def test_a_long_message_is_cut_and_says_so() -> None:
    long = entry(1, 0, "message.received", "customer", "a" * (TEXT_SHOWN + 1))
    mail = render_notification(ASSIGNED, "vi", view(entries=(long,)))
    assert "a" * TEXT_SHOWN + " … (xem đầy đủ trong yêu cầu)" in mail.text
    assert "a" * (TEXT_SHOWN + 1) not in mail.html


@given(nasty, nasty, nasty, st.sampled_from(list(NotificationKind)), st.sampled_from(LANGUAGES))
def test_hostile_words_stay_words(
    name: str, subject: str, said: str, kind: NotificationKind, language: str
) -> None:
    seen = view(
        contact=Contact(id="c", identities=(), created_at=OPENED, name=name),
        ticket=replace(TICKET, subject=subject),
        entries=(entry(1, 0, "message.received", "customer", said),),
        viewer=Viewer(agent_id="lan", name="Lan", language=language),
    )
    usual = mime(kind, view(viewer=seen.viewer))
    message = mime(kind, seen)
    assert message.keys() == usual.keys()
    assert not message.defects
    assert len(message["From"].addresses) == len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == RECIPIENT
    _, html = bodies(message)
    markup = Markup(html)
    assert markup.addresses == set(LINKS.values())
    assert not {"script", "img"} & {tag for tag, _ in markup.elements}
    assert not [a for _, attributes in markup.elements for a in attributes if a.startswith("on")]


def test_a_mail_carries_what_keeps_machines_quiet_and_answers_right() -> None:
    message = mime(NotificationKind.BREACHED, late_view())
    assert message["From"] == "Áo dài Hoa Mai · Quá hạn <desk@hoamai.example>"
    assert message["Reply-To"].addresses[0].addr_spec == REPLY_TO
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Frontline-Ticket"] == "48219370"
    assert message["X-Frontline-Notification"] == "breached"


def test_all_mails_of_a_ticket_are_one_thread() -> None:
    messages = [
        mime(ASSIGNED, view()),
        mime(NotificationKind.BREACHED, late_view(entries=STORY)),
        mime(NotificationKind.SEND_FAILED, in_english(now=NOW + timedelta(days=3))),
    ]
    threads = {(message["References"], message["Subject"]) for message in messages}
    assert threads == {
        (
            "<ticket-48219370@reply.hoamai.example>",
            "[4821-9370] Shop ơi, đơn #HM-20418 giao sai màu rồi ạ",
        )
    }


def test_mails_of_two_tickets_are_two_threads() -> None:
    other = view(ticket=replace(TICKET, id="11112222"))
    assert mime(ASSIGNED, other)["References"] != mime(ASSIGNED, view())["References"]


def test_a_mail_fits_any_relay() -> None:
    raw = notification_mail(
        ASSIGNED, view(entries=STORY), sender=SENDER, recipient=RECIPIENT, reply_to=REPLY_TO
    ).mime
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.isascii()


def test_both_bodies_come_through_whole() -> None:
    mail = render_notification(ASSIGNED, "vi", view())
    text, html = bodies(mime(ASSIGNED, view()))
    assert text.splitlines() == mail.text.splitlines()
    assert html.splitlines() == mail.html.splitlines()


def test_the_envelope_has_bare_addresses() -> None:
    request = notification_mail(
        ASSIGNED, view(), sender=SENDER, recipient=RECIPIENT, reply_to=REPLY_TO
    )
    assert (request.sender, request.recipient) == ("desk@hoamai.example", RECIPIENT)


@pytest.mark.parametrize("reason", Refusal)
@both_languages
def test_a_refused_mail_is_answered_with_what_to_do(reason: Refusal, language: str) -> None:
    request = refusal_mail(
        reason,
        language=language,
        desk_name="Áo dài Hoa Mai",
        sender=SENDER,
        recipient=RECIPIENT,
        now=NOW,
        refused_id="<abc@mail.example>\r\nBcc: x@example.com",
        number="4821-9370",
    )
    message = parsed(request.mime)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["Bcc"] is None
    assert message["In-Reply-To"].startswith("<abc@mail.example>")
    text, html = bodies(message)
    assert "4821-9370" in text
    assert Markup(html).opened == []


@every_kind
@both_languages
def test_an_sms_fits_one_gsm_message(kind: NotificationKind, language: str) -> None:
    for seen in (
        view(),
        late_view(),
        view(desk_name="Ắ" * 200, contact=replace(view().contact, name="Nguyễn " * 60)),
    ):
        text = sms_text(kind, language, seen)
        assert len(text) <= 160
        # GSM 03.38 has these, but each costs two.
        assert re.fullmatch(r"[ -~]+", text)
        assert not set("[]{}\\^~|`") & set(text)


def test_an_sms_says_what_where_and_until_when() -> None:
    assert sms_text(NotificationKind.BREACHED, "vi", late_view()) == (
        "Ao dai Hoa Mai: 4821-9370 Qua han. Nguyen Thi Minh Anh (Zalo). "
        "Han 14:30 hom nay, thu Ba 24/11."
    )


@every_kind
def test_the_topic_carries_ids_and_times_but_no_person(kind: NotificationKind) -> None:
    body = as_json(kind, late_view(entries=STORY))
    told = json.loads(body)
    assert (told["version"], told["kind"], told["agent"]) == (1, kind, "lan")
    assert told["ticket"]["id"] == "48219370"
    assert told["ticket"]["sla"][0] == {
        "metric": "first_response",
        "due_at": "2026-11-24T07:30:00+00:00",
        "met_at": None,
        "breached_at": "2026-11-24T07:30:00+00:00",
        "paused_at": None,
    }
    for private in ("Ánh", "áo dài", "7316254908812345"):
        assert private not in body
