"""The local cloud that every story is told on."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from infra.local.cloud import Cloud
from infra.local.tools import emulator_python
from infra.local.up import ROOT, Local
from tests.e2e.desk import document
from tests.e2e.outage import Waiting, sweep_outage
from tests.e2e.world import World

LONG = "waiting"
"""The fixture that takes minutes: begun with the first test, looked at by the last ones."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: waits for minutes")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to the end of these tests what has to wait for minutes."""
    here = [place for place, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    last = sorted((items[place] for place in here), key=_takes_long)
    for place, item in zip(here, last, strict=True):
        items[place] = item


@pytest.fixture(scope="session", autouse=True)
def _begin_what_takes_long(request: pytest.FixtureRequest) -> None:
    if any(map(_takes_long, request.session.items)):
        request.getfixturevalue(LONG)


@pytest.fixture(scope="session")
def waiting(world: World) -> Iterator[Waiting]:
    yield from sweep_outage(world)


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


def _takes_long(item: pytest.Item) -> bool:
    return LONG in getattr(item, "fixturenames", ())
