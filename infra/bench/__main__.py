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
from uuid import uuid4

from infra.bench import adapters, journey, report, size, start, sweep, webhook
from infra.bench.cloud import cloud
from infra.bench.function import BenchError, Function, packaged
from infra.bench.report import Row
from infra.cloudformation import StackError
from infra.local.cloud import Cloud
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
            for name in args.only or PARTS:
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


def _sweep(bench: _Bench) -> Iterator[Row]:
    port = int(bench.cloud["emulator_url"].rpartition(":")[2])
    dynamodb = Cloud(port).client("dynamodb")
    return sweep.measure(dynamodb, f"bench-{uuid4().hex}", datetime.now(UTC))


PARTS: Mapping[str, Callable[[_Bench], Iterator[Row]]] = {
    "size": lambda _: size.measure(),
    "start": lambda bench: start.measure(bench.function, bench.args.rounds),
    "adapters": lambda bench: adapters.measure(bench.args.rounds),
    "webhook": lambda bench: webhook.measure(bench.function, bench.args.rounds),
    "journey": lambda bench: journey.measure(bench.cloud, bench.args.journeys),
    "sweep": _sweep,
}


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
    args = parser.parse_args(given)
    if args.document and args.only:
        parser.error("--document needs all of it measured in one run, so no --only")
    return args


if __name__ == "__main__":
    sys.exit(main())
