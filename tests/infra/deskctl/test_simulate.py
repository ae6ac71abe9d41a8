"""`deskctl simulate` shows two desks beside each other, and what stands in the way of that."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from infra.deskctl import simulate
from infra.deskctl.cli import main
from infra.deskctl.report import OK, REFUSED, UNUSABLE
from infra.deskctl.stage import StageError
from infra.whatif import comparison
from tests.config.documents import VALID

Run = Callable[..., tuple[int, str]]

# Monday: answered in ten minutes, in twenty, and never.
PAST = """\
opened_at,channel,type,answered_at,resolved_at
2026-11-23T09:00,telegram,advice,2026-11-23T09:10,2026-11-23T09:40
2026-11-23T09:05,telegram,advice,2026-11-23T09:25,2026-11-23T11:00
2026-11-23T10:00,telegram,question,,
"""
PATIENT = VALID.replace("first_response: 15m", "first_response: 30m")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"today.yaml": VALID, "new.yaml": PATIENT, "past.csv": PAST}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: tmp_path / name for name in texts}


@pytest.fixture
def run(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, stage: Any = None) -> tuple[int, str]:
        asked = ("simulate", "--desk", str(files["new.yaml"]), *arguments)
        code = main(asked, (lambda _: stage) if stage else out_of_reach)
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).rstrip("\n")

    return run


@pytest.fixture
def past(files: dict[str, Path]) -> tuple[str, ...]:
    return "--against", str(files["today.yaml"]), "--csv", str(files["past.csv"])


def out_of_reach(stage: str) -> Frontline:
    raise StageError(f"no stage {stage}")


def row(said: str, name: str) -> list[str]:
    """Return the cells of the line of a table that begins so."""
    line = next(line for line in said.splitlines() if line.startswith(f"  {name}"))
    return [cell.strip() for cell in line.removeprefix(f"  {name}").strip().split("   ") if cell]


def test_two_desks_stand_beside_each_other(run: Run, past: tuple[str, ...]) -> None:
    code, said = run(*past)
    assert code == OK
    assert row(said, "yêu cầu · tickets") == ["3", "3"]
    first = row(said, "Tư vấn first_response")
    assert first == ["1 / 2 / 0  33.3 %", "2 / 1 / 0  66.7 %"]
    assert row(said, "care first_response") == first
    assert "1 rows have a type that the desk of today doesn't know" in said


def test_json_has_it_whole_and_the_same_at_every_run(run: Run, past: tuple[str, ...]) -> None:
    code, said = run(*past, "--roster", "--json")
    assert code == OK
    assert run(*past, "--roster", "--json") == (OK, said)
    data = json.loads(said)
    assert data["source"]["unknown_types"] == {"today": 1, "proposed": 1}
    assert data["today"]["promises"][0] == {
        "policy": "Tư vấn",
        "team": "care",
        "metric": "first_response",
        "met": 1,
        "late": 2,
        "open": 0,
        "percent": 33.33,
    }
    assert data["proposed"]["breaches"] == 1
    assert len(data["rosters"]["care"]["crew"]) == 7 * 24
    assert len(data["today"]["alerts"]["lan"]["reminder"]) == 24


def test_other_processes_tell_the_same(
    run: Run, past: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = run(*past, "--json")
    monkeypatch.setattr(comparison, "WORTH_A_PROCESS", 0)
    assert run(*past, "--json") == here


def test_a_roster_is_found_for_the_share_that_is_asked_for(run: Run, past: tuple[str, ...]) -> None:
    code, said = run(*past, "--roster", "--keep", "100%", "--handle", "40m")
    assert code == OK
    assert "agents needed to answer 100 % in time" in said
    # The second customer has to be taken before the work for the first is done.
    monday = {line.split()[0]: line.split()[1] for line in said.splitlines() if ":00  " in line}
    assert (monday["09:00"], monday["10:00"]) == ("2", "1")
    assert "→ 100.0 % của 3 yêu cầu" in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--from", "2027-01-01"), "nothing happened in this period"),
        (("--from", "2026-11-24", "--to", "2026-11-23"), "--to has to come after --from"),
        (("--to", "tomorrow"), "is no time, write 2026-10-01"),
    ],
)
def test_what_can_not_be_simulated_is_refused_in_words(
    run: Run, past: tuple[str, ...], more: tuple[str, ...], words: str
) -> None:
    code, said = run(*past, *more)
    assert (code, words in said) == (REFUSED, True)


def test_a_desk_that_is_not_valid_is_told_as_ever(
    run: Run, files: dict[str, Path], past: tuple[str, ...]
) -> None:
    files["new.yaml"].write_text(VALID.replace("lead: minh", "lead: mihn"), encoding="utf-8")
    code, said = run(*past)
    assert code == REFUSED
    assert "did you mean “minh”" in said


def test_bad_rows_are_all_told_and_nothing_is_simulated(
    run: Run, files: dict[str, Path], past: tuple[str, ...]
) -> None:
    files["past.csv"].write_text(
        PAST.replace("09:10", "08:10").replace("telegram,q", "telegraf,q"), encoding="utf-8"
    )
    code, said = run(*past)
    assert code == REFUSED
    assert "past.csv:2: answered_at: trước opened_at · before opened_at" in said
    assert "did you mean “telegram”?" in said
    assert said.endswith("2 lỗi, chưa mô phỏng gì · 2 problems, nothing was simulated")
    _, data = run(*past, "--json")
    assert [problem["line"] for problem in json.loads(data)["problems"]] == [2, 4]


def test_what_a_file_can_not_tell_of_acceptance_is_said(
    run: Run, files: dict[str, Path], past: tuple[str, ...]
) -> None:
    assert "nobody is asked to accept" not in run(*past)[1]
    text = PATIENT.replace("first_response: 30m", "first_response: 30m, accept: 5m")
    files["new.yaml"].write_text(text, encoding="utf-8")
    assert "nobody is asked to accept" in run(*past)[1]


@pytest.mark.parametrize(
    "option", [("--keep", "0%"), ("--keep", "0.9"), ("--keep", "much"), ("--handle", "long")]
)
def test_a_share_and_a_duration_are_written_as_such(
    run: Run, past: tuple[str, ...], option: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*past, *option)
    assert ended.value.code == UNUSABLE


def test_a_stage_that_is_out_of_reach_is_told(run: Run, past: tuple[str, ...]) -> None:
    code, said = run(*past[2:])
    assert (code, said) == (UNUSABLE, "deskctl: no stage local")


def test_columns_that_nobody_reads_are_told(
    run: Run, files: dict[str, Path], past: tuple[str, ...]
) -> None:
    rows = "\n".join(f"{line},x" for line in PAST.splitlines())
    files["past.csv"].write_text(rows.replace("resolved_at,x", "resolved_at,nôte"), "utf-8")
    code, said = run(*past)
    assert code == OK
    assert "! cột không dùng đến · columns not read: nôte" in said
    assert json.loads(run(*past, "--json")[1])["source"]["unread_columns"] == ["nôte"]


def test_of_very_many_problems_the_first_are_shown_and_all_are_counted(
    run: Run, files: dict[str, Path], past: tuple[str, ...]
) -> None:
    head, *_ = PAST.splitlines()
    files["past.csv"].write_text("\n".join((head, *["soon,telegram,advice,,"] * 80)), "utf-8")
    code, said = run(*past)
    assert (code, said.count("“soon”")) == (REFUSED, simulate.SHOWN)
    assert said.endswith("80 lỗi, chưa mô phỏng gì · 80 problems, nothing was simulated")
    assert len(json.loads(run(*past, "--json")[1])["problems"]) == 80


def test_another_seed_of_hashes_changes_nothing(files: dict[str, Path]) -> None:
    desks = ("--desk", str(files["new.yaml"]), "--against", str(files["today.yaml"]))
    asked = ("simulate", "--json", "--roster", *desks, "--csv", str(files["past.csv"]))
    told = {
        subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-m", "infra.deskctl", *asked],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
