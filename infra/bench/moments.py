"""How late moments fire when very many are due in the same minute, and whether each fires once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from infra.bench.function import BenchError
from infra.bench.report import Row, quantile
from infra.bench.scene import DUE_AT, REMINDERS, REST, Scene
from infra.bench.timers import MINUTE, every_minute

TABLE = "many-moments"
OPEN = 100_000
BEFORE = timedelta(seconds=5)
"""How long before the minute the last sweep begins."""

MOST_CALLS = 1.1
MEDIAN, NEARLY_ALL = 0.5, 0.99
KILLED, DEADLY, SEED = 20, 0.1, 2026


def measure(url: str, due: int) -> Iterator[Row]:
    """Let the moments of `due` tickets come in a minute, among `OPEN` tickets."""
    group = f"đúng giờ · on time ({due:,} moments in a minute, {OPEN:,} open tickets)"
    row = partial(Row, group=group)
    scene = Scene.of(url, TABLE, due=due, open_in_all=OPEN)
    yield from _on_time(scene, row)
    yield from _after_killed_sweeps(scene, row)


def _on_time(scene: Scene, row: "partial[Row]") -> Iterator[Row]:
    for before in (2 * MINUTE, MINUTE):
        scene.clock.put(DUE_AT - BEFORE - before)
        scene.sweep()
    # Nothing happens until shortly before the minute: that need not be waited for.
    scene.clock.put(DUE_AT - BEFORE)
    with scene.meter.running(), every_minute(scene.sweep):
        scene.fire(times=1)
    late = _lateness(scene)
    yield row(what="fired not at all, or twice", value=_wrong(scene, 0), unit="", limit=0)
    yield row(what="lateness, median", value=quantile(late, MEDIAN), unit="s", limit=1)
    yield row(what="lateness, 99 of 100", value=quantile(late, NEARLY_ALL), unit="s", limit=3)
    yield row(what="lateness, the latest", value=max(late), unit="s")
    calls = scene.meter.attempts / len(late)
    yield row(what="DynamoDB calls for each", value=calls, unit="", limit=MOST_CALLS)
    for operation, count in Counter(scene.meter.operations).most_common():
        yield row(what=f"… {operation}", value=count / len(late), unit="")


def _after_killed_sweeps(scene: Scene, row: "partial[Row]") -> Iterator[Row]:
    """Let every sweep die until enough have; what they handed over, and the rest, is overdue."""
    scene.clock.put(DUE_AT + REST + MINUTE)
    scene.kill_sweeps(KILLED, DEADLY, SEED)
    began = scene.clock()
    with scene.meter.running(), every_minute(scene.sweep):
        scene.fire(times=2)
    rate = len(scene.tickets) / (scene.clock() - began).total_seconds()
    calls = scene.meter.attempts / len(scene.tickets)
    what = f"fired not at all, or twice, after {KILLED} killed sweeps"
    yield row(what=what, value=_wrong(scene, 1), unit="", limit=0)
    yield row(what="… DynamoDB calls for each", value=calls, unit="")
    yield row(what="… fired at most, when all are overdue", value=rate, unit="/s")


def _lateness(scene: Scene) -> list[float]:
    """Return by how many seconds each ticket was written after its moment."""
    moments = ((ticket.id, ticket.moment) for ticket in scene.tickets)
    return [
        (scene.landings.at[ticket_id][0] - moment.at).total_seconds()
        for ticket_id, moment in moments
        if moment
    ]


def _wrong(scene: Scene, reminder: int) -> int:
    if failures := scene.timers.failures:
        raise BenchError(f"{len(failures)} messages failed: {failures[0]!r}")
    return scene.wrong(REMINDERS[reminder])
