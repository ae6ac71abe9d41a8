"""What a command has to say: lines for a person, data for a script, and a code for the shell."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

OK = 0
REFUSED = 1
UNUSABLE = 2


@dataclass(frozen=True, slots=True)
class Report:
    """`code` is 0 for done, 1 for refused (the words say why), 2 for a stage out of reach."""

    lines: tuple[str, ...]
    data: Any = field(default_factory=dict)
    code: int = OK

    def render(self, form: str) -> str:
        """Return the text to print; `form` is `text` or `json`."""
        if form == "json":
            return json.dumps(self.data, ensure_ascii=False, indent=2, default=str)
        return "\n".join(self.lines)


def problems(count: int) -> str:
    """Return so many problems in English; a Vietnamese noun has no plural."""
    return "1 problem" if count == 1 else f"{count} problems"


def columns(rows: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return rows as lines whose columns are lined up."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return tuple(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    )
