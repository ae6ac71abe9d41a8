"""`deskctl simulate`: what happened, replayed under another desk before that is applied."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.bootstrap import Frontline
from chalicelib.config.document import decode, load
from chalicelib.desk.model import Desk
from chalicelib.domain.durations import parse_duration
from infra.deskctl.report import REFUSED, Report
from infra.whatif.comparison import compare
from infra.whatif.data import as_data
from infra.whatif.exported import exported, unknown_types
from infra.whatif.grid import grid
from infra.whatif.history import History
from infra.whatif.period import Period
from infra.whatif.recorded import recorded
from infra.whatif.roster import TeamRoster, rosters
from infra.whatif.rows import RowsError, read_file
from infra.whatif.told import told

Cloud = Callable[[], Frontline]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a history is from, and what is to be said about that."""

    history: History
    lines: tuple[str, ...]
    data: Mapping[str, Any]


def answer(asked: argparse.Namespace, cloud: Cloud) -> Report:
    """Replay what happened under a file's desk, and beside it under today's.

    Raises `InvalidRequestError` for a period in which nothing happened, and `DeskError`.
    """
    proposed = _read(asked.desk)
    today = _read(asked.against) if asked.against else cloud().desks.current().desk
    period = Period.between(asked.since, asked.until, ZoneInfo(proposed.time_zone))
    try:
        source = _source(asked.csv, today, proposed, period, cloud)
    except RowsError as error:
        return _problems(error)
    before, after, replay = compare(today, proposed, source.history)
    needed = rosters(replay, asked.keep, asked.handle) if asked.roster else {}
    lines = (*_about(source), *told(before, after), *_needed(needed, asked.keep))
    data = {
        "from": source.history.begins_at.isoformat(),
        "to": source.history.ends_at.isoformat(),
        "source": source.data,
        "today": as_data(before),
        "proposed": as_data(after),
    }
    if asked.roster:
        data["rosters"] = _as_data(needed)
    return Report(lines, data)


def _read(file: Path) -> Desk:
    return load(decode(file.read_bytes(), str(file)), str(file))


def _source(csv: Path | None, today: Desk, proposed: Desk, period: Period, cloud: Cloud) -> Source:
    if csv is None:
        return _from_stage(cloud(), period)
    table = read_file(csv, ZoneInfo(proposed.time_zone))
    unknown = {
        "today": unknown_types(table, today),
        "proposed": unknown_types(table, proposed),
    }
    lines = (f"{csv}: {len(table.rows)} dòng · rows", *_warnings(unknown))
    data = {"csv": str(csv), "rows": len(table.rows), "unknown_types": unknown}
    return Source(exported(table, proposed, period), lines, data)


def _from_stage(stage: Frontline, period: Period) -> Source:
    history, cost = recorded(stage.table, period)
    words = (
        f"đọc {cost.items} mục, {cost.read_units:g} RCU · read {cost.items} items, "
        f"{cost.read_units:g} read units",
        "ai vắng lúc nào thì nhật ký không ghi · the log doesn't tell who was away when",
    )
    return Source(history, words, asdict(cost))


def _warnings(unknown: Mapping[str, int]) -> Iterator[str]:
    for whose, rows in unknown.items():
        if rows:
            yield (
                f"! {rows} dòng có loại không có trong cấu hình ({whose}), dùng loại mặc định · "
                f"{rows} rows have a type that the desk of {whose} doesn't know: its default"
            )


def _problems(error: RowsError) -> Report:
    count = len(error.problems)
    closing = f"{count} lỗi, chưa mô phỏng gì · {count} problems, nothing was simulated"
    data = [asdict(problem) for problem in error.problems]
    return Report((*map(str, error.problems), closing), {"problems": data}, REFUSED)


def _about(source: Source) -> Iterator[str]:
    history = source.history
    yield from source.lines
    yield (
        f"{history.begins_at:%Y-%m-%d %H:%M} → {history.ends_at:%Y-%m-%d %H:%M} UTC, "
        f"{len(history.events)} sự kiện · events"
    )


def _needed(needed: Mapping[str, TeamRoster], keep: Fraction) -> Iterator[str]:
    for team_id, roster in needed.items():
        staffing = roster.staffing
        share = "–" if staffing.percent is None else f"{staffing.percent:.1f} %"
        yield ""
        yield (
            f"{team_id}: số người cần để trả lời đúng hạn {float(100 * keep):g} % · "
            f"agents needed to answer {float(100 * keep):g} % in time"
        )
        yield from grid(staffing.crew, roster.open_hours)
        yield (
            f"→ {share} của {staffing.jobs} yêu cầu, {sum(staffing.crew)} giờ công mỗi tuần · "
            f"of {staffing.jobs} tickets, {sum(staffing.crew)} agent hours a week"
        )
        if not staffing.enough:
            yield (
                "! bao nhiêu người cũng không đủ: hạn rơi ngoài giờ mở cửa · "
                "no number is enough: deadlines fall outside opening hours"
            )


def _as_data(needed: Mapping[str, TeamRoster]) -> dict[str, Any]:
    return {
        team_id: {**asdict(roster.staffing), "percent": roster.staffing.percent}
        for team_id, roster in needed.items()
    }


def _share(text: str) -> Fraction:
    try:
        share = Fraction(text.removesuffix("%")) / 100
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"“{text}”: viết 95% · write 95%")
    return share


def _duration(text: str) -> timedelta:
    try:
        duration = parse_duration(text)
    except ValueError:
        duration = timedelta()
    if not duration:
        raise argparse.ArgumentTypeError(f"“{text}”: viết 6m · write 6m")
    return duration


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "--desk": {"type": Path, "required": True, "metavar": "FILE", "help": "the proposed desk"},
    "--against": {"type": Path, "metavar": "FILE", "help": "default: the desk in force"},
    "--from": {"dest": "since", "metavar": "TIME", "help": "2026-10-01, or with a time of day"},
    "--to": {"dest": "until", "metavar": "TIME"},
    "--csv": {"type": Path, "metavar": "FILE", "help": "default: what the stage recorded"},
    "--roster": {"action": "store_true", "help": "how many agents each hour needs"},
    "--keep": {"type": _share, "default": "90%", "metavar": "SHARE", "help": "default: 90%%"},
    "--handle": {
        "type": _duration,
        "default": "6m",
        "metavar": "TIME",
        "help": "work on a ticket where nothing tells it; default: 6m",
    },
}
