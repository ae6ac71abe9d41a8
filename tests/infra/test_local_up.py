"""`make up` beside a cloud that runs already: it says when it takes another's place."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import up
from infra.local.cloud import Cloud
from infra.local.processes import NotReadyError
from infra.local.up import Local
from tests.infra.test_local_processes import SLEEPER

NOBODY = 9
"""The port of discard, where nothing answers."""

RUNS_AT = "http://127.0.0.1:4566"


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Local]:
    """A cloud whose emulator can't start: this Python has none."""
    monkeypatch.setattr(up, "emulator_python", lambda _folder: Path(sys.executable))
    local = Local(Cloud(NOBODY), tmp_path)
    yield local
    local.down()


def start(local: Local) -> None:
    with pytest.raises(NotReadyError):
        local._start_emulator()


def test_a_cloud_with_another_port_is_replaced_in_so_many_words(
    local: Local, capsys: pytest.CaptureFixture[str]
) -> None:
    local.emulator.start(SLEEPER, {"GATEWAY_PORT": "4566"}, local.folder)
    local.stack_file.write_text(json.dumps({"emulator_url": RUNS_AT}))
    start(local)
    said = capsys.readouterr().out
    assert f"thay đám mây đang chạy ở {RUNS_AT}" in said
    assert f"replacing the cloud that runs at {RUNS_AT}" in said


def test_where_none_runs_none_is_replaced(local: Local, capsys: pytest.CaptureFixture[str]) -> None:
    start(local)
    assert "replacing" not in capsys.readouterr().out
