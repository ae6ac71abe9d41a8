"""`deskctl desk …`: check, compare, apply, look back, go back."""

import json
from datetime import datetime
from pathlib import Path

from chalicelib.config.diff import Change, diff
from chalicelib.config.document import decode, load
from chalicelib.config.schema import desk_schema
from chalicelib.desk.model import Desk
from chalicelib.errors import NotFoundError
from chalicelib.store.desks import Desks, StoredDesk
from infra.deskctl.report import Report, columns


def validate(file: Path) -> Report:
    """Check a file without a stage. Raises `DeskError` with all problems."""
    desk, _ = _read(file)
    counts = {
        "accounts": len(desk.accounts),
        "agents": len(desk.agents),
        "teams": len(desk.teams),
        "request_types": len(desk.request_types),
        "policies": len(desk.policies),
    }
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    return Report((f"{file}: hợp lệ · valid ({told})",), {"valid": True, **counts})


def compare(file: Path, desks: Desks) -> Report:
    """Tell what `apply` would change."""
    desk, _ = _read(file)
    stored = _current(desks)
    changes = diff(stored.desk if stored else None, desk)
    lines = tuple(map(str, changes)) or (SAME,)
    return Report(lines, {"version": _version(stored), "changes": _as_data(changes)})


def apply(file: Path, desks: Desks, by: str, now: datetime) -> Report:
    """Put a file's desk in force, unless it is in force already."""
    desk, source = _read(file)
    return _put(desks, desk, source, by, now)


def rollback(version: int, desks: Desks, by: str, now: datetime) -> Report:
    """Put an earlier version in force again, as a new version."""
    earlier = desks.version(version)
    return _put(desks, earlier.desk, earlier.source, f"{by} (rollback {version})", now)


def history(desks: Desks) -> Report:
    """List every version, newest first; the first is in force."""
    versions = list(desks.history())
    rows = [
        (str(one.version), f"{one.applied_at:%Y-%m-%d %H:%M:%S} UTC", one.applied_by)
        for one in versions
    ]
    data = [
        {"version": one.version, "applied_at": one.applied_at.isoformat(), "by": one.applied_by}
        for one in versions
    ]
    empty = "chưa có phiên bản nào · no version yet"
    return Report(columns(rows) or (empty,), data)


def show(version: int | None, desks: Desks) -> Report:
    """Print the source of a version, or of the one in force."""
    stored = desks.version(version) if version is not None else desks.current()
    return Report((stored.source,), {"version": stored.version, "source": stored.source})


def schema() -> Report:
    """Print the JSON Schema of desk.yaml, for editors."""
    return Report((json.dumps(desk_schema(), ensure_ascii=False, indent=2),), desk_schema())


SAME = "không có gì thay đổi · nothing to change"


def _put(desks: Desks, desk: Desk, source: str, by: str, now: datetime) -> Report:
    stored = _current(desks)
    changes = diff(stored.desk if stored else None, desk)
    if stored and stored.desk == desk:
        return Report((SAME,), {"version": stored.version, "changes": []})
    new = desks.put(desk, source=source, by=by, now=now, expected_version=_version(stored))
    closing = f"phiên bản {new.version} đã có hiệu lực · version {new.version} is in force"
    data = {"version": new.version, "changes": _as_data(changes)}
    return Report((*map(str, changes), closing), data)


def _read(file: Path) -> tuple[Desk, str]:
    source = decode(file.read_bytes(), str(file))
    return load(source, str(file)), source


def _current(desks: Desks) -> StoredDesk | None:
    try:
        return desks.current()
    except NotFoundError:
        return None


def _version(stored: StoredDesk | None) -> int:
    return stored.version if stored else 0


def _as_data(changes: list[Change]) -> list[dict[str, str]]:
    return [
        {"path": one.path, "change": one.sign, "before": str(one.before), "after": str(one.after)}
        for one in changes
    ]
