"""What a new channel takes, by making one from the page that says how."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```\w+\n(?:#|//) (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CHANNELS = Path("chalicelib", "channels")
REGISTRY = CHANNELS / "registry.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("chalicelib", "tests/channels"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.pyc"))
    (tmp_path / "tests" / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def files(root: Path) -> dict[Path, bytes]:
    found = (root / "chalicelib").rglob("*.py")
    return {file.relative_to(root): file.read_bytes() for file in found}


def test_a_new_channel_is_one_folder_and_one_line(checkout: Path) -> None:
    before = files(checkout)
    for name, content in BLOCK.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")):
        file = checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        (file.parent / "__init__.py").write_text('"""Loa."""\n')
        file.write_text(content, encoding="utf-8")
    registry = checkout / REGISTRY
    text = registry.read_text()
    registry.write_text(text.replace("] = {\n", '] = {\n    "loa": "LoaAdapter",\n', 1))
    (checkout / "tests/channels/loa/payloads/__init__.py").unlink()

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/channels/loa"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    after = files(checkout)
    new = {file for file in after if file not in before}
    changed = {file for file in before if after[file] != before[file]}
    assert {file.parent for file in new} == {CHANNELS / "loa"}
    assert changed == {REGISTRY}
    lines = set(after[REGISTRY].splitlines()) - set(before[REGISTRY].splitlines())
    assert len(lines) == 1
