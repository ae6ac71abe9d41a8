"""The local cloud's processes: started once, ended by their own pid and no other."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.processes import NotReadyError, Process

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
FAILS = [sys.executable, "-c", "print('port is taken'); raise SystemExit(1)"]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process("sleeper", tmp_path)
    yield process
    process.stop()


def test_a_process_runs_until_it_is_stopped(process: Process, tmp_path: Path) -> None:
    process.start(SLEEPER, {}, tmp_path)
    pid = int((tmp_path / "sleeper.pid").read_text())
    assert process.is_running(SLEEPER, {})
    process.stop()
    assert not process.is_running(SLEEPER, {})
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_another_command_or_environment_is_not_the_one_that_runs(
    process: Process, tmp_path: Path
) -> None:
    process.start(SLEEPER, {"AUTH": "false"}, tmp_path)
    assert not process.is_running(SLEEPER, {"AUTH": "true"})
    assert not process.is_running(FAILS, {"AUTH": "false"})


def test_starting_again_ends_the_one_before(process: Process, tmp_path: Path) -> None:
    process.start(SLEEPER, {}, tmp_path)
    first = int((tmp_path / "sleeper.pid").read_text())
    process.start(SLEEPER, {"again": "1"}, tmp_path)
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_a_process_of_somebody_else_is_left_alone(process: Process, tmp_path: Path) -> None:
    """The pid may have gone to another process since; ours would be a session's first."""
    (tmp_path / "sleeper.pid").write_text(str(os.getppid() or 1))
    (tmp_path / "sleeper.command").write_text("\n".join(SLEEPER))
    process.stop()
    os.kill(os.getpid(), 0)
    assert not (tmp_path / "sleeper.pid").exists()


def test_stopping_what_never_ran_is_fine(process: Process, tmp_path: Path) -> None:
    process.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_ends_instead_of_getting_ready_tells_its_last_words(
    process: Process, tmp_path: Path
) -> None:
    process.start(FAILS, {}, tmp_path)
    with pytest.raises(NotReadyError, match="port is taken"):
        process.wait_until_ready("http://127.0.0.1:9/")
