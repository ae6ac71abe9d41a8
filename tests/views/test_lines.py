from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.messages import Attachment, AttachmentKind, Delivery
from chalicelib.views.lines import Side, lines, said
from tests.views.samples import OPENED, STORY, TICKET, entry, view


def told(event: str, actor: str = "desk", text: str = "", **detail: str) -> str:
    (line,) = lines(view(entries=(entry(1, 0, event, actor, text, detail=detail),)), "vi")
    assert line.side is Side.EVENT
    return line.text


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        (
            "least loaded of 3: lan 1/5, minh 2/5, quang 4/5",
            "Đã giao cho Lan – ít việc nhất trong 3 người",
        ),
        ("the only one free: lan 1/5", "Đã giao cho Lan – người duy nhất đang rảnh"),
        ("backup for minh, who is absent: lan 1/5", "Đã giao cho Lan – thay cho Minh"),
        ("the owner is present: lan 1/5", "Đã giao cho Lan – vốn đang phụ trách"),
        ("escalated", "Đã giao cho Lan – do quá hạn"),
    ],
)
def test_the_desks_reasons_are_readable(reason: str, line: str) -> None:
    assert told("ticket.assigned", agent="lan", reason=reason) == line


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
            "Quá hạn giải quyết xong",
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


def test_words_of_a_stranger_are_never_taken_for_a_template() -> None:
    assert told("message.edited", "customer", "{agent} {0} {x!r}").endswith("{agent} {0} {x!r}")


def test_an_event_nobody_foresaw_is_told_by_its_name() -> None:
    assert told("ticket.translated", text="từ tiếng Anh") == "ticket.translated từ tiếng Anh"


def test_a_lateness_that_is_no_number_is_not_told() -> None:
    assert (
        told("sla.breached", metric="resolution", late_seconds="soon") == "Quá hạn giải quyết xong"
    )


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
