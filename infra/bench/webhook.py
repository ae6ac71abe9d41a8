"""What one webhook costs the function in CPU, beside the least that one can cost."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from infra.bench import webhooks
from infra.bench.function import Function
from infra.bench.report import Row

GROUP = "webhook (CPU per event; network stubbed)"
EVENTS = 40
BLOCKS = 5
"""Short blocks, and several a round: a busy moment then meets function and floor alike."""

INSIDE = Path(__file__).with_name("inside.py")


def program(measure: str) -> str:
    """Return a program that measures inside the function's own process."""
    return f"{INSIDE.read_text(encoding='utf-8')}\nmain({measure!r})"


def measure(function: Function, rounds: int) -> Iterator[Row]:
    for channel in webhooks.channels():
        given = {**webhooks.given(channel, EVENTS), "rounds": rounds * BLOCKS}
        found = function.run(program("each"), given)
        ours, floor = (statistics.median(found[name]) * 1e6 for name in ("function", "floor"))
        yield Row(group=GROUP, what=channel, value=ours, unit="µs", floor=floor)
