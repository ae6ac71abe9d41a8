"""The command `python -m infra.bench`: everything measured in one run, nothing from memory."""

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from subprocess import SubprocessError

from infra.bench import (
    adapters,
    crowd,
    journey,
    moments,
    report,
    size,
    start,
    sweep,
    webhook,
    whatif,
)
from infra.bench.cloud import cloud
from infra.bench.emulator import emulator
from infra.bench.function import BenchError, Function, packaged
from infra.bench.report import Row
from infra.cloudformation import StackError
from infra.local.processes import NotReadyError
from infra.local.stack import Stack
from infra.local.up import SetUpError
from infra.packaging import PackagingError

FAILURES = (
    BenchError,
    NotReadyError,
    PackagingError,
    SetUpError,
    StackError,
    SubprocessError,
    OSError,
)
DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
MISSED = 1
FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; tell by the code whether every goal was met."""
    args = _arguments(arguments)
    rows: list[Row] = []
    try:
        with ExitStack() as stack:
            bench = _Bench(args, stack)
            for name in _parts(args):
                print(f"→ đo · measuring: {name}", file=sys.stderr, flush=True)
                rows += PARTS[name](bench)
    except FAILURES as error:
        print(error, file=sys.stderr)
        return FAILED
    print(report.as_json(rows) if args.json else report.as_table(rows))
    if args.document:
        text = report.written_into(DOCUMENT.read_text(encoding="utf-8"), rows, _where())
        DOCUMENT.write_text(text, encoding="utf-8")
    return 0 if all(row.is_good for row in rows) else MISSED


class _Bench:
    """What there is to measure on, each part begun when first needed."""

    def __init__(self, args: argparse.Namespace, stack: ExitStack) -> None:
        self.args = args
        self._stack = stack

    @cached_property
    def function(self) -> Function:
        return self._stack.enter_context(packaged())

    @cached_property
    def cloud(self) -> Stack:
        return self._stack.enter_context(cloud())


def _on_its_own(measure: Callable[[str, int], Iterator[Row]], size: int) -> Iterator[Row]:
    """Measure on an emulator that has nothing else to remember."""
    with emulator() as url:
        yield from measure(url, size)


PARTS: Mapping[str, Callable[[_Bench], Iterator[Row]]] = {
    "size": lambda _: size.measure(),
    "start": lambda bench: start.measure(bench.function, bench.args.rounds),
    "adapters": lambda bench: adapters.measure(bench.args.rounds),
    "webhook": lambda bench: webhook.measure(bench.function, bench.args.rounds),
    "journey": lambda bench: journey.measure(bench.cloud, bench.args.journeys),
    "sweep": lambda bench: _on_its_own(sweep.measure, bench.args.tickets),
    "moments": lambda bench: _on_its_own(moments.measure, bench.args.due),
    "crowd": lambda bench: _on_its_own(crowd.measure, bench.args.customers),
    "whatif": lambda bench: whatif.measure(bench.args.replayed),
}
LONG = {"moments", "crowd", "whatif"}
"""Parts of minutes, measured only when named, or for the document."""


def _parts(args: argparse.Namespace) -> Sequence[str]:
    if args.only:
        return list(args.only)
    return [name for name in PARTS if args.document or name not in LONG]


def _where() -> str:
    """Return one line that says when and on what it was measured."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()} with {os.cpu_count()} processors, "
        f"Python {platform.python_version()}, boto3 {version('boto3')}"
    )


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=PARTS, help="may be said several times")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--document", action="store_true", help="write docs/performance.md anew")
    parser.add_argument("--rounds", type=int, default=11, help="of which the median is told")
    parser.add_argument("--journeys", type=int, default=10)
    parser.add_argument("--tickets", type=int, default=100_000, help="open at most, for the sweep")
    parser.add_argument("--due", type=int, default=10_000, help="moments in a minute")
    parser.add_argument("--customers", type=int, default=5_000, help="of the crowd")
    parser.add_argument("--replayed", type=int, default=100_000, help="tickets of the what-if")
    args = parser.parse_args(given)
    if args.document and args.only:
        parser.error("--document needs all of it measured in one run, so no --only")
    return args


if __name__ == "__main__":
    sys.exit(main())
