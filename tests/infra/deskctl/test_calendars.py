"""Days off from other programs' calendars, as they export them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.config.document import load
from chalicelib.errors import InvalidRequestError
from infra.deskctl.calendars import import_ical, place_of
from infra.deskctl.cli import main
from tests.config.documents import VALID

NOW = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # the 26th in Hà Nội
Printed = Callable[..., list[str]]

GOOGLE = """\
BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Nghỉ lễ Hoa Mai
X-WR-TIMEZONE:Asia/Ho_Chi_Minh
BEGIN:VEVENT
DTSTART;VALUE=DATE:20270205
DTEND;VALUE=DATE:20270208
DTSTAMP:20261101T000000Z
UID:tet@hoamai.example
SUMMARY:Tết Nguyên đán\\, nghỉ cả cửa hàng cùng gia đình và bạn bè ở quê x
 a
STATUS:CONFIRMED
TRANSP:TRANSPARENT
END:VEVENT
BEGIN:VEVENT
DTSTART:20270301T070000Z
DTEND:20270301T090000Z
UID:meeting@hoamai.example
SUMMARY:Họp toàn công ty
END:VEVENT
END:VCALENDAR
"""

OUTLOOK = """\
BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:SE Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0700
TZOFFSETTO:+0700
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
DTSTART;TZID="SE Asia Standard Time":20261224T000000
DTEND;TZID="SE Asia Standard Time":20261226T000000
SUMMARY;LANGUAGE=vi:Kiểm kê kho
UID:040000008200E00074C5B7101A82E008
X-MICROSOFT-CDO-BUSYSTATUS:OOF
X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
END:VEVENT
END:VCALENDAR
"""


def event(*lines: str) -> str:
    return "\n".join(
        ("BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:x", *lines, "END:VEVENT", "END:VCALENDAR", "")
    )


@pytest.fixture
def printed(tmp_path: Path) -> Printed:
    """Import the text of a file and return the lines behind the title."""

    def printed(text: str, calendar: str | None = None, years: int = 3) -> list[str]:
        file, desk = tmp_path / "off.ics", tmp_path / "desk.yaml"
        file.write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
        desk.write_text(VALID, encoding="utf-8")
        report = import_ical(file, place_of(desk if calendar else None, calendar), NOW, years)
        return [line.strip() for line in report.lines[1:]]

    return printed


def test_googles_days_off_become_exceptions(printed: Printed) -> None:
    name = "Tết Nguyên đán, nghỉ cả cửa hàng cùng gia đình và bạn bè ở quê xa"
    assert printed(GOOGLE) == [
        f"2027-02-05: [] # {name}",
        f"2027-02-06: [] # {name}",
        f"2027-02-07: [] # {name}",
        "# 2027-03-01: Họp toàn công ty (14:00-16:00): hãy tự quyết định · a person must decide",
    ]


def test_outlooks_whole_days_with_times_are_whole_days(printed: Printed) -> None:
    assert printed(OUTLOOK) == ["2026-12-24: [] # Kiểm kê kho", "2026-12-25: [] # Kiểm kê kho"]


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (("DTSTART;VALUE=DATE:20261126",), ["2026-11-26"]),  # today; without an end
        (("DTSTART;VALUE=DATE:20261226", "DTEND;VALUE=DATE:20261226"), ["2026-12-26"]),
        (("DTSTART;VALUE=DATE:20261226", "DURATION:P2D"), ["2026-12-26", "2026-12-27"]),
        (("DTSTART;VALUE=DATE:20261124", "DTEND;VALUE=DATE:20261127"), ["2026-11-26"]),
        (("DTSTART;VALUE=DATE:20261101",), []),  # past
        (("DTSTART;VALUE=DATE:20291129",), []),  # too far
        (("DTSTART:20261225T170000Z", "DTEND:20261226T170000Z"), ["2026-12-26"]),  # Hà Nội's day
        (("DTSTART:20261226T000000", "DTEND:20261227T000000"), ["2026-12-26"]),  # anybody's day
        (("DTSTART;VALUE=DATE:20261226", "STATUS:CANCELLED"), []),
        (("DTSTART:20261226T010000Z",), []),  # no length
        (
            ("DTSTART;VALUE=DATE:20200902", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20280902"),
            ["2027-09-02", "2029-09-02"],
        ),
        (
            ("DTSTART;VALUE=DATE:20261130", "RRULE:FREQ=MONTHLY;BYDAY=-1MO;COUNT=3"),
            ["2026-11-30", "2026-12-28", "2027-01-25"],
        ),
        (
            ("DTSTART;VALUE=DATE:20261226", "RDATE;VALUE=DATE:20270105"),
            ["2026-12-26", "2027-01-05"],
        ),
    ],
)
def test_the_days_of_an_event(lines: tuple[str, ...], days: list[str], printed: Printed) -> None:
    assert printed(event("SUMMARY:Nghỉ", *lines)) == [f"{day}: [] # Nghỉ" for day in days]


def test_a_repeat_that_was_moved_is_where_it_was_moved_to(printed: Printed) -> None:
    series = event("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=YEARLY", "SUMMARY:Hội chợ")
    moved = event(
        "RECURRENCE-ID;VALUE=DATE:20271201", "DTSTART;VALUE=DATE:20271208", "SUMMARY:Hội chợ"
    )
    both = series.replace("END:VCALENDAR\n", "") + moved.replace("BEGIN:VCALENDAR\n", "")
    assert [line[:10] for line in printed(both)] == ["2026-12-01", "2027-12-08", "2028-12-01"]


@pytest.mark.parametrize(
    ("day", "times", "line"),
    [
        ("20261207", ("140000", "160000"), "[08:00-12:00, 13:30-14:00, 16:00-17:30] # Họp"),
        ("20261207", ("080000", "120000"), "[13:30-17:30] # Họp"),
        ("20261207", ("070000", "180000"), "[] # Họp"),
        ("20261207", ("113000", "143000"), "[08:00-11:30, 14:30-17:30] # Họp"),
        ("20261207", ("180000", "190000"), "ngoài giờ mở cửa · outside opening hours"),
        ("20261208", ("090000", "100000"), "ngoài giờ mở cửa · outside opening hours"),  # closed
    ],
)
def test_a_named_calendar_tells_what_is_left_of_a_day(
    day: str, times: tuple[str, str], line: str, printed: Printed
) -> None:
    text = event("SUMMARY:Họp", *(f"{key}:{day}T{at}" for key, at in zip(ENDS, times, strict=True)))
    [found] = printed(text, "shop")
    assert line in found
    assert found.startswith("#") == ("outside" in line)


ENDS = ("DTSTART", "DTEND")


def test_several_events_of_a_day_are_one_exception(printed: Printed) -> None:
    first = event("SUMMARY:Họp", "DTSTART:20261207T080000", "DTEND:20261207T090000")
    second = event("SUMMARY:Khám", "DTSTART:20261207T160000", "DTEND:20261207T170000")
    assert printed(first + second.replace("UID:x", "UID:y"), "shop") == [
        "2026-12-07: [09:00-12:00, 13:30-16:00, 17:00-17:30]"
        " # Họp (08:00-09:00), Khám (16:00-17:00)"
    ]


def test_hours_over_midnight_and_exceptions_that_are_there_are_left_to_a_person(
    tmp_path: Path,
) -> None:
    file, desk = tmp_path / "off.ics", tmp_path / "desk.yaml"
    hours = "{mon: [22:00-06:00]}\n    exceptions: {2026-12-24: []}"
    desk.write_text(VALID.replace("{mon: [08:00-12:00, 13:30-17:30]}", hours), encoding="utf-8")
    night = event("DTSTART:20261208T010000", "DTEND:20261208T020000")
    file.write_text(night + event("DTSTART;VALUE=DATE:20261224"), encoding="utf-8")
    report = import_ical(file, place_of(desk, "shop"), NOW, years=1)
    assert report.lines[0].startswith("    exceptions: {} #")
    assert "decide" in report.lines[1]
    assert "already" in report.lines[2]
    assert report.data["exceptions"] == {}
    assert [one["day"] for one in report.data["left_out"]] == ["2026-12-08", "2026-12-24"]


def test_what_is_printed_can_be_pasted_into_a_desk(tmp_path: Path) -> None:
    file = tmp_path / "off.ics"
    file.write_text(
        GOOGLE + event("SUMMARY:Hai\\ndòng: # \u2028 \x07[x", "DTSTART;VALUE=DATE:20270105"),
        encoding="utf-8",
    )
    report = import_ical(file, place_of(None, None), NOW, years=3)
    pasted = VALID.replace("    holidays: VN\n", "\n".join(report.lines) + "\n")
    exceptions = load(pasted, "desk.yaml").calendars["shop"].exceptions
    assert {day.isoformat(): [*map(str, hours)] for day, hours in exceptions.items()} == (
        report.data["exceptions"]
    )
    assert len(exceptions) == 4


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no VCALENDAR"),
        (b"hello", "ValueError"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUM", "no VCALENDAR"),
        (b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nEND:VEVENT", "no VCALENDAR"),
        (event("SUMMARY:Không ngày").encode(), "DTSTART"),
        (event("SUMMARY:Lạ", "DTSTART:mai").encode(), "“Lạ”: DTSTART"),
        (event("DTSTART;VALUE=DATE:20270101", "RRULE:FREQ=BANANA").encode(), "RRULE"),
        (event("DTSTART;VALUE=DATE:20270101", "EXDATE:later").encode(), "EXDATE"),
        (event("DTSTART:20270101T000000Z", "RRULE:FREQ=MINUTELY").encode(), "every hour"),
        (b"x" * (5 * 1024 * 1024 + 1), "over 5 MB"),
    ],
)
def test_a_bad_file_is_told_in_both_languages_and_ends_with_1(
    data: bytes, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "off.ics"
    file.write_bytes(data)
    assert main(["calendar", "import", str(file)]) == 1
    told = capsys.readouterr().err
    assert told.startswith("deskctl: ")
    assert " · " in told
    assert reason in told


def test_a_file_without_days_off_is_no_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "off.ics"
    file.write_text("BEGIN:VCALENDAR\nEND:VCALENDAR\n", encoding="utf-8")
    assert main(["calendar", "import", str(file)]) == 0
    assert capsys.readouterr().out.startswith("# không có ngày nghỉ nào · no day off")


def test_a_calendar_is_one_of_the_desk_file(tmp_path: Path) -> None:
    desk = tmp_path / "desk.yaml"
    desk.write_text(VALID, encoding="utf-8")
    with pytest.raises(InvalidRequestError, match="needs --desk"):
        place_of(None, "shop")
    with pytest.raises(InvalidRequestError, match="no calendar “shp”: shop"):
        place_of(desk, "shp")
    assert place_of(desk, None).zone.key == "Asia/Ho_Chi_Minh"
