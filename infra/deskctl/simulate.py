"""`deskctl simulate`: what happened, replayed under another desk before that is applied."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.bootstrap import Frontline
from chalicelib.config.document import decode, load
from chalicelib.desk.model import Desk
from chalicelib.domain.durations import parse_duration
from infra.deskctl.report import REFUSED, Report, problems
from infra.whatif.comparison import compare
from infra.whatif.data import as_data
from infra.whatif.grid import rosters_as_data, told_rosters
from infra.whatif.period import Period
from infra.whatif.roster import rosters
from infra.whatif.sheet import SheetError
from infra.whatif.source import Source, from_file, from_stage
from infra.whatif.told import told

Cloud = Callable[[], Frontline]

SHOWN = 50
"""Problems told to a person; a script is told all of them."""


def answer(asked: argparse.Namespace, cloud: Cloud) -> Report:
    """Replay what happened under a file's desk, and beside it under today's.

    Raises `InvalidRequestError` for a period in which nothing happened, and `DeskError`.
    """
    proposed = _read(asked.desk)
    today = _read(asked.against) if asked.against else cloud().desks.current().desk
    zone = ZoneInfo(proposed.time_zone)
    period = Period.between(asked.since, asked.until, zone)
    try:
        source = (
            from_file(asked.csv, today, proposed, period)
            if asked.csv
            else from_stage(cloud().table, period)
        )
    except SheetError as error:
        return _problems(error)
    before, after, replay = compare(today, proposed, source.history)
    needed = rosters(replay, asked.keep, asked.handle) if asked.roster else {}
    lines = (*_about(source, zone), *told(before, after), *told_rosters(needed, asked.keep))
    data = {
        "from": source.history.begins_at.isoformat(),
        "to": source.history.ends_at.isoformat(),
        "source": source.data,
        "today": as_data(before),
        "proposed": as_data(after),
    }
    if asked.roster:
        data["rosters"] = rosters_as_data(needed)
    return Report(lines, data)


def _read(file: Path) -> Desk:
    return load(decode(file.read_bytes(), str(file)), str(file))


def _problems(error: SheetError) -> Report:
    count = len(error.problems)
    closing = f"{count} lỗi, chưa mô phỏng gì · {problems(count)}, nothing was simulated"
    data = [asdict(problem) for problem in error.problems]
    shown = map(str, error.problems[:SHOWN])
    return Report((*shown, closing), {"problems": data}, REFUSED)


def _about(source: Source, zone: ZoneInfo) -> Iterator[str]:
    history = source.history
    begins_at, ends_at = (at.astimezone(zone) for at in (history.begins_at, history.ends_at))
    yield from source.lines
    yield (
        f"{begins_at:%Y-%m-%d %H:%M} → {ends_at:%Y-%m-%d %H:%M} ({zone}), "
        f"{len(history.events)} sự kiện · events"
    )


def _share(text: str) -> Fraction:
    try:
        percent = Fraction(text.removesuffix("%"))
    except (ValueError, ZeroDivisionError):
        percent = Fraction(0)
    # Who writes 0.9 means ninety.
    if not 1 <= percent <= 100:  # noqa: PLR2004
        raise argparse.ArgumentTypeError(f"“{text}”: viết 95% · write 95%")
    return percent / 100


def _duration(text: str) -> timedelta:
    try:
        duration = parse_duration(text)
    except ValueError:
        duration = timedelta()
    if not duration:
        raise argparse.ArgumentTypeError(f"“{text}”: viết 6m · write 6m")
    return duration


ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "--desk": {
        "type": Path,
        "required": True,
        "metavar": "FILE",
        "help": "cấu hình đề xuất · the proposed desk",
    },
    "--against": {
        "type": Path,
        "metavar": "FILE",
        "help": "so với, mặc định cấu hình đang dùng · compared with; default: the desk in force",
    },
    "--from": {
        "dest": "since",
        "metavar": "TIME",
        "help": "2026-10-01, hoặc kèm giờ · or with a time of day",
    },
    "--to": {
        "dest": "until",
        "metavar": "TIME",
        "help": "không kể chính lúc ấy · that moment itself left out",
    },
    "--csv": {
        "type": Path,
        "metavar": "FILE",
        "help": "mặc định: những gì hệ thống đã ghi · default: what the stage recorded",
    },
    "--roster": {
        "action": "store_true",
        "help": "mỗi giờ cần bao nhiêu người · how many agents each hour needs",
    },
    "--keep": {
        "type": _share,
        "default": "90%",
        "metavar": "SHARE",
        "help": "tỷ lệ đúng hạn, mặc định 90%% · share to keep; default: 90%%",
    },
    "--handle": {
        "type": _duration,
        "default": "6m",
        "metavar": "TIME",
        "help": "thời gian xử lý khi không có số liệu, mặc định 6m · "
        "work on a ticket where nothing tells it; default: 6m",
    },
}
