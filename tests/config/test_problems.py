import pytest

from chalicelib.config.check import check
from chalicelib.config.document import load
from chalicelib.config.problems import DeskError
from tests.config.documents import VALID
from tests.config.mistakes import MISTAKES
from tests.desks import DOCUMENT


@pytest.mark.parametrize(("right", "wrong", "path", "advice"), MISTAKES)
def test_a_mistake_is_told_at_its_place_with_advice(
    right: str, wrong: str, path: str, advice: str
) -> None:
    assert VALID.count(right), "the mistake must be made somewhere"
    text = VALID.replace(right, wrong, 1)
    with pytest.raises(DeskError) as caught:
        load(text, "desk.yaml")
    found = {problem.path: problem for problem in caught.value.problems}
    assert path in found
    assert advice in found[path].suggestion
    assert found[path].line > 0


@pytest.mark.parametrize(("right", "wrong", "path", "advice"), MISTAKES)
def test_a_mistake_is_told_in_vietnamese_first(
    right: str, wrong: str, path: str, advice: str
) -> None:
    with pytest.raises(DeskError) as caught:
        load(VALID.replace(right, wrong, 1), "desk.yaml")
    for problem in caught.value.problems:
        assert " · " in problem.message, problem
        assert "không hợp lệ" not in problem.message, "every reason has its own Vietnamese words"


LONG_POLICY = """\
policies:
  - name: Đêm
    match:
      hours: [night]
    targets:
      accept: 5m
      resolution:
        within: 60
        time: wall
    reminders:
      - 50%
      - at: 15m before
        to: [bos]
    escalation:
      - after: 0s
      - to: [lead]
        reassign: nxt
        repeat:
          every: 15m
          times: 0
      - until: answerd
"""


def test_each_mistake_in_a_long_policy_is_told_on_its_own_line() -> None:
    before = VALID[: VALID.index("policies:")]
    with pytest.raises(DeskError) as caught:
        load(before + LONG_POLICY, "desk.yaml")
    lines = LONG_POLICY.splitlines()
    told = [lines[one.line - before.count("\n") - 1].strip() for one in caught.value.problems]
    assert told == [
        "hours: [night]",
        "within: 60",
        "to: [bos]",
        "reassign: nxt",
        "times: 0",
        "- until: answerd",
    ]


def test_a_step_that_stands_alone_is_told_without_a_number_where_there_are_no_lines() -> None:
    policy = {"name": "p", "targets": {"accept": "1h"}, "escalation": {"to": ["nobody"]}}
    accounts = [one for one in DOCUMENT["accounts"] if one["channel"] == "telegram"]
    with pytest.raises(DeskError) as caught:
        check({**DOCUMENT, "accounts": accounts, "policies": [policy]}, "PUT /api/desk")
    assert [one.path for one in caught.value.problems] == ["policies[0].escalation.to[0]"]


def test_an_unknown_recipient_of_a_large_desk_is_told_which_roles_there_are() -> None:
    more = "".join(f"  nv{n}: {{name: N, email: n@hoamai.example}}\n" for n in range(20))
    text = VALID.replace("teams:", f"{more}teams:").replace("[backup, lead]", "[boss]")
    with pytest.raises(DeskError, match="assignee, backup, lead, manager, hoặc mã một nhân viên"):
        load(text, "desk.yaml")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Chào {nmae}", "“{name}”"),
        ("Chào {name.__class__}", ""),
        ("Chào {name!r}", ""),
        ("Chào {}", ""),
    ],
)
def test_a_placeholder_nobody_fills_is_refused(template: str, words: str) -> None:
    with pytest.raises(DeskError) as caught:
        load(f'{VALID}texts: {{vi: {{acknowledgement: "{template}"}}}}', "desk.yaml")
    (problem,) = caught.value.problems
    assert problem.path == "texts.vi.acknowledgement"
    assert "placeholder" in problem.message
    assert words in problem.suggestion


def test_a_lone_brace_is_refused() -> None:
    with pytest.raises(DeskError, match=r"a brace . or . stands alone"):
        load(VALID + 'texts: {en: {acknowledgement: "Hi {name"}}', "desk.yaml")


def test_a_pattern_is_refused_in_words_that_say_why() -> None:
    with pytest.raises(DeskError) as caught:
        load(VALID.replace("#[0-9]+", "[0-9"), "desk.yaml")
    (problem,) = caught.value.problems
    assert problem.message == (
        "RE2 không nhận biểu thức này: missing ]: [0-9 · RE2 does not take this: missing ]: [0-9"
    )


def test_two_rules_of_one_name_are_refused() -> None:
    start, end = VALID.index("  - name: Gấp"), VALID.index("policies:")
    with pytest.raises(DeskError, match="“Gấp” stands here twice") as caught:
        load(VALID[:end] + VALID[start:end] + VALID[end:], "desk.yaml")
    assert [problem.path for problem in caught.value.problems] == ["rules[1].name"]


def test_two_accounts_with_one_address_are_refused() -> None:
    start, end = VALID.index("  - channel"), VALID.index("calendars:")
    with pytest.raises(DeskError, match="“telegram/hoa-mai” stands here twice"):
        load(VALID[:end] + VALID[start:end] + VALID[end:], "desk.yaml")
