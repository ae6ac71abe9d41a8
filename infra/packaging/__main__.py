"""The command `python -m infra.packaging`: build what `make deploy` and `make up` deploy."""

import argparse
import time

from infra.packaging.archive import sizes
from infra.packaging.build import build
from infra.packaging.wheels import MACHINES

MEGABYTE = 1_000_000


def main() -> None:
    """Build a stage's package and say where it is and how large."""
    parser = argparse.ArgumentParser(prog="python -m infra.packaging", description=__doc__)
    parser.add_argument("--stage", default="dev")
    parser.add_argument("--architecture", choices=sorted(MACHINES), default="arm64")
    args = parser.parse_args()
    started = time.monotonic()
    package = build(args.stage, args.architecture)
    plain, byte_code = (size / MEGABYTE for size in sizes(package.zip))
    print(f"{package.zip}: {plain:.1f} MB + {byte_code:.1f} MB byte code")
    print(f"{package.template} ({time.monotonic() - started:.1f} s)")


if __name__ == "__main__":
    main()
