"""The zip: deterministic, and with byte code that a read-only folder can use."""

import importlib
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.packaging import archive
from infra.packaging.errors import ByteCodeError


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "tables").mkdir(parents=True)
    (folder / "app.py").write_text("VALUE = 1\n")
    (folder / "tables" / "vn.py").write_text("NUMBERS = (1, 2, 3)\n")
    (folder / "page.html").write_text("<p>Xin chào</p>")
    return folder


def test_the_same_files_make_the_same_bytes(content: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    archive.add(content, first)
    (content / "app.py").touch()
    archive.add(content, second)
    assert first.read_bytes() == second.read_bytes()


def test_every_module_has_byte_code_that_is_never_checked(content: Path, tmp_path: Path) -> None:
    target = tmp_path / "1.zip"
    archive.add(content, target)
    archive.require_byte_code(target)
    with ZipFile(target) as built:
        assert f"__pycache__/app.{sys.implementation.cache_tag}.pyc" in built.namelist()


def test_libraries_go_in_as_byte_code_alone(content: Path, tmp_path: Path) -> None:
    target = tmp_path / "1.zip"
    archive.replace_sources(content)
    archive.add(content, target)
    archive.require_byte_code(target)
    with ZipFile(target) as built:
        assert built.namelist() == ["app.pyc", "page.html", "tables/vn.pyc"]


def test_byte_code_alone_can_be_imported(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive.replace_sources(content)
    monkeypatch.syspath_prepend(content)
    assert importlib.import_module("tables.vn").NUMBERS == (1, 2, 3)


def test_a_module_without_byte_code_is_refused(content: Path, tmp_path: Path) -> None:
    target = tmp_path / "1.zip"
    with ZipFile(target, "w") as built:
        built.write(content / "app.py", "app.py")
    with pytest.raises(ByteCodeError, match=r"app.*\.pyc"):
        archive.require_byte_code(target)


def test_byte_code_of_another_python_is_refused(content: Path, tmp_path: Path) -> None:
    target = tmp_path / "1.zip"
    with ZipFile(target, "w") as built:
        built.writestr("tables/vn.pyc", b"\x00\x00\r\n\x01\x00\x00\x00 something older")
    with pytest.raises(ByteCodeError, match="not ready for this Python"):
        archive.require_byte_code(target)


def test_a_module_that_does_not_compile_stops_the_packaging(content: Path, tmp_path: Path) -> None:
    (content / "app.py").write_text("def (:\n")
    with pytest.raises(ByteCodeError):
        archive.add(content, tmp_path / "1.zip")


def test_byte_code_is_counted_apart(content: Path, tmp_path: Path) -> None:
    target = tmp_path / "1.zip"
    archive.add(content, target)
    plain, byte_code = archive.sizes(target)
    assert plain == sum(
        p.stat().st_size for p in content.rglob("*") if p.suffix in (".py", ".html")
    )
    assert byte_code > 0
