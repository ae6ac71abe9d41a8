"""The command `python -m infra.bench`: everything measured in one run, nothing from memory."""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from infra.bench import journey, report, size, start, sweep, webhook
from infra.bench.cloud import cloud
from infra.bench.function import BenchError, packaged
from infra.bench.report import Row
from infra.local.cloud import Cloud
from infra.local.processes import NotReadyError
from infra.packaging import PackagingError

FAILURES = (BenchError, NotReadyError, PackagingError, OSError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 when a goal is missed, 2 when there is nothing to judge."""
    args = _parser().parse_args(arguments)
    try:
        rows = [row for name in args.parts for row in _told(PARTS[name], name, args)]
    except FAILURES as error:
        print(error, file=sys.stderr)
        return 2
    print(report.as_json(rows) if args.json else report.as_table(rows))
    return 0 if all(row.is_good for row in rows) else 1


def _start(args: argparse.Namespace) -> Iterator[Row]:
    with packaged() as function:
        yield from start.measure(function, args.rounds)


def _webhook(args: argparse.Namespace) -> Iterator[Row]:
    with packaged() as function:
        yield from webhook.measure(function, args.rounds)


def _sweep(args: argparse.Namespace) -> Iterator[Row]:
    with cloud() as stack:
        port = int(stack["emulator_url"].rpartition(":")[2])
        dynamodb = Cloud(port).client("dynamodb")
        yield from sweep.measure(dynamodb, f"bench-{uuid4().hex}", datetime.now(UTC))


def _journey(args: argparse.Namespace) -> Iterator[Row]:
    with cloud() as stack:
        yield from journey.measure(stack, args.journeys)


def _size(args: argparse.Namespace) -> Iterator[Row]:
    yield from size.measure()


Part = Callable[[argparse.Namespace], Iterator[Row]]
PARTS: Mapping[str, Part] = {
    "size": _size,
    "start": _start,
    "webhook": _webhook,
    "sweep": _sweep,
    "journey": _journey,
}


def _told(part: Part, name: str, args: argparse.Namespace) -> Iterator[Row]:
    print(f"→ đo · measuring {name}", file=sys.stderr, flush=True)
    return part(args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS], default=[*PARTS], metavar="part")
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--rounds", type=int, default=11, help="of which the median is told")
    parser.add_argument("--journeys", type=int, default=10)
    return parser


if __name__ == "__main__":
    sys.exit(main())
