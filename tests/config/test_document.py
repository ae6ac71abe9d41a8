from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.config.document import MAX_BYTES, MAX_DEPTH, decode, load
from chalicelib.config.problems import DeskError, Problem
from chalicelib.desk.model import Desk
from tests.config.documents import VALID, line_of


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(DeskError) as caught:
        load(text, "desk.yaml")
    return caught.value.problems


def only_problem_of(text: str) -> Problem:
    problems = problems_of(text)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_valid_document_is_a_desk() -> None:
    desk = load(VALID, "desk.yaml")
    assert list(desk.agents) == ["lan", "minh"]
    assert str(desk.calendars["shop"].week["mon"][0]) == "08:00-12:00"


def test_every_problem_is_reported_with_its_line_in_order() -> None:
    text = (
        VALID.replace("lead: minh", "lead: mihn")
        .replace("resolution: 1h", "resolution: 1 giờ")
        .replace("name: Hoa Mai bot", "nam: Hoa Mai bot")
    )
    found = [(problem.line, problem.path) for problem in problems_of(text)]
    assert found == [
        (line_of("channel: telegram"), "accounts[0].name"),
        (line_of("nam:", text), "accounts[0].nam"),
        (line_of("mihn", text), "teams.care.lead"),
        (line_of("1 giờ", text), "policies[0].targets.resolution"),
    ]


def test_a_problem_reads_as_a_place_and_what_to_write() -> None:
    text = VALID.replace("lead: minh", "lead: mihn")
    assert str(only_problem_of(text)) == (
        f"desk.yaml:{line_of('mihn', text)}: teams.care.lead: "
        "không có nhân viên “mihn” · there is no agent “mihn”\n"
        "    → ý bạn là “minh”? · did you mean “minh”?"
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [("no", False), ("No", False), ("false", False), ("yes", True), ("true", True)],
)
def test_yes_and_no_are_booleans_only_where_one_is_asked_for(written: str, meant: bool) -> None:
    text = VALID.replace("minh@hoamai.example}", f"minh@hoamai.example, away: {written}}}")
    desk = load(text.replace("name: Lan,", "name: No,"), "desk.yaml")
    assert desk.agents["minh"].away is meant
    assert desk.agents["lan"].name == "No"


def test_a_phone_number_keeps_its_zeros_and_plus() -> None:
    text = VALID.replace("name: Minh,", "name: Minh, phone: +84900000001,")
    assert load(text, "desk.yaml").agents["minh"].phone == "+84900000001"
    problem = only_problem_of(text.replace("+84900000001", "0900000001"))
    assert "0900000001" in problem.message
    assert "+84" in problem.suggestion


def test_dates_as_keys_are_dates() -> None:
    text = VALID.replace("    holidays: VN", "    exceptions: {2026-02-17: []}")
    assert load(text, "desk.yaml").calendars["shop"].exceptions == {date(2026, 2, 17): ()}


def test_unquoted_numbers_where_text_is_asked_for_are_told_to_be_quoted() -> None:
    problem = only_problem_of(VALID.replace("secret_token: plain", "secret_token: 12345"))
    assert "put it in quotes" in problem.suggestion
    assert "12345" not in str(problem), "a secret is not repeated"


def test_a_key_that_stands_twice_names_its_first_line() -> None:
    text = VALID + "name: Again\n"
    problem = only_problem_of(text)
    assert problem.line == len(text.splitlines())
    assert "dòng 1 ·" in problem.message


def test_each_line_indented_by_a_tab_is_named() -> None:
    text = VALID.replace("  lan: {", "\tlan: {").replace("  minh: {", " \tminh: {")
    assert [p.line for p in problems_of(text)] == [line_of("lan: {"), line_of("minh: {")]
    assert all("spaces" in problem.suggestion for problem in problems_of(text))


@pytest.mark.parametrize(
    ("broken", "line", "words"),
    [
        ('name: "Hoa Mai\nagents: {}\n', 1, "quote is never closed"),
        ("name: x\nteams: [a, b\nagents: {}\n", 2, "bracket is never closed"),
        ("name: Hoa: Mai\n", 1, "colon out of place"),
        ("name: x\n  language: vi\n", 2, "colon out of place"),
        ("teams:\n    a: 1\n   b: 2\n", 3, "indent is off"),
        ("name: @hoa\n", 1, "special character"),
        ("name: *nowhere\n", 1, "no such anchor"),
        ("name: x\n---\nname: y\n", 2, "only one document"),
        ("name: a\x00b\n", 1, "control character"),
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
    ],
)
def test_broken_yaml_is_explained_where_it_broke(broken: str, line: int, words: str) -> None:
    problem = problems_of(broken)[0]
    assert words in problem.message
    assert problem.line == line


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!secret", "!!binary", "!!int"])
def test_tags_make_nothing(tag: str) -> None:
    problems = problems_of(VALID.replace("name: Hoa Mai\n", f"name: {tag} x\n"))
    assert {problem.line for problem in problems} == {1}
    assert any(tag.rpartition("!")[2] in problem.message for problem in problems)


@pytest.mark.parametrize("text", ["just a text", "[a, list]", "42", "null"])
def test_a_document_that_is_no_mapping_is_refused(text: str) -> None:
    assert "key: value" in only_problem_of(text).message


def test_anchors_save_repetition() -> None:
    text = VALID.replace(
        "    week: {mon: [08:00-12:00, 13:30-17:30]}",
        "    week: &week {mon: &day [08:00-12:00], tue: *day}",
    ).replace(
        "agents:\n",
        "  late:\n    time_zone: UTC\n"
        "    week:\n      <<: *week\n      tue: [10:00-11:00]\nagents:\n",
    )
    late = load(text, "desk.yaml").calendars["late"].week
    assert {day: [str(one) for one in hours] for day, hours in late.items()} == {
        "mon": ["08:00-12:00"],
        "tue": ["10:00-11:00"],
    }


def test_of_several_merged_mappings_the_first_wins() -> None:
    text = VALID.replace(
        "  minh: {name: Minh,",
        "  a: &a {name: A, email: a@x.vn}\n  b: &b {name: B, email: b@x.vn, capacity: 3}\n"
        "  c: {<<: [*a, *b]}\n  minh: {name: Minh,",
    )
    agent = load(text, "desk.yaml").agents["c"]
    assert (agent.name, agent.capacity) == ("A", 3)


def test_a_bomb_of_anchors_is_stopped() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert "repeat too much" in only_problem_of("\n".join(rows)).message


def test_an_anchor_inside_itself_is_stopped() -> None:
    assert "repeat too much" in only_problem_of("name: &a [*a]\n").message


def test_deep_nesting_is_stopped() -> None:
    deep = "[" * 5000
    assert "nested too deep" in only_problem_of(f"name: {deep}").message
    assert MAX_DEPTH < 100


def test_text_is_utf_8_with_or_without_a_byte_order_mark() -> None:
    assert decode("tên: Hà".encode("utf-8-sig"), "f") == decode("tên: Hà".encode(), "f")


def test_other_encodings_are_told_with_their_line() -> None:
    with pytest.raises(DeskError) as caught:
        decode("name: x\nname: Hà Nội".encode("cp1258", "replace"), "desk.yaml")
    assert str(caught.value).startswith("desk.yaml:2: tệp không phải UTF-8")


def test_a_huge_file_is_refused_before_it_is_read() -> None:
    with pytest.raises(DeskError, match="the file is over 128 kB"):
        decode(b"#" * (MAX_BYTES + 1), "f")


@settings(max_examples=150, deadline=None)
@given(
    place=st.integers(0, len(VALID)),
    length=st.integers(0, 12),
    inserted=st.text(max_size=8)
    | st.sampled_from(["\t", "&a ", "*a", "{", "[", '"', ": ", "- ", "!"]),
)
def test_any_damage_gives_a_desk_or_problems(place: int, length: int, inserted: str) -> None:
    damaged = VALID[:place] + inserted + VALID[place + length :]
    outcome = outcome_of(damaged)
    if isinstance(outcome, DeskError):
        assert outcome.problems
        assert all(problem.line > 0 and problem.message for problem in outcome.problems)
    else:
        assert outcome.agents


def outcome_of(text: str) -> Desk | DeskError:
    try:
        return load(text, "desk.yaml")
    except DeskError as error:
        return error
