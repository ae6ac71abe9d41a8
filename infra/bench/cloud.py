"""The local cloud to measure on: the one that runs here, or one of the bench's own."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.local import stack
from infra.local.cloud import HOST, Cloud
from infra.local.processes import answers
from infra.local.stack import Stack
from infra.local.tools import emulator_python
from infra.local.up import ROOT, Local

LOCAL = ROOT / ".local"
DESK = ROOT / "examples" / "shop.desk.yaml"


@contextmanager
def cloud() -> Iterator[Stack]:
    """Yield what its `stack.json` tells; a cloud that was begun here ends here."""
    known = stack.read(LOCAL / "stack.json")
    if known.get("token") and answers(f"{known['api_url']}/api/health"):
        yield known
        return
    with TemporaryDirectory(prefix="frontline-bench-cloud-") as folder, _begun(Path(folder)) as own:
        yield own


@contextmanager
def _begun(folder: Path) -> Iterator[Stack]:
    LOCAL.mkdir(exist_ok=True)
    # The emulator's virtual environment is made once for the whole checkout.
    emulator_python(LOCAL / "emulator")
    (folder / "emulator").symlink_to(LOCAL / "emulator")
    local = Local(Cloud(_two_free_ports()), folder)
    try:
        with redirect_stdout(sys.stderr):
            local.up(DESK)
        yield stack.read(local.stack_file)
    finally:
        local.down()


def _two_free_ports() -> int:
    """Return a port that is free together with its successor, which the simulator takes."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((HOST, 0))
            port: int = first.getsockname()[1]
            try:
                second.bind((HOST, port + 1))
            except OSError:
                continue
            return port
