"""The rosters that were found, for a person as grids of a week: hours downwards, days across."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from infra.deskctl.report import columns
from infra.whatif.roster import TeamRoster
from infra.whatif.week import HOURS_A_DAY

DAYS = ("T2 Mon", "T3 Tue", "T4 Wed", "T5 Thu", "T6 Fri", "T7 Sat", "CN Sun")
CLOSED = "·"
NO_WORK = "  không có yêu cầu nào · no tickets"


def told_rosters(rosters: Mapping[str, TeamRoster], keep: Fraction) -> Iterator[str]:
    """Yield for each team the agents it needs in each hour, and what they would keep."""
    target = f"{float(100 * keep):g} %"
    for team_id, roster in rosters.items():
        yield ""
        yield (
            f"{team_id}: số người cần để trả lời đúng hạn {target} · "
            f"agents needed to answer {target} in time"
        )
        yield from _told(roster) if roster.staffing.jobs else (NO_WORK,)


def _told(roster: TeamRoster) -> Iterator[str]:
    staffing, hours = roster.staffing, sum(roster.staffing.crew)
    yield from columns([("", *DAYS), *_rows(roster)])
    yield (
        f"→ {staffing.percent:.1f} % của {staffing.jobs} yêu cầu, {hours} giờ công mỗi tuần · "
        f"of {staffing.jobs} tickets, {hours} agent hours a week"
    )
    if not staffing.enough:
        yield (
            "! bao nhiêu người cũng không đủ: hạn rơi ngoài giờ mở cửa · "
            "no number is enough: deadlines fall outside opening hours"
        )


def rosters_as_data(rosters: Mapping[str, TeamRoster]) -> dict[str, Any]:
    """Return the same for a script; hours of the week count from Monday's midnight."""
    return {
        team_id: {
            **asdict(roster.staffing),
            "percent": roster.staffing.percent,
            "open_hours": sorted(roster.open_hours),
        }
        for team_id, roster in rosters.items()
    }


def _rows(roster: TeamRoster) -> Iterator[tuple[str, ...]]:
    crew, open_hours = roster.staffing.crew, roster.open_hours
    for hour in range(HOURS_A_DAY):
        week = [day * HOURS_A_DAY + hour for day in range(len(DAYS))]
        if not open_hours.isdisjoint(week):
            cells = (str(crew[one]) if one in open_hours else CLOSED for one in week)
            yield f"{hour:02}:00", *cells
