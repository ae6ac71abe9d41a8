"""The commands `python -m infra.local up` and `down`: the local cloud of this checkout."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import SubprocessError

from infra.cloudformation import StackError
from infra.local import stack
from infra.local.cloud import Cloud
from infra.local.processes import NotReadyError
from infra.local.up import ROOT, Local, SetUpError, say
from infra.packaging import PackagingError

EXAMPLE_DESK = ROOT / "examples" / "shop.desk.yaml"
DEFAULT_PORT = 4566
FAILURES = (PackagingError, SetUpError, NotReadyError, StackError, SubprocessError, OSError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked; return the code for the shell."""
    args = _parser().parse_args(arguments)
    local = Local(Cloud(args.port), ROOT / ".local")
    started = time.monotonic()
    try:
        if args.command == "down":
            local.down()
            return 0
        local.up(args.desk.resolve())
    except FAILURES as error:
        print(error, file=sys.stderr)
        return 1
    say(f"sẵn sàng · ready ({time.monotonic() - started:.0f} s)")
    _print_addresses(local)
    return 0


def _print_addresses(local: Local) -> None:
    rows = {
        "trò chuyện như khách · chat as a customer": f"{local.platforms_url}/",
        "hộp thư · mailbox": f"{local.platforms_url}/mail",
        "API": stack.read(local.stack_file)["api_url"],
        "địa chỉ và khóa · addresses and secrets": str(local.stack_file.relative_to(ROOT)),
    }
    for name, value in rows.items():
        print(f"  {name}: {value}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local",
        description="Đám mây trên máy này · The local cloud of this checkout.",
    )
    parser.add_argument("command", choices=("up", "down"), help="chạy, dừng · start, stop")
    port_help = "cổng, mặc định %(default)s; trang ở cổng kế tiếp · the pages are on the port after"
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help=port_help)
    parser.add_argument(
        "--desk", type=Path, default=EXAMPLE_DESK, help="cấu hình đem dùng · the desk.yaml to apply"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
