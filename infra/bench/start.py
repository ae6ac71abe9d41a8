"""How fast the webhook function starts from the built zip, beside a bare boto3 client."""

import statistics
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from infra.bench import webhooks
from infra.bench.function import Function
from infra.bench.report import Row
from infra.bench.webhook import program

GROUP = "khởi động · start (CPU of a fresh process)"
GOAL = 1.0
CHANNEL = "zalo"

BARE = "pass"
FLOOR = 'import boto3; boto3.client("dynamodb")'
IMPORTED = "import app"
READY = 'import app; from chalicelib.store.clients import client; client("dynamodb")'
TOLD = "{code}\nimport time; print(time.process_time())"

Program = Callable[[], float]


def measure(function: Function, rounds: int) -> Iterator[Row]:
    """Start fresh processes in turn, so that a busy moment meets them all."""
    programs = _programs(function)
    times: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, run in programs.items():
            times[name].append(run())
    yield from _rows({name: statistics.median(found) * 1000 for name, found in times.items()})


def _programs(function: Function) -> Mapping[str, Program]:
    given = webhooks.given(CHANNEL, 1)
    referring = webhooks.given(CHANNEL, 1, referring=True)
    codes = {"bare": BARE, "floor": FLOOR, "imported": IMPORTED, "ready": READY}
    return {
        **{name: partial(function.run, TOLD.format(code=code)) for name, code in codes.items()},
        "first_floor": partial(function.run, program("first_floor"), given),
        "first": partial(function.run, program("first"), given),
        "first_referring": partial(function.run, program("first"), referring),
    }


def _rows(medians: Mapping[str, float]) -> Iterator[Row]:
    beyond = {name: found - medians["bare"] for name, found in medians.items()}
    names = {
        "imported": ("import app", "floor", None),
        "ready": ("import app + client", "floor", GOAL),
        "first": ("… + first webhook stored", "first_floor", None),
        "first_referring": ("… + its secrets from SSM", "first_floor", None),
    }
    for name, (what, floor, limit) in names.items():
        yield Row(
            group=GROUP, what=what, value=beyond[name], unit="ms", floor=beyond[floor], limit=limit
        )
