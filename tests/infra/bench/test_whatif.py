"""What the what-if is measured on: the same past at every run, also as another system tells it."""

from zoneinfo import ZoneInfo

from infra.bench import busy, past, whatif
from infra.whatif.rows import read_rows


def test_a_past_is_the_same_at_every_run() -> None:
    assert past.history(50) == past.history(50)


def test_a_past_as_csv_has_a_row_for_each_ticket_that_the_desk_can_read() -> None:
    told = past.history(200)
    rows = read_rows(past.as_csv(told).encode(), "past.csv", ZoneInfo(busy.ZONE)).rows
    assert len(rows) == len(told.opened) == 200
    assert {row.type for row in rows} <= set(busy.desk().request_types)
    assert all(row.opened_at <= row.answered_at <= row.resolved_at for row in rows)  # type: ignore[operator]


def test_both_kinds_of_past_and_the_roster_are_measured() -> None:
    rows = list(whatif.measure(40))
    assert [row.unit for row in rows] == ["s", "s", "MB", "s"]
    assert [row.limit for row in rows] == [whatif.LONGEST, None, None, None]
