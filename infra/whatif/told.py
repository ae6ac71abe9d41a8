"""What a comparison has to say, as lines for a person: today's desk beside the proposed one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TypeVar

from infra.deskctl.report import columns
from infra.whatif.alerts import HOURS, KINDS
from infra.whatif.loads import Load
from infra.whatif.outcome import Outcome
from infra.whatif.promises import Kept, Promise

SHOWN = 10
BESIDE = ("", "hiện nay · today", "đề xuất · proposed")
NOTHING = "–"
CALM = "·"

Row = tuple[str, ...]
T = TypeVar("T")


def told(today: Outcome, proposed: Outcome) -> Iterator[str]:
    """Yield one table after the other; of long ones the top, since JSON has them whole."""
    both = (today, proposed)
    yield from _table("Tất cả · In all", _totals(*both))
    kept = "đúng hạn / trễ / còn chờ · met / late / open"
    yield from _table(f"Theo chính sách · By policy: {kept}", _kept(both, by_policy))
    yield from _table(f"Theo nhóm · By team: {kept}", _kept(both, by_team))
    alerts = "nhắc / quá hạn / leo thang · reminders / breaches / escalations"
    yield from _table(f"Theo người · By person: {alerts}", _alerts(both, _of_people, _most))
    yield from _table(f"Theo giờ · By hour: {alerts}", _alerts(both, _of_hours, _all))
    yield from _grid(both)
    loads = "đã giao / nhiều nhất / trung bình cùng lúc · assigned / peak / mean at once"
    yield from _table(f"Theo nhân viên · By agent: {loads}", _beside(both, _loads, _load))
    yield from _table(
        "Giờ mở cửa không có ai · Open hours with nobody there", _beside(both, _uncovered, _hours)
    )


def by_policy(promise: Promise) -> tuple[str, str]:
    policy, _, metric = promise
    return policy, metric


def by_team(promise: Promise) -> tuple[str, str]:
    _, team, metric = promise
    return team, metric


def _table(title: str, rows: Iterable[Row]) -> Iterator[str]:
    if listed := list(rows):
        yield ""
        yield title
        yield from columns([BESIDE, *(("  " + name, *cells) for name, *cells in listed)])


def _totals(today: Outcome, proposed: Outcome) -> Iterator[Row]:
    figures: Mapping[str, Callable[[Outcome], int]] = {
        "yêu cầu · tickets": lambda outcome: outcome.tickets,
        "trễ hạn · breaches": lambda outcome: outcome.breaches,
        "phải xếp hàng đợi · parked": lambda outcome: outcome.parked,
        "bị bỏ qua · dropped": lambda outcome: outcome.dropped,
        "không phát lại được · not replayed": lambda outcome: sum(outcome.skipped.values()),
    }
    for words, of in figures.items():
        yield words, str(of(today)), str(of(proposed))


def _kept(
    both: tuple[Outcome, Outcome], group: Callable[[Promise], tuple[str, str]]
) -> Iterator[Row]:
    today, proposed = (one.kept_by(group) for one in both)
    for key in sorted(today.keys() | proposed.keys()):
        yield " ".join(key), *(_share(of.get(key, Kept())) for of in (today, proposed))


def _share(kept: Kept) -> str:
    share = NOTHING if kept.percent is None else f"{kept.percent:.1f} %"
    return f"{kept.met} / {kept.late} / {kept.open}  {share}"


Counts = Mapping[str, tuple[int, ...]]


def _alerts(
    both: tuple[Outcome, Outcome],
    counted: Callable[[Outcome], Counts],
    shown: Callable[[Counts, Counts], list[str]],
) -> Iterator[Row]:
    today, proposed = map(counted, both)
    none = (0,) * len(KINDS)
    for name in shown(today, proposed):
        yield name, *(" / ".join(map(str, of.get(name, none))) for of in (today, proposed))


def _grid(both: tuple[Outcome, Outcome]) -> Iterator[str]:
    """Yield the hours of the day across, in which anybody is alerted of anything."""
    today, proposed = map(_each_hour, both)
    none = (0,) * len(HOURS)
    totals = [*zip(*today.values(), *proposed.values(), strict=True)]
    if hours := [hour for hour, total in enumerate(totals) if any(total)]:
        yield ""
        yield (
            "Theo người và giờ, trên hiện nay, dưới đề xuất · "
            "By person and hour, above today, below proposed"
        )
        rows = [("", *(f"{hour:02}h" for hour in hours))]
        for name in _most(today, proposed):
            for words, counts in ((name, today), ("", proposed)):
                of_name = counts.get(name, none)
                rows.append((f"  {words}", *(str(of_name[hour] or CALM) for hour in hours)))
        yield from columns(rows)


def _most(today: Counts, proposed: Counts) -> list[str]:
    """Return the names with most alerts under both desks together."""

    def fewer(name: str) -> tuple[int, str]:
        return -sum(today.get(name, ())) - sum(proposed.get(name, ())), name

    return sorted(today.keys() | proposed.keys(), key=fewer)[:SHOWN]


def _all(today: Counts, proposed: Counts) -> list[str]:
    return sorted(today.keys() | proposed.keys())


def _each_hour(outcome: Outcome) -> Counts:
    """Return how many alerts each person has in each hour, whatever they are."""
    return {
        person: tuple(map(sum, zip(*kinds.values(), strict=True)))
        for person, kinds in outcome.alerts.items()
    }


def _of_people(outcome: Outcome) -> Counts:
    return {
        person: tuple(sum(hourly[kind]) for kind in KINDS)
        for person, hourly in outcome.alerts.items()
    }


def _of_hours(outcome: Outcome) -> Counts:
    counts = {
        f"{hour:02}:00": tuple(
            sum(hourly[kind][hour] for hourly in outcome.alerts.values()) for kind in KINDS
        )
        for hour in HOURS
    }
    return {hour: of_kinds for hour, of_kinds in counts.items() if any(of_kinds)}


def _beside(
    both: tuple[Outcome, Outcome],
    named: Callable[[Outcome], Mapping[str, T]],
    words: Callable[[T], str],
) -> Iterator[Row]:
    today, proposed = map(named, both)
    for name in sorted(today.keys() | proposed.keys()):
        yield name, *(words(of[name]) if name in of else NOTHING for of in (today, proposed))


def _loads(outcome: Outcome) -> Mapping[str, Load]:
    return outcome.loads


def _load(load: Load) -> str:
    return f"{load.assigned} / {load.peak} / {load.mean:.1f}"


def _uncovered(outcome: Outcome) -> Mapping[str, timedelta]:
    return outcome.uncovered


def _hours(length: timedelta) -> str:
    return f"{length / timedelta(hours=1):.1f} h"
