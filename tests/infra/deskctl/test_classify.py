"""`deskctl classify` tells what a message is taken for, what decided it, and what else was seen."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.bootstrap import Frontline
from infra.deskctl.cli import main
from infra.deskctl.report import OK, REFUSED, UNUSABLE
from infra.deskctl.stage import StageError

Run = Callable[..., tuple[int, str]]

DESK = """\
name: Hoa Mai
accounts:
  - channel: telegram
    account: hoa-mai
    name: Hoa Mai bot
    secrets: {bot_token: ssm:telegram/bot_token, secret_token: plain}
calendars:
  shop: {time_zone: Asia/Ho_Chi_Minh, week: {mon: [08:00-12:00]}}
agents:
  lan: {name: Lan, email: lan@hoamai.example}
teams:
  care: {name: {vi: Chăm sóc, en: Care}, calendar: shop, lead: lan, members: [lan]}
request_types:
  advice: {name: Tư vấn, team: care, keywords: [giá, giá bao nhiêu]}
  complaint:
    name: {vi: Khiếu nại, en: Complaint}
    team: care
    priority: high
    skills: [doi-tra]
    keywords: [khiếu nại]
default_request_type: advice
rules:
  - name: Dọa kiện
    when: {says: [luật sư, lừa đảo]}
    then: {request_type: complaint, priority: urgent}
  - name: Bảo hành
    when: {channel: [telegram], field: {chu_de: [bao-hanh]}}
    then: {product: am-tra, skills: [gom]}
"""


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    file = tmp_path / "desk.yaml"
    file.write_text(DESK, encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str]:
        code = main(("classify", *arguments, "--desk", str(file)), out_of_reach)
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).rstrip("\n")

    return run


def out_of_reach(stage: str) -> Frontline:
    raise StageError(f"no stage {stage}")


def told(run: Run, *arguments: str) -> dict[str, Any]:
    code, printed = run(*arguments, "--json")
    assert code == OK
    data: dict[str, Any] = json.loads(printed)
    return data


def test_a_rule_that_decided_is_told_with_its_words_and_the_others_with_where_they_fell(
    run: Run,
) -> None:
    assert run("Shop lua dao, toi khieu nai!") == (
        OK,
        """\
loại · type          complaint (Khiếu nại · Complaint)
nhóm · team          care (Chăm sóc · Care)
ưu tiên · priority   urgent
sản phẩm · product   –
kỹ năng · skills     doi-tra
quy tắc · rule       Dọa kiện
căn cứ · decided by  quy tắc · a rule: “lừa đảo”
quy tắc đã xét, vướng ở · rules considered, fell at
  ✓  Dọa kiện  đúng hết · holds: “lừa đảo”
  ✗  Bảo hành  channel
từ khóa đã thấy, độ dài · keywords found, length
  complaint  “khiếu nại”  9""",
    )


def test_a_script_reads_the_same(run: Run) -> None:
    found = told(run, "giá bao nhiêu", "--channel", "telegram", "--field", "chu_de=bao-hanh")
    assert found == {
        "request_type": "advice",
        "name": {"vi": "Tư vấn", "en": "Tư vấn"},
        "team": "care",
        "team_name": {"vi": "Chăm sóc", "en": "Care"},
        "priority": "normal",
        "product": "am-tra",
        "skills": ["gom"],
        "rule": "Bảo hành",
        "by": "keyword",
        "matched": "giá bao nhiêu",
        "rules": [
            {"rule": "Dọa kiện", "failed": "says", "matched": None},
            {"rule": "Bảo hành", "failed": None, "matched": None},
        ],
        "keywords": [
            {"request_type": "advice", "keyword": "giá", "length": 3},
            {"request_type": "advice", "keyword": "giá bao nhiêu", "length": 13},
        ],
    }


def test_nothing_but_the_default_is_told_as_such(run: Run) -> None:
    code, printed = run("xin chào")
    assert code == OK
    assert "căn cứ · decided by  không có gì nói khác · nothing tells another" in printed
    assert "từ khóa" not in printed


@pytest.mark.parametrize(
    "field", ["chu_de=bao-hanh", "chu_de=BAO-HANH", "chu_de=bao-hanh "], ids=repr
)
def test_a_field_is_given_by_name_and_value(run: Run, field: str) -> None:
    assert told(run, "x", "--channel", "telegram", "--field", field)["rule"] == "Bảo hành"


def test_the_desk_in_force_is_asked_without_a_file(
    frontline: Frontline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("classify", "khieu nai"), lambda _stage: frontline) == OK
    assert "complaint (Khiếu nại)" in capsys.readouterr().out


def test_an_account_that_the_desk_lacks_is_refused_with_the_nearest(run: Run) -> None:
    code, printed = run("x", "--account", "hoa-may")
    assert code == REFUSED
    assert "did you mean “hoa-mai”?" in printed


@pytest.mark.parametrize(
    "arguments",
    [
        ("--field", "chu_de"),
        ("--field", "=x"),
        ("--rating", "6"),
        ("--channel", "fax"),
        ("--surface", "open"),
    ],
)
def test_what_cannot_be_is_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run("x", *arguments)
    assert stopped.value.code == UNUSABLE


def test_a_file_that_is_no_desk_tells_its_problems(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "desk.yaml"
    file.write_text(DESK.replace("luật sư", "'!!'"), encoding="utf-8")
    assert main(("classify", "x", "--desk", str(file)), out_of_reach) == REFUSED
    assert "rules[0].when.says" in capsys.readouterr().err
