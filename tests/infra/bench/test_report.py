"""How a measurement is judged and shown."""

import json

import pytest

from infra.bench.__main__ import DOCUMENT
from infra.bench.report import BEGIN, END, Row, as_json, as_table, quantile, written_into


def row(
    value: float, floor: float | None = None, limit: float | None = None, group: str = "start"
) -> Row:
    return Row(group=group, what="import app", value=value, unit="ms", floor=floor, limit=limit)


@pytest.mark.parametrize(
    ("measured", "ratio", "is_good"),
    [
        (row(390, 400, 1.0), 0.975, True),
        (row(400, 400, 1.0), 1.0, True),
        (row(410, 400, 1.0), 1.025, False),
        (row(410, 400), 1.025, True),
        (row(9, limit=12), None, True),
        (row(13, limit=12), None, False),
        (row(13), None, True),
    ],
)
def test_a_goal_is_a_ratio_to_the_floor_or_else_a_value(
    measured: Row, ratio: float | None, is_good: bool
) -> None:
    assert measured.ratio == (None if ratio is None else pytest.approx(ratio))
    assert measured.is_good is is_good


def test_the_table_shows_figure_floor_ratio_and_verdict() -> None:
    lines = as_table([row(390, 400, 1.0), row(13, limit=12)]).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["import", "app", "390", "ms", "400", "0.97", "≤", "1", "✓"],
        ["import", "app", "13", "ms", "≤", "12", "✗"],
    ]


def test_the_table_says_each_groups_name_once_and_aligns_all() -> None:
    lines = as_table([row(1), row(22), row(333, group="sweep")]).splitlines()
    assert [line.partition("  ")[0] for line in lines if line] == [
        "start",
        "import app",
        "import app",
        "sweep",
        "import app",
    ]
    assert {line.index(" ms") for line in lines if " ms" in line} == {lines[1].index(" ms")}


def test_json_tells_all_of_it() -> None:
    (found,) = json.loads(as_json([row(200, 400, 1.0)]))
    assert (found["value"], found["floor"], found["ratio"]) == (200, 400, 0.5)
    assert found["is_good"] is True


def test_a_document_keeps_its_words_and_gets_new_figures() -> None:
    old = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    new = written_into(old, [row(390, 400, 1.0)], "today, here")
    assert new.startswith(f"before\n{BEGIN}\ntoday, here\n")
    assert "| import app | 390 ms | 400 | 0.97 | ≤ 1 ✓ |" in new
    assert new.endswith(f"{END}\nafter\n")
    assert "old" not in new
    assert written_into(new, [row(390, 400, 1.0)], "today, here") == new


def test_our_document_has_a_place_for_the_figures() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    assert text.index(BEGIN) < text.index(END)


@pytest.mark.parametrize(
    ("found", "share", "value"),
    [([3, 1, 2], 0.5, 2), ([*range(1, 101)], 0.99, 99), ([7], 0.99, 7), ([1, 2], 1, 2)],
)
def test_a_quantile_is_what_so_many_dont_pass(
    found: list[float], share: float, value: float
) -> None:
    assert quantile(found, share) == value
