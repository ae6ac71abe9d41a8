"""A sheet is read as spreadsheet programs write it; what can't be read is told with its line."""

from zoneinfo import ZoneInfo

import pytest

from infra.whatif.rows import Table, read_rows
from infra.whatif.sheet import SheetError, read_sheet

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
HEAD = "opened_at,channel,type,answered_at,resolved_at"
ROW = "2026-11-23 09:00,zalo,Tư vấn,2026-11-23 09:10,"


def table(data: bytes) -> Table:
    return read_rows(data, "past.csv", HANOI)


def told(data: bytes) -> str:
    """Return what is said of a file that can't be read."""
    with pytest.raises(SheetError) as raised:
        table(data)
    return str(raised.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_it_is_the_same_however_a_program_saves_it(
    separator: str, encoding: str, newline: str
) -> None:
    text = newline.join((HEAD, ROW, "")).replace(",", separator)
    (row,) = table(text.encode(encoding)).rows
    assert (row.line, row.channel, row.type, row.resolved_at) == (2, "zalo", "Tư vấn", None)


@pytest.mark.parametrize("first", ["\n", "\r\n  \r\n", "sep=;\n", "\nsep=;\n"])
def test_the_columns_need_not_stand_in_the_first_line(first: str) -> None:
    text = first + f"{HEAD}\n{ROW}".replace(",", ";")
    (row,) = table(text.encode()).rows
    assert (row.line, row.channel) == (2 + first.count("\n"), "zalo")


def test_lines_without_anything_in_them_are_none() -> None:
    found = table(f"{HEAD}\n\n{ROW}\n,,,,\n{ROW},,,\n".encode())
    assert [row.line for row in found.rows] == [3, 5]


def test_names_of_columns_are_read_with_blanks_and_capitals() -> None:
    head = HEAD.replace(",", " , ").title()
    assert len(table(f"{head}\n{ROW}".encode()).rows) == 1


def test_columns_that_nobody_reads_are_known() -> None:
    found = table(f"{HEAD},prioritty,ghi chú\n{ROW},high,?".encode())
    assert found.unread == ("prioritty", "ghi chú")


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "past.csv: tệp trống · the file is empty"),
        (b"\n ,\n", "past.csv: tệp trống · the file is empty"),
        (
            b"opened_at,type,resolved_at",
            "past.csv:1: thiếu cột · missing columns: channel, answered_at",
        ),
        (f"{HEAD},type".encode(), "past.csv:1: cột lặp lại · the same column twice: type"),
    ],
)
def test_what_is_wrong_with_the_columns_is_told_once(head: bytes, words: str) -> None:
    assert told(head) == words


def test_what_is_not_utf_8_is_told_with_its_line_and_how_to_save_it() -> None:
    said = told(f"{HEAD}\n{ROW}\n{ROW}".encode("cp1258", "replace").replace(b"?", b"\xfd"))
    assert said.startswith("past.csv:2: tệp không phải UTF-8 · the file is not UTF-8")
    assert "save it as “CSV UTF-8”" in said


@pytest.mark.parametrize("cell", ['"never closed', '"closed" too early', '"' + "a" * 200_000 + '"'])
def test_quotes_that_do_not_match_hide_no_rows(cell: str) -> None:
    said = told(f"{HEAD},text\n{ROW},ok\n\n{ROW},{cell}\n{ROW},lost\n".encode())
    assert said.startswith("past.csv:4: dấu ngoặc kép không khớp · quotes don't match")


def test_a_cell_may_have_lines_and_its_row_is_where_it_begins() -> None:
    sheet = read_sheet(b'a,b\n1,"x\r\ny"\n2,z\n', "past.csv")
    assert sheet.lines == ((2, ["1", "x\r\ny"]), (4, ["2", "z"]))
