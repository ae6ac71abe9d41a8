"""`deskctl clock …`: lets a desk's days pass in minutes, on the local cloud and nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.bootstrap import Frontline
from chalicelib.domain.pace import Pace, Stretch
from chalicelib.errors import InvalidRequestError
from chalicelib.store import items
from infra.deskctl.report import Report

FASTEST = 3600
NOT_HERE = (
    "chỉ đám mây trên máy này (make up) có đồng hồ riêng · "
    "only the local cloud (make up) has a clock of its own"
)
WRONG_PACE = f"nhịp từ 1 đến {FASTEST} · a pace is from 1 to {FASTEST}"
BEHIND = "không chậm hơn giờ thật · not behind real time"
BACK = (
    "đồng hồ lùi: việc đã ghi vẫn ở giờ đã ghi · "
    "the clock went back: what was recorded stays at its later time"
)


def local(stage: str, open_stage: Callable[[], Frontline]) -> Frontline:
    """Return the local cloud. Raises `InvalidRequestError` for every other stage."""
    cloud = open_stage() if stage == "local" else None
    if cloud is None or not cloud.settings.pace_file:
        raise InvalidRequestError(NOT_HERE)
    return cloud


def show(cloud: Frontline) -> Report:
    """Tell the desk's time now, and its pace."""
    now, factor = cloud.clock().astimezone(_zone(cloud)), cloud.pace().factor
    pace = f"1 giây thật = {factor:g} giây · a real second is {factor:g} s"
    data = {"desk_time": now.isoformat(), "pace": factor}
    return Report((f"{now:%Y-%m-%d %H:%M:%S %Z}  {pace}",), data)


def change(cloud: Frontline, factor: float | None, at: datetime | None) -> Report:
    """Let the desk's time go on from `at`, else from where it is, at a pace, else at its own.

    An `at` without an offset is in the desk's time zone. What that makes due fires at once, as
    after an outage. Raises `InvalidRequestError`.
    """
    real_at, pace = cloud.real_clock(), cloud.pace()
    desk_at = pace.desk_time(real_at)
    factor = pace.factor if factor is None else factor
    if not 1 <= factor <= FASTEST:
        raise InvalidRequestError(WRONG_PACE)
    if at is not None:
        desk_at = (at if at.tzinfo else at.replace(tzinfo=_zone(cloud))).astimezone(UTC)
    if desk_at < real_at:
        raise InvalidRequestError(BEHIND)
    return _go_on(cloud, Stretch(factor, real_at, desk_at))


def reset(cloud: Frontline) -> Report:
    """Let the desk live by real time again."""
    now = cloud.real_clock()
    return _go_on(cloud, Stretch(1, now, now))


def _go_on(cloud: Frontline, stretch: Stretch) -> Report:
    pace = cloud.pace()
    # At the very moment of the turn: any later one would find that time had gone on.
    before_at = pace.desk_time(stretch.real_at)
    write(Path(cloud.settings.pace_file), Pace((*pace.stretches, stretch)))
    # What waits in the queues was delayed for another pace: nobody is to wait for the next minute.
    cloud.sweeper.sweep()
    told = show(cloud)
    warning = (BACK,) if stretch.desk_at < before_at else ()
    return Report((*told.lines, *warning), told.data)


def write(file: Path, pace: Pace) -> None:
    """Write it in one step: somebody may be reading."""
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(items.encode(pace))
    unfinished.replace(file)


def _zone(cloud: Frontline) -> ZoneInfo:
    return ZoneInfo(cloud.desk().time_zone)
