"""Workers of one package read the same files; another package has its own."""

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.emulator import UnpackedOnce

Unpack = Callable[[str, str], Path]


@pytest.fixture
def unpack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Unpack:
    """Unpack a package of one file as a worker does: into an empty folder of its own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def unpack(worker: str, words: str) -> Path:
        package, code = tmp_path / f"{worker}.zip", tmp_path / worker
        with zipfile.ZipFile(package, "w") as new:
            new.writestr(zipfile.ZipInfo("package/app.py"), words)
        code.mkdir()
        with UnpackedOnce(package) as given:
            given.extractall(code)
        return code / "package" / "app.py"

    return unpack


def test_each_worker_finds_its_package(unpack: Unpack) -> None:
    assert unpack("desk", "v = 1").read_text() == "v = 1"
    assert unpack("outbox", "v = 2").read_text() == "v = 2"


def test_workers_of_one_package_share_its_files(unpack: Unpack) -> None:
    first, second = unpack("desk", "v = 1"), unpack("outbox", "v = 1")
    assert first.samefile(second)


def test_a_package_half_unpacked_is_unpacked_again(unpack: Unpack, tmp_path: Path) -> None:
    files = unpack("desk", "v = 1").resolve().parents[1]
    half = files.rename(files.with_suffix(".half"))
    (half / "package" / "app.py").write_text("v =")
    assert unpack("outbox", "v = 1").read_text() == "v = 1"
    assert files.is_dir()
