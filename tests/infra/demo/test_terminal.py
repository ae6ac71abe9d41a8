"""The story is calm to read, on a terminal and in a file."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from infra.demo.rows import counted, timed
from infra.demo.terminal import RED, Terminal

AT = datetime(2026, 11, 23, 2, 0, 5, 320_000, tzinfo=UTC)


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)


def said(out: io.StringIO) -> str:
    Terminal(out).say(AT, "zalo", "Quá hạn trả lời.", "The deadline is missed.", RED)
    return out.getvalue()


def test_a_line_has_its_clock_and_vietnamese_stands_first() -> None:
    assert said(io.StringIO()) == (
        "  09:00:05.3  Zalo       Quá hạn trả lời.\n"
        "                         The deadline is missed.\n"
    )


def test_colour_is_for_terminals_only() -> None:
    assert "\033[31m" in said(Tty())
    assert "\033" not in said(io.StringIO())


def test_who_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in said(Tty())


def test_long_lines_are_wrapped_below_each_other() -> None:
    out = io.StringIO()
    Terminal(out).say(AT, "email", "một " * 40, "one " * 40)
    lines = out.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert all(line.startswith(" " * 25) for line in lines[1:])


def test_waiting_counts_down_on_a_terminal_and_is_silent_in_a_file() -> None:
    tty, file = Tty(), io.StringIO()
    for out in (tty, file):
        Terminal(out).wait(datetime.now(UTC) + timedelta(seconds=0.05), "quá hạn", "breach")
    assert "quá hạn sau 0 s · breach in 0 s" in tty.getvalue()
    assert tty.getvalue().endswith("\r\033[K")
    assert file.getvalue() == ""


def test_the_table_is_aligned_and_marks_what_was_not_kept() -> None:
    out = io.StringIO()
    second = timedelta(seconds=1)
    rows = [
        timed("Nhắc hạn", "Reminder", [second / 4], second * 2),
        timed("Quá hạn", "Breach", [second, None], second * 2),
        counted("Webhook giả bị từ chối", "Forged webhook refused", [True]),
    ]
    Terminal(out).table(rows)
    _, *lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines] == ["✓", "✗", "✓"]
    assert len({len(line) for line in lines}) == 1
    assert "0.25 s" in lines[0]
    assert "—" in lines[1]
