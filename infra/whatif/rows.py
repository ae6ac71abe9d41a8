"""Tickets as other systems export them: the rows of a CSV file, and all that is wrong with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.problems import Problem
from chalicelib.config.suggestions import nearest
from chalicelib.domain.tickets import Priority
from infra.whatif.period import parse_time
from infra.whatif.sheet import Sheet, SheetError, read_sheet

REQUIRED = ("opened_at", "channel", "type", "answered_at", "resolved_at")
ACKNOWLEDGED = "acknowledged_at"
LATER = (ACKNOWLEDGED, "answered_at", "resolved_at")
PRIORITY = "priority"
HANDLED = "handle_seconds"
PLAIN = ("type", "account", "tier", "language", "text", "agent")
KNOWN = frozenset((*REQUIRED, *LATER, PRIORITY, HANDLED, *PLAIN))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One ticket. What is empty never happened, or isn't known; `line` is where it stands."""

    line: int
    opened_at: datetime
    channel: str
    acknowledged_at: datetime | None
    answered_at: datetime | None
    resolved_at: datetime | None
    priority: Priority | None
    handled: timedelta | None
    type: str | None
    account: str | None
    tier: str | None
    language: str | None
    text: str | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def unread(self) -> tuple[str, ...]:
        """The columns that nothing is made of."""
        return tuple(name for name in self.columns if name not in KNOWN)


def read_rows(data: bytes, file: str, zone: ZoneInfo) -> Table:
    """Return the rows of a file; times that name no zone are in `zone`. Raises `SheetError`."""
    sheet = read_sheet(data, file)
    _check_columns(sheet)
    lines = [_Line(sheet, number, cells, zone) for number, cells in sheet.lines]
    rows = [line.row() for line in lines]
    if problems := [problem for line in lines for problem in line.problems]:
        raise SheetError(problems)
    return Table(sheet.columns, tuple(filter(None, rows)))


def _check_columns(sheet: Sheet) -> None:
    """Raise `SheetError` unless every column that is needed is there, and none twice."""
    if missing := [name for name in REQUIRED if name not in sheet.columns]:
        words = f"thiếu cột · missing columns: {', '.join(missing)}"
        raise SheetError([Problem(sheet.file, 1, "", words)])
    if doubled := sorted({name for name in KNOWN if sheet.columns.count(name) > 1}):
        words = f"cột lặp lại · the same column twice: {', '.join(doubled)}"
        raise SheetError([Problem(sheet.file, 1, "", words)])


class _Line:
    """Reads one line of a sheet, and notes what is wrong with it."""

    def __init__(self, sheet: Sheet, number: int, cells: Sequence[str], zone: ZoneInfo) -> None:
        self.problems: list[Problem] = []
        self._place = (sheet.file, number)
        self._cells = dict(zip(sheet.columns, map(str.strip, cells), strict=False))
        self._zone = zone
        if any(map(str.strip, cells[len(sheet.columns) :])):
            advice = "“…” quanh ô có dấu phân cách · quote cells with separators"
            self._note("", "thừa ô · more cells than columns", advice)

    def row(self) -> Row | None:
        """Return what the line says, or None when that is not enough."""
        opened_at = self._opened_at()
        later: dict[str, Any] = {name: self._later(name, opened_at) for name in LATER}
        channel = self._one_of("channel", ADAPTERS)
        priority = self._one_of(PRIORITY, [*Priority]) if self._cell(PRIORITY) else None
        handled = self._duration(HANDLED)
        plain: dict[str, Any] = {name: self._cell(name) for name in PLAIN}
        if opened_at is None or channel is None:
            return None
        return Row(
            line=self._place[1],
            opened_at=opened_at,
            channel=channel,
            priority=Priority(priority) if priority else None,
            handled=handled,
            **later,
            **plain,
        )

    def _opened_at(self) -> datetime | None:
        if self._cell("opened_at") is None:
            self._note("opened_at", "bị bỏ trống · is empty", "2026-10-01T09:30")
        return self._time("opened_at")

    def _later(self, name: str, opened_at: datetime | None) -> datetime | None:
        at = self._time(name)
        if at and opened_at and at < opened_at:
            self._note(name, "trước opened_at · before opened_at")
        return at

    def _time(self, name: str) -> datetime | None:
        text = self._cell(name)
        if text is None:
            return None
        try:
            return parse_time(text, self._zone)
        except ValueError:
            words = f"“{text}” không phải ngày giờ · is no time"
            self._note(name, words, "2026-10-01T09:30+07:00")
            return None

    def _one_of(self, name: str, known: Collection[str]) -> str | None:
        text = self._cell(name) or ""
        if text in known:
            return text
        self._note(name, f"“{text}” không có · there is no such {name}", nearest(text, known))
        return None

    def _duration(self, name: str) -> timedelta | None:
        text = self._cell(name)
        if text is None:
            return None
        try:
            duration = timedelta(seconds=float(text))
        except (ValueError, OverflowError):
            duration = timedelta()
        if duration > timedelta():
            return duration
        self._note(name, f"“{text}” không phải số giây · is no number of seconds", "360")
        return None

    def _cell(self, name: str) -> str | None:
        return self._cells.get(name) or None

    def _note(self, column: str, words: str, suggestion: str = "") -> None:
        self.problems.append(Problem(*self._place, column, words, suggestion))
