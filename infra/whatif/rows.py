"""Tickets as other systems export them: the rows of a CSV file, and all that is wrong with them."""

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.channels.registry import ADAPTERS
from chalicelib.config.problems import Problem
from chalicelib.config.suggestions import nearest
from chalicelib.domain.tickets import Priority
from chalicelib.errors import InvalidRequestError
from infra.whatif.period import parse_time

REQUIRED = ("opened_at", "channel", "type", "answered_at", "resolved_at")
ACKNOWLEDGED = "acknowledged_at"
LATER = (ACKNOWLEDGED, "answered_at", "resolved_at")
HANDLED = "handle_seconds"
PLAIN = ("type", "account", "tier", "language", "text", "agent")

Note = Callable[[str, str, str], None]
"""Takes a column, what is wrong in it, and what to write instead."""


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


class RowsError(InvalidRequestError):
    """A file that can't be replayed, with all its problems in their order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(map(str, problems)))


@dataclass(frozen=True, slots=True)
class Table:
    columns: frozenset[str]
    rows: tuple[Row, ...]


def read_file(file: Path, zone: ZoneInfo) -> Table:
    """Return the rows of a file; times that name no zone are in `zone`. Raises `RowsError`."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = "tệp không phải UTF-8 · the file is not UTF-8"
        raise RowsError([Problem(str(file), 0, "", words)]) from error
    return read_rows(text, str(file), zone)


def read_rows(text: str, file: str, zone: ZoneInfo) -> Table:
    """Return the rows of a file's `text`. Raises `RowsError`."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    columns = frozenset(reader.fieldnames or ())
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        words = f"thiếu cột · missing columns: {', '.join(missing)}"
        raise RowsError([Problem(file, 1, "", words)])
    problems: list[Problem] = []
    rows = list(_rows(reader, file, zone, problems))
    if problems:
        raise RowsError(problems)
    return Table(columns, tuple(rows))


def _rows(
    reader: "csv.DictReader[str]", file: str, zone: ZoneInfo, problems: list[Problem]
) -> Iterator[Row]:
    begins = reader.line_num + 1
    for cells in reader:
        line, begins = begins, reader.line_num + 1

        def note(column: str, words: str, suggestion: str, line: int = line) -> None:
            problems.append(Problem(file, line, column, words, suggestion))

        if row := _row(line, cells, zone, note):
            yield row


def _row(line: int, cells: Mapping[str, str], zone: ZoneInfo, note: Note) -> Row | None:
    """Return what a row says, or None when that is not enough, after noting why."""
    if None in cells:
        note("", "thừa ô · more cells than columns", "“…” quanh ô có dấu phẩy · quote commas")
    opened_at = _time("opened_at", cells, zone, note)
    if opened_at is None and not _cell("opened_at", cells):
        note("opened_at", "bị bỏ trống · is empty", "2026-10-01T09:30")
    later: dict[str, Any] = {name: _time(name, cells, zone, note) for name in LATER}
    for name, at in later.items():
        if at and opened_at and at < opened_at:
            note(name, "trước opened_at · before opened_at", "")
    channel = _one_of("channel", ADAPTERS, cells, note)
    priority = _one_of("priority", [*Priority], cells, note) if _cell("priority", cells) else None
    handled = _duration(HANDLED, cells, note)
    plain: dict[str, Any] = {name: _cell(name, cells) for name in PLAIN}
    if opened_at is None or channel is None:
        return None
    return Row(
        line=line,
        opened_at=opened_at,
        channel=channel,
        priority=Priority(priority) if priority else None,
        handled=handled,
        **later,
        **plain,
    )


def _cell(name: str, cells: Mapping[str, str]) -> str | None:
    return (cells.get(name) or "").strip() or None


def _time(name: str, cells: Mapping[str, str], zone: ZoneInfo, note: Note) -> datetime | None:
    text = _cell(name, cells)
    if text is None:
        return None
    try:
        return parse_time(text, zone)
    except ValueError:
        note(name, f"“{text}” không phải ngày giờ · is no time", "2026-10-01T09:30+07:00")
        return None


def _one_of(name: str, known: Collection[str], cells: Mapping[str, str], note: Note) -> str | None:
    text = _cell(name, cells) or ""
    if text in known:
        return text
    note(name, f"“{text}” không có · there is no such {name}", nearest(text, known))
    return None


def _duration(name: str, cells: Mapping[str, str], note: Note) -> timedelta | None:
    text = _cell(name, cells)
    if text is None:
        return None
    try:
        duration = timedelta(seconds=float(text))
    except (ValueError, OverflowError):
        duration = timedelta()
    if duration <= timedelta():
        note(name, f"“{text}” không phải số giây · is no number of seconds", "360")
        return None
    return duration
