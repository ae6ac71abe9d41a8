"""Where a history is from, a file or a stage's own table, and what is to be said about that."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.desk.model import Desk
from chalicelib.store.table import Table as StageTable
from infra.whatif.acceptance import asks_for_acceptance
from infra.whatif.exported import exported, unknown_types
from infra.whatif.history import History
from infra.whatif.period import Period
from infra.whatif.recorded import recorded
from infra.whatif.rows import Table, read_rows

NO_ACCEPTANCE = (
    "! không có acknowledged_at: không tính việc nhận · "
    "without acknowledged_at nobody is asked to accept"
)


@dataclass(frozen=True, slots=True)
class Source:
    """`lines` are for a person, `data` for a script."""

    history: History
    lines: tuple[str, ...]
    data: Mapping[str, Any]


def from_file(file: Path, today: Desk, proposed: Desk, period: Period) -> Source:
    """Return the tickets of a CSV file. Raises `SheetError`, or `InvalidRequestError` for none."""
    table = read_rows(file.read_bytes(), str(file), ZoneInfo(proposed.time_zone))
    unknown = {
        "today": unknown_types(table, today),
        "proposed": unknown_types(table, proposed),
    }
    history = exported(table, proposed, period)
    leaves_out = not history.tells_acceptance and any(map(asks_for_acceptance, (today, proposed)))
    lines = (
        f"{file}: {len(table.rows)} dòng · rows",
        *_unread(table),
        *_of_no_type(unknown),
        *((NO_ACCEPTANCE,) if leaves_out else ()),
    )
    data = {
        "csv": str(file),
        "rows": len(table.rows),
        "unread_columns": table.unread,
        "unknown_types": unknown,
        "acceptance_left_out": leaves_out,
    }
    return Source(history, lines, data)


def from_stage(table: StageTable, period: Period) -> Source:
    """Return what a stage recorded. Raises `InvalidRequestError` where nothing happened."""
    history, cost = recorded(table, period)
    lines = (
        f"đọc {cost.items} mục, {cost.read_units:g} RCU · read {cost.items} items, "
        f"{cost.read_units:g} read units",
    )
    return Source(history, lines, asdict(cost))


def _unread(table: Table) -> Iterator[str]:
    if table.unread:
        yield f"! cột không dùng đến · columns not read: {', '.join(table.unread)}"


def _of_no_type(unknown: Mapping[str, int]) -> Iterator[str]:
    for whose, rows in unknown.items():
        if rows:
            yield (
                f"! {rows} dòng có loại không có trong cấu hình ({whose}), dùng loại mặc định · "
                f"{rows} rows have a type that the desk of {whose} doesn't know: its default"
            )
