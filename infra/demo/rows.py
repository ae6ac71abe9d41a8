"""A line of the closing table: a promise, and what was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`times` says how often it was put to the test; never is not kept."""

    vi: str
    en: str
    times: str
    measured: str
    promised: str
    kept: bool


def timed(vi: str, en: str, took: Sequence[timedelta | None], within: timedelta) -> Row:
    """Return a row for the slowest of several; None is what never happened.

    Too early is no better than too late.
    """
    known = [one for one in took if one is not None]
    all_happened = bool(known) and len(known) == len(took)
    return Row(
        vi=vi,
        en=en,
        times=f"{len(took)}×",
        measured=f"{max(known).total_seconds():.2f} s" if all_happened else "—",
        promised=f"≤ {within.total_seconds():.0f} s",
        kept=all_happened and all(timedelta() <= one <= within for one in known),
    )


def counted(vi: str, en: str, right: Sequence[bool]) -> Row:
    """Return a row for what holds or doesn't."""
    return Row(
        vi=vi,
        en=en,
        times=f"{len(right)}×",
        measured=f"{sum(right)}",
        promised=f"= {len(right)}",
        kept=bool(right) and all(right),
    )
