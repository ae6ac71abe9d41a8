"""What was measured, as a table for people and as JSON for programs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from math import ceil

BEGIN = "<!-- measured: make bench ARGS='--document --tickets=1000000' -->"
END = "<!-- /measured -->"
HEADINGS = ("đo được · measured", "", "sàn · floor", "×", "mục tiêu · goal", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement. `floor` is the least it can be, measured in the same run.

    `limit` is the largest ratio to the floor that is good; without a floor, the largest value.
    """

    group: str
    what: str
    value: float
    unit: str
    floor: float | None = None
    limit: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor if self.floor else None

    @property
    def is_good(self) -> bool:
        """Whether the goal is met, if there is one."""
        judged = self.value if self.ratio is None else self.ratio
        return self.limit is None or judged <= self.limit


def quantile(found: Sequence[float], share: float) -> float:
    """Return the least value that `share` of all don't pass."""
    return sorted(found)[max(0, ceil(len(found) * share) - 1)]


def as_json(rows: Iterable[Row]) -> str:
    found = [{**asdict(row), "ratio": row.ratio, "is_good": row.is_good} for row in rows]
    return json.dumps(found, ensure_ascii=False, indent=1)


def as_table(rows: Sequence[Row]) -> str:
    """Return aligned columns, group by group."""
    width = max(len(text) for row in rows for text in (row.group, row.what))
    lines: list[str] = []
    for group, members in groupby(rows, key=lambda row: row.group):
        lines += ["", f"{group:<{width}}  {_aligned(HEADINGS)}"]
        lines += [f"{row.what:<{width}}  {_aligned(_cells(row))}" for row in members]
    return "\n".join(lines[1:])


def written_into(text: str, rows: Iterable[Row], where: str) -> str:
    """Return a Markdown document with the figures between its marks replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{where}\n\n{_as_markdown(rows)}\n{END}{after}"


def _as_markdown(rows: Iterable[Row]) -> str:
    lines = ["| | measured | floor | × | goal |", "|---|--:|--:|--:|--:|"]
    for group, members in groupby(rows, key=lambda row: row.group):
        lines.append(f"| **{group}** | | | | |")
        for row in members:
            value, unit, floor, ratio, goal, verdict = _cells(row)
            cells = (row.what, f"{value} {unit}".strip(), floor, ratio, f"{goal} {verdict}".strip())
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, str, str, str, str, str]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    goal = "" if row.limit is None else f"≤ {row.limit:g}"
    verdict = "" if row.limit is None else ("✓" if row.is_good else "✗")
    floor = "" if row.floor is None else _figure(row.floor)
    return _figure(row.value), row.unit, floor, ratio, goal, verdict


def _figure(value: float) -> str:
    """Return three digits that say something, and all of them before the point."""
    return f"{value:.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004


def _aligned(figures: Sequence[str]) -> str:
    value, unit, floor, ratio, goal, verdict = figures
    return f"{value:>18} {unit:<5} {floor:>11} {ratio:>7} {goal:>15} {verdict}".rstrip()
