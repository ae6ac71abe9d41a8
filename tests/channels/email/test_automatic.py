"""Machines' mail, and the delivery reports among it."""

import pytest

from chalicelib.channels.email.automatic import AutomaticKind, automatic_kind
from chalicelib.channels.email.bounces import Bounce, read_bounce
from chalicelib.channels.email.mime import read_mail

from .letters import bounce, letter, raw, taken_in

SES_ID = "0109019a2b3c4d5e-1a2b3c4d-0000-4000-8000-000000000000-000000"


@pytest.mark.parametrize(
    "subject",
    [
        "Trả lời tự động: Hỏi giá",
        "Thư trả lời tự động",
        "Vắng mặt: Hỏi giá",
        "Vắng mặt",
        "Automatic reply: Hỏi giá",
        "Out of Office Re: Hỏi giá",
        "Abwesenheitsnotiz: x",
        "[Auto-Reply] x",
    ],
)
def test_vacation_notes_by_their_subject(subject: str) -> None:
    assert automatic_kind(read_mail(taken_in(letter(subject=subject)))) is AutomaticKind.VACATION


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("Auto-Submitted", "auto-replied", AutomaticKind.VACATION),
        ("Auto-Submitted", "auto-replied (vacation)", AutomaticKind.VACATION),
        ("Auto-Submitted", "AUTO-GENERATED; owner-email=x", AutomaticKind.MACHINE),
        ("X-Autoreply", "yes", AutomaticKind.VACATION),
        ("Precedence", "auto_reply", AutomaticKind.VACATION),
        ("Precedence", "bulk", AutomaticKind.LIST),
        ("X-Precedence", "Junk", AutomaticKind.LIST),
        ("List-Id", "<tin.khach.example>", AutomaticKind.LIST),
        ("List-Unsubscribe", "<mailto:x@khach.example>", AutomaticKind.LIST),
        ("X-Failed-Recipients", "lan@khach.example", AutomaticKind.BOUNCE),
        ("X-Frontline-Loop", "hotro@hoamai.example", AutomaticKind.MACHINE),
        # Exchange puts this on people's mail too.
        ("X-Auto-Response-Suppress", "OOF, AutoReply", None),
        ("Auto-Submitted", "no", None),
        ("Precedence", "normal", None),
    ],
)
def test_machines_by_their_headers(name: str, value: str, kind: AutomaticKind | None) -> None:
    mail = letter()
    mail[name] = value
    assert automatic_kind(read_mail(taken_in(mail))) is kind


@pytest.mark.parametrize(
    "subject",
    [
        "Vắng mặt ở shop nên chưa nhận được hàng",
        "Cho em hỏi về máy trả lời tự động",
        "Nghỉ phép có được đổi lịch không",
        "Automat cà phê bị hỏng",
    ],
)
def test_people_write_such_subjects_too(subject: str) -> None:
    assert automatic_kind(read_mail(taken_in(letter(subject=subject)))) is None


def test_a_contact_form_that_writes_as_noreply_is_a_customer() -> None:
    assert automatic_kind(read_mail(taken_in(letter(sender="noreply@web.example")))) is None


def test_reads_a_delivery_report() -> None:
    mail = read_mail(bounce(f"{SES_ID}@ap-southeast-1.amazonses.com"))
    assert automatic_kind(mail) is AutomaticKind.BOUNCE
    assert read_bounce(mail) == Bounce(
        original_id=f"{SES_ID}@ap-southeast-1.amazonses.com",
        recipient="lan@khach.example",
        status="5.1.1",
        action="failed",
        is_permanent=True,
    )


@pytest.mark.parametrize(
    ("action", "status", "permanent", "failed"),
    [
        ("failed", "5.1.1", True, True),
        ("failed", "4.4.1", False, True),
        ("delayed", "4.2.2", False, False),
        ("delayed", "5.0.0", False, False),
        ("delivered", "2.0.0", False, False),
    ],
)
def test_what_a_report_means(action: str, status: str, permanent: bool, failed: bool) -> None:
    report = read_bounce(read_mail(bounce("x@amazonses.com", action=action, status=status)))
    assert report is not None
    assert (report.is_permanent, report.has_failed) == (permanent, failed)


def test_a_report_without_form_is_read_from_its_words() -> None:
    head = "From: MAILER-DAEMON@mx.khach.example\nSubject: failure notice\nMessage-ID: <1@x>"
    text = f"Sorry, 550 5.1.1 no mailbox\n\nMessage-ID: <{SES_ID}@email.amazonses.com>\n"
    report = read_bounce(read_mail(raw(head, text.encode())))
    assert report is not None
    assert report.original_id.partition("@")[0] == SES_ID
    assert (report.status, report.is_permanent) == ("5.1.1", True)


def test_a_letter_is_no_report() -> None:
    assert read_bounce(read_mail(taken_in(letter()))) is None


def test_a_read_receipt_is_no_bounce() -> None:
    head = "From: lan@khach.example\nContent-Type: multipart/report; boundary=b;" + (
        "\n report-type=disposition-notification"
    )
    mail = read_mail(raw(head, b"--b\n\nDa doc\n--b--\n"))
    assert automatic_kind(mail) is AutomaticKind.VACATION
