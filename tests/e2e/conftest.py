"""Two local clouds: one for every story, and one that enforces every function's permissions."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from infra.local.cloud import Cloud
from infra.local.tools import emulator_python
from infra.local.up import ROOT, Local
from tests.e2e.desk import document
from tests.e2e.world import World


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """The cloud that the stories are told on."""
    yield from running(tmp_path_factory.mktemp("cloud"))


@pytest.fixture(scope="session")
def world(local: Local) -> Iterator[World]:
    yield from World.told_by(local.stack_file)


def running(folder: Path) -> Iterator[Local]:
    """Bring a cloud up in a folder of its own, and take down just that one."""
    (ROOT / ".local").mkdir(exist_ok=True)
    # The emulator's virtual environment is made once for the whole checkout.
    emulator_python(ROOT / ".local" / "emulator")
    (folder / "emulator").symlink_to(ROOT / ".local" / "emulator")
    desk = folder / "desk.yaml"
    desk.write_text(yaml.safe_dump(document(), allow_unicode=True, sort_keys=False))
    local = Local(Cloud(_two_free_ports()), folder)
    try:
        local.up(desk)
        yield local
    finally:
        local.down()


def _two_free_ports() -> int:
    """Return a port that is free together with its successor, which the simulator takes."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
