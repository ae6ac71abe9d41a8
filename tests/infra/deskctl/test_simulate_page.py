"""docs/simulate.md shows what is really printed, and names every option and column."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from infra.deskctl.cli import main
from infra.deskctl.simulate import ARGUMENTS
from infra.whatif.rows import KNOWN

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "simulate.md").read_text(encoding="utf-8")
LEFT_OUT = "…"
SHOWN = [
    block
    for block in re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    if not block.splitlines()[-1].startswith("$")
]
"""The blocks that show what commands answer."""


def test_the_page_shows_what_is_really_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    assert len(SHOWN) == 2  # An example, and a roster.
    for block in SHOWN:
        commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
        for command in commands:
            name, *arguments = command.split()
            if name == "deskctl":
                assert main(arguments) == 0
            else:
                subprocess.run(command, shell=True, check=True)  # noqa: S602  the page's own
        said = capsys.readouterr().out
        answer = block.split("\n", len(commands))[-1]
        for part in answer.split(f"{LEFT_OUT}\n"):
            assert part in said


def test_the_readme_s_what_if_runs_as_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (typed,) = re.findall(r"^deskctl (simulate .*)$", readme, re.MULTILINE)
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(typed)) == 0
    assert "đề xuất · proposed" in capsys.readouterr().out


def test_every_option_and_column_is_explained() -> None:
    named = set(re.findall(r"`([a-z_-]+)`", PAGE))
    assert set(ARGUMENTS) <= named
    assert named >= KNOWN
