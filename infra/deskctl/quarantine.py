"""`deskctl quarantine …`: what was proven but not understood."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Protocol

from chalicelib.store.quarantine import Quarantine, Quarantined
from infra.deskctl.report import OK, REFUSED, Report, columns


class Replayer(Protocol):
    def replay(self, part: Quarantined) -> bool: ...


def show_all(quarantine: Quarantine) -> Report:
    """List what is kept, oldest first; contents are left out."""
    parts = list(quarantine.list())
    rows = [
        (
            one.id,
            f"{one.channel}/{one.account}",
            f"{one.received_at:%Y-%m-%d %H:%M:%S} UTC",
            one.reason,
        )
        for one in parts
    ]
    empty = "không có gì bị cách ly · nothing in quarantine"
    return Report(columns(rows) or (empty,), [_about(one) for one in parts])


def show(part_id: str, quarantine: Quarantine) -> Report:
    """Print one part whole, as the platform sent it: a customer's words may be in it."""
    part = quarantine.get(part_id)
    about = tuple(f"{name}: {value}" for name, value in _about(part).items())
    return Report((*about, "", part.raw), {**_about(part), "raw": part.raw})


def replay(parts: Iterable[Quarantined], replayer: Replayer) -> Report:
    """Read parts once more; those understood now leave the quarantine."""
    done = {part.id: replayer.replay(part) for part in parts}
    left = [part_id for part_id, understood in done.items() if not understood]
    lines = (
        *(f"vẫn chưa hiểu · still not understood: {part_id}" for part_id in left),
        f"{len(done) - len(left)}/{len(done)} đã xử lý lại · replayed",
    )
    return Report(lines, {"replayed": len(done) - len(left), "left": left}, REFUSED if left else OK)


def _about(part: Quarantined) -> dict[str, object]:
    return {name: value for name, value in asdict(part).items() if name not in ("raw", "log_key")}
