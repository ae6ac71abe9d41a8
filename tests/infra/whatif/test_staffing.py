"""How many agents an hour needs: a toy to count by hand, and that nobody can be spared."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.sla.calendar import Calendar
from infra.whatif.grid import told_rosters
from infra.whatif.jobs import Job
from infra.whatif.queueing import Queue
from infra.whatif.roster import TeamRoster
from infra.whatif.staffing import staff
from infra.whatif.week import HOURS, Stretch, stretches

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
TWO_HOURS = Calendar(time_zone="UTC", week={"mon": ["09:00-11:00"], "tue": ["09:00-09:30"]})
OPEN = list(stretches(TWO_HOURS, MONDAY, MONDAY + timedelta(days=7)))
MON_9, MON_10, TUE_9 = 9, 10, 33


def job(came: float, due: float, takes: float = 10) -> Job:
    """Return a job; all in minutes after nine on Monday."""
    nine = MONDAY.timestamp() + 9 * 3600
    return Job(nine + came * 60, nine + due * 60, takes * 60)


def crew(**hours: int) -> list[int]:
    named = {"mon_9": MON_9, "mon_10": MON_10, "tue_9": TUE_9}
    numbers = [0] * HOURS
    for name, agents in hours.items():
        numbers[named[name]] = agents
    return numbers


def missed(jobs: list[Job], agents: list[int]) -> int:
    queue = Queue(jobs, OPEN)
    queue.work_off(agents)
    return queue.missed


# Three come at nine, each promised an answer within ten minutes.
THREE = [job(0, 10), job(0, 10), job(0, 10)]


@pytest.mark.parametrize(
    ("agents", "late"),
    [
        (crew(mon_9=3), 0),
        (crew(mon_9=2), 0),  # The third is begun at 9:10, just in time.
        (crew(mon_9=1), 1),  # … and at 9:20, too late.
        (crew(mon_10=3), 3),
        (crew(), 3),
    ],
)
def test_agents_take_one_job_after_another(agents: list[int], late: int) -> None:
    assert missed(THREE, agents) == late


def test_the_next_deadline_goes_first() -> None:
    jobs = [job(0, 60), job(1, 30), job(2, 12)]
    assert missed(jobs, crew(mon_9=1)) == 0
    assert missed([job(0, 60), job(1, 30), job(2, 9)], crew(mon_9=1)) == 1


def test_what_is_begun_is_finished_after_the_hour_and_after_closing() -> None:
    assert missed([job(119, 125), job(24 * 60, 24 * 60)], crew(mon_10=1, tue_9=1)) == 0
    # Until 10:15 the one agent of the second hour is the one from before.
    assert missed([job(55, 60, 20), job(60, 70)], crew(mon_9=1, mon_10=1)) == 1


def test_what_comes_while_closed_waits_for_the_opening() -> None:
    assert missed([job(-60, 0), job(130, 24 * 60)], crew(mon_9=1, tue_9=1)) == 0
    assert missed([job(-60, -1)], crew(mon_9=1)) == 1


def test_an_hour_gets_the_agents_that_it_needs_and_no_more() -> None:
    found = staff(THREE, OPEN, Fraction(1))
    assert (found.crew[MON_9], sum(found.crew), found.missed, found.enough) == (2, 2, 0, True)
    fewer = staff(THREE, OPEN, Fraction(2, 3))
    assert (fewer.crew[MON_9], sum(fewer.crew), fewer.missed) == (1, 1, 1)
    assert fewer.percent == pytest.approx(66.67, 0.01)


def test_what_no_number_can_keep_is_told() -> None:
    found = staff([*THREE, job(-60, -1)], OPEN, Fraction(1))
    assert (sum(found.crew), found.missed, found.enough) == (2, 1, False)


def test_where_nothing_comes_nobody_is_needed() -> None:
    found = staff([], OPEN, Fraction(1))
    assert (sum(found.crew), found.percent, found.enough) == (0, None, True)


JOBS = st.lists(
    st.builds(
        lambda came, within, takes: job(came, came + within, takes),
        st.integers(-100, 1500),
        st.integers(0, 60),
        st.integers(1, 40),
    ),
    max_size=25,
).map(sorted)


@settings(max_examples=60)
@given(JOBS, st.sampled_from([Fraction(1), Fraction(9, 10), Fraction(1, 2)]))
def test_nobody_can_be_spared_in_any_hour(jobs: list[Job], keep: Fraction) -> None:
    found = staff(jobs, OPEN, keep)
    assert found.missed == missed(jobs, list(found.crew))
    assert not found.enough or found.missed <= len(jobs) * (1 - keep)
    hopeless = missed(jobs, [len(jobs)] * HOURS)
    allowed = max(int(len(jobs) * (1 - keep)), hopeless)
    for hour, agents in enumerate(found.crew):
        if agents:
            fewer = [*found.crew]
            fewer[hour] -= 1
            assert missed(jobs, fewer) > allowed


def test_open_time_is_cut_at_full_hours_of_the_teams_own_clock() -> None:
    hanoi = Calendar(time_zone="Asia/Ho_Chi_Minh", week={"mon": ["08:30-10:00"]})
    found = list(stretches(hanoi, MONDAY - timedelta(hours=7), MONDAY + timedelta(days=1)))
    half_past_eight = MONDAY.timestamp() + 1.5 * 3600
    assert found == [
        Stretch(half_past_eight, half_past_eight + 1800, 8),
        Stretch(half_past_eight + 1800, half_past_eight + 5400, 9),
    ]


def test_a_grid_shows_the_open_hours_of_a_week() -> None:
    found = staff(THREE, OPEN, Fraction(1))
    roster = TeamRoster(found, frozenset(stretch.hour for stretch in OPEN))
    _, title, head, *grid, sum_of_it = told_rosters({"care": roster}, Fraction(1))
    assert title.startswith("care: số người cần để trả lời đúng hạn 100 %")
    assert head.split()[:4] == ["T2", "Mon", "T3", "Tue"]
    assert [line.split() for line in grid] == [
        ["09:00", "2", "0", "·", "·", "·", "·", "·"],
        ["10:00", "0", "·", "·", "·", "·", "·", "·"],
    ]
    assert "100.0 % của 3 yêu cầu, 2 giờ công" in sum_of_it
