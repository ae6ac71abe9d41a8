from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery
from chalicelib.views.lines import Side, lines, said
from tests.views.samples import OPENED, STORY, TICKET, TURNS, entry, view


def told(event: str, actor: str = "desk", text: str = "", **detail: str) -> str:
    (line,) = lines(view(entries=(entry(1, 0, event, actor, text, detail=detail),)), "vi")
    assert line.side is Side.EVENT
    return line.text


@pytest.mark.parametrize(
    ("line", "event", "actor", "detail"),
    [
        (
            "Minh đã giao cho Lan – chị rành áo dài hơn em",
            "ticket.assigned",
            "agent:minh",
            {"agent": "lan", "reason": "chị rành áo dài hơn em"},
        ),
        (
            "Lan đã nhận về mình",
            "ticket.assigned",
            "agent:lan",
            {"agent": "lan", "reason": "accepted it"},
        ),
        (
            "Lan đã chuyển cho nhóm Kho & giao hàng",
            "ticket.moved",
            "agent:lan",
            {"team": "kho", "reason": ""},
        ),
        (
            "Chưa có ai rảnh, yêu cầu đang chờ trong nhóm Kho & giao hàng – không ai rảnh lúc này",
            "ticket.parked",
            "desk",
            {"team": "kho", "reason": "nobody free in kho: lan 5/5"},
        ),
        (
            "Quá hạn trả lời đầu tiên – muộn 10 phút",
            "sla.breached",
            "desk",
            {"metric": "first_response", "late_seconds": "600"},
        ),
        (
            "Quá hạn giải quyết",
            "sla.breached",
            "desk",
            {"metric": "resolution", "late_seconds": "7"},
        ),
        ("Đã báo lên Minh, Thảo (trưởng nhóm)", "sla.escalated", "desk", {"to": "minh, thao"}),
        (
            "Tin nhắn không đến được với khách – Khách đã chặn hoặc bỏ theo dõi trang.",
            "message.failed",
            "desk",
            {"reason": "blocked"},
        ),
        ("Lan đã đánh dấu giải quyết xong", "ticket.resolved", "agent:lan", {}),
        (
            "Ứng dụng crm đã đánh dấu giải quyết xong",
            "ticket.resolved",
            "token:crm",
            {},
        ),
        ("nhanvien-cu đã nhận việc", "ticket.acknowledged", "agent:nhanvien-cu", {}),
    ],
)
def test_what_happened_is_readable(
    line: str, event: str, actor: str, detail: dict[str, str]
) -> None:
    assert told(event, actor, **detail) == line


def test_an_assignment_tells_who_was_considered() -> None:
    detail = {"agent": "lan", "reason": "the only one free", "considered": "minh absent; lan 1/5"}
    (line,) = lines(view(entries=(entry(1, 0, "ticket.assigned", "desk", detail=detail),)), "vi")
    assert line.text == "Đã giao cho Lan – người duy nhất đang rảnh"
    assert line.considered == ("Minh vắng mặt", "Lan 1/5")


def test_words_of_a_stranger_are_never_taken_for_a_template() -> None:
    assert told("message.edited", "customer", "{agent} {0} {x!r}").endswith("{agent} {0} {x!r}")


def test_an_event_nobody_foresaw_is_told_by_its_name() -> None:
    assert told("ticket.translated", text="từ tiếng Anh") == "ticket.translated từ tiếng Anh"


def test_a_lateness_that_is_no_number_is_not_told() -> None:
    assert told("sla.breached", metric="resolution", late_seconds="soon") == "Quá hạn giải quyết"


def test_each_speaker_stands_on_his_side() -> None:
    sides = [(line.side, line.who) for line in said(view(entries=STORY), "vi")]
    assert sides == [
        (Side.CUSTOMER, "Nguyễn Thị Minh Ánh"),
        (Side.DESK, "Áo dài Hoa Mai (tự động)"),
        (Side.CUSTOMER, "Nguyễn Thị Minh Ánh"),
        (Side.NOTE, "Lan"),
        (Side.AGENT, "Lan"),
        (Side.CUSTOMER, "Nguyễn Thị Minh Ánh"),
    ]


def test_lines_stand_in_the_order_of_their_time() -> None:
    ordered = lines(view(entries=STORY), "vi")
    assert lines(view(entries=STORY[::-1]), "vi") == ordered


@pytest.mark.parametrize(
    ("delivery", "read_after", "shown"),
    [
        (Delivery.SENT, 5, Delivery.READ),
        (Delivery.DELIVERED, 5, Delivery.READ),
        (Delivery.SENT, -5, Delivery.SENT),
        (Delivery.FAILED, 5, Delivery.FAILED),
        (Delivery.QUEUED, 5, Delivery.QUEUED),
    ],
)
def test_a_watermark_marks_what_was_sent_before_as_read(
    delivery: Delivery, read_after: int, shown: Delivery
) -> None:
    ticket = replace(TICKET, read_until_at=OPENED + timedelta(minutes=read_after))
    entries = (entry(1, 0, "message.sent", "agent:lan", "Dạ", delivery=delivery),)
    (line,) = lines(view(ticket=ticket, entries=entries), "vi")
    assert line.delivery is shown


@pytest.mark.parametrize(
    ("attachment", "name", "url"),
    [
        (
            {"url": "https://cdn.example/a.jpg", "name": "a.jpg"},
            "a.jpg",
            "https://cdn.example/a.jpg",
        ),
        ({"url": "javascript:alert(1)", "name": "a.jpg"}, "a.jpg", None),
        ({"url": "data:text/html,x"}, "", None),
        ({"file_id": "AgAC", "name": "x\u202egpj.exe"}, "x gpj.exe", None),
        ({"key": "mails/1/a.pdf", "name": "a.pdf"}, "a.pdf", "https://bucket.example/a.pdf"),
        ({"key": "mails/2/b.pdf", "name": "b.pdf"}, "b.pdf", None),
        (
            {"latitude": "10.7769", "longitude": "106.7009"},
            "10.7769, 106.7009",
            "https://www.openstreetmap.org/?mlat=10.7769&mlon=106.7009#map=17/10.7769/106.7009",
        ),
        ({"latitude": "1&x=", "longitude": "2"}, "1&x=, 2", None),
    ],
)
def test_an_attachment_links_only_to_the_web(
    attachment: dict[str, Any], name: str, url: str | None
) -> None:
    file = Attachment(kind=AttachmentKind.FILE, **attachment)
    files = {"mails/1/a.pdf": "https://bucket.example/a.pdf"}
    message = entry(1, 0, "message.received", "customer", attachments=(file,))
    (line,) = lines(view(entries=(message,), files=files), "vi")
    assert [(part.name, part.url) for part in line.attachments] == [(name, url)]


@pytest.mark.parametrize(
    ("language", "story"),
    [
        (
            "vi",
            [
                "Yêu cầu được mở"
                " – Khiếu nại đơn hàng, theo quy tắc “Giao sai”, vì có từ “giao sai”",
                "Đã giao cho Minh – đến lượt trong 3 người",
                "Minh chưa nhận kịp, yêu cầu được giao cho người khác",
                "Đã giao cho Lan – người duy nhất đang rảnh – vì người trước chưa nhận kịp",
                "Lan đã đổi loại yêu cầu thành Tư vấn sản phẩm, mức ưu tiên thành Khẩn cấp",
                "Thời hạn được tính lại – trả lời đầu tiên 14:00",
                "Lan đã mời quang@hoamai.example cùng xem"
                " – Quang kiểm giúp mình kho còn mẫu xanh ngọc size M không nhé.",
                "Lan đã gộp yêu cầu 4821-9371 vào đây",
                "Lan để yêu cầu chờ – đến 08:00 · 25/11",
                "Khách muốn được gọi lại – 0900000123",
                "Hết thời gian chờ",
                "Lan hết ca, yêu cầu được giao lại",
                "Chưa có ai rảnh, yêu cầu đang chờ trong nhóm Chăm sóc khách hàng"
                " – không ai rảnh lúc này, sẽ thử lại lúc 08:00 · 25/11",
                "Đã báo khách là cần thêm thời gian: trả lời đầu tiên",
            ],
        ),
        (
            "en",
            [
                "Ticket opened – Order complaint, by the rule “Giao sai”, for the words “giao sai”",
                "Assigned to Minh – next in turn of 3",
                "Minh did not take it in time; it goes to somebody else",
                "Assigned to Lan – the only one free"
                " – since whoever had it did not take it in time",
                "Lan changed request type to Product advice, priority to Urgent",
                "Deadlines were computed again – first response 14:00",
                "Lan brought in quang@hoamai.example"
                " – Quang kiểm giúp mình kho còn mẫu xanh ngọc size M không nhé.",
                "Lan merged ticket 4821-9371 into this one",
                "Lan left it to wait – until 08:00 · 25/11",
                "The customer wants to be called – 0900000123",
                "The wait is over",
                "Lan finished the shift; the ticket was given back",
                "Nobody is free; waiting in team Customer care"
                " – nobody is free right now, to be tried again at 08:00 · 25/11",
                "The customer was told that it takes longer: first response",
            ],
        ),
    ],
)
def test_all_that_may_happen_is_told_in_both_languages(language: str, story: list[str]) -> None:
    told = [one.text for one in lines(view(entries=TURNS), language) if one.side is Side.EVENT]
    assert told == story


@pytest.mark.parametrize(
    ("line", "event", "actor", "detail"),
    [
        (
            "Đã giao cho Minh – do quá hạn",
            "ticket.assigned",
            "desk",
            {"agent": "minh", "because": "escalated"},
        ),
        (
            "Đã giao cho Minh – vì người trước vắng mặt",
            "ticket.assigned",
            "desk",
            {"agent": "minh", "because": "absent"},
        ),
        ("Lan tạm nghỉ, yêu cầu được giao lại", "ticket.given_back", "desk", {"reason": "away"}),
        ("Lan để yêu cầu chờ – đến khi khách nhắn", "ticket.pended", "agent:lan", {}),
        ("Khách muốn được gọi lại", "callback.requested", "customer", {}),
        ("Lan đã mời kho@x.vn cùng xem", "guest.invited", "agent:lan", {"address": "kho@x.vn"}),
        (
            "Hồ sơ khách hàng đã đổi hạng khách thành vip",
            "ticket.changed",
            "platform",
            {"tier": "vip"},
        ),
        (
            "Lan đã đổi sản phẩm thành không có",
            "ticket.changed",
            "agent:lan",
            {"product": ""},
        ),
        ("Lan đã gộp vào yêu cầu 4821-9371", "ticket.merged_into", "agent:lan",
         {"number": "4821-9371"}),
        ("Yêu cầu được mở – Tư vấn sản phẩm", "ticket.opened", "desk",
         {"request_type": "advice", "by": "default"}),
        ("Yêu cầu được mở – Tư vấn sản phẩm, vì đến từ kênh này", "ticket.opened", "desk",
         {"request_type": "advice", "by": "channel"}),
        ("Yêu cầu được mở – Tư vấn sản phẩm, theo hệ thống gửi đến", "ticket.opened", "desk",
         {"request_type": "advice", "by": "named"}),
        ("Yêu cầu được mở – Tư vấn sản phẩm, vì có từ “giá”", "ticket.opened", "desk",
         {"request_type": "advice", "by": "keyword", "matched": "giá"}),
    ],
)  # fmt: skip
def test_each_way_it_may_happen_is_told(
    line: str, event: str, actor: str, detail: dict[str, str]
) -> None:
    given = {"agent": "lan", **detail} if event == "ticket.given_back" else detail
    assert told(event, actor, **given) == line


def test_a_guest_is_known_by_his_address() -> None:
    note = entry(1, 0, "note.added", "agent:guest:quang@hoamai.example", "Kho còn hai bộ.")
    (line,) = lines(view(entries=(note,)), "vi")
    assert (line.side, line.who) == (Side.NOTE, "quang@hoamai.example")
