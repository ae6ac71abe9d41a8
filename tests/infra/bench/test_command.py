"""The command: what it is asked for, and what its code tells."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.bench import __main__ as command
from infra.bench.function import BenchError
from infra.bench.report import BEGIN, END, Row


def rows(*values: float) -> Iterator[Row]:
    return (Row(group="g", what="w", value=value, unit="s", limit=1) for value in values)


def failing(bench: Any) -> Iterator[Row]:
    raise BenchError("no mail after 30 s")


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    parts = {name: lambda _: rows(0.5) for name in command.PARTS}
    monkeypatch.setattr(command, "PARTS", parts)
    return parts


def test_every_part_but_the_long_ones_is_measured_unless_some_are_named(
    parts: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(parts) - len(command.LONG)
    assert command.main(["--only", "size", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_a_missed_goal_is_told_by_the_code(parts: dict[str, Any]) -> None:
    parts["size"] = lambda _: rows(0.5, 2)
    assert command.main(["--only", "size"]) == command.MISSED
    assert command.main(["--only", "start"]) == 0


def test_what_cannot_be_measured_is_told_in_words(
    parts: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    parts["journey"] = failing
    assert command.main(["--only", "journey"]) == command.FAILED
    assert "no mail after 30 s" in capsys.readouterr().err


def test_the_document_needs_the_long_parts_too(
    parts: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"{BEGIN}\n{END}", encoding="utf-8")
    monkeypatch.setattr(command, "DOCUMENT", document)
    assert command.main(["--document"]) == 0
    assert document.read_text(encoding="utf-8").count("| w | 0.5 s |") == len(parts)


@pytest.mark.parametrize("name", sorted(command.LONG))
def test_a_long_part_is_measured_when_it_is_named(
    parts: dict[str, Any], capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert command.main(["--only", name, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_the_document_is_never_written_from_a_part_of_a_run(
    parts: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    before = command.DOCUMENT.read_text(encoding="utf-8")
    with pytest.raises(SystemExit):
        command.main(["--document", "--only", "size"])
    assert "--document" in capsys.readouterr().err
    assert command.DOCUMENT.read_text(encoding="utf-8") == before
