"""What work a history brought, and the roster that a replay asks for."""

from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from chalicelib.domain.events import AgentMerged, AgentReplied, AgentResolved
from infra.whatif.exported import exported
from infra.whatif.history import History
from infra.whatif.jobs import LONGEST, Job, jobs_of
from infra.whatif.outcome import play
from infra.whatif.period import Period
from infra.whatif.queueing import Queue
from infra.whatif.roster import rosters
from infra.whatif.rows import read_rows
from infra.whatif.week import stretches
from tests.desks import shop
from tests.infra.whatif.past import at, done, history, written

USUAL = timedelta(minutes=6)
RUSH = history(*(written(number, number) for number in range(60)))
"""A complaint a minute, each promised an answer within half an hour."""


def work(past: History) -> list[float]:
    """Return how many minutes each ticket took, in the order in which they came."""
    jobs = jobs_of(play(shop(), past)[1], USUAL)
    return [job.takes / 60 for of_team in jobs.values() for job in of_team]


def test_a_job_came_when_the_ticket_did_and_is_due_by_its_first_response() -> None:
    jobs = jobs_of(play(shop(), history(written(1, 5), written(2, 3, "máy hỏng")))[1], USUAL)
    assert jobs["care"][-1] == Job(at(5).timestamp(), at(35).timestamp(), 360)
    assert sum(map(len, jobs.values())) == 2


def test_work_takes_what_is_told_of_it_or_else_the_usual_time() -> None:
    told = history(written(1, 0), written(2, 5), handled={"T1": timedelta(minutes=9)})
    assert work(told) == [9, 6]


def test_work_that_is_not_told_lasted_since_the_act_before_and_is_no_pause() -> None:
    past = history(
        *(written(number, number) for number in (1, 2, 3)),
        done(AgentReplied, 1, 10, text="dạ"),
        done(AgentReplied, 2, 14, text="dạ"),
        done(AgentResolved, 2, 15),
        done(AgentReplied, 3, 300, text="dạ"),
    )
    assert work(past) == [6, 5, LONGEST / timedelta(minutes=1)]


def test_a_priority_that_is_told_is_nobodys_work() -> None:
    head = "opened_at,channel,type,answered_at,resolved_at,agent"
    rows = [
        f"2026-11-23 0{hour}:00,zalo,complaint,2026-11-23 0{hour}:05,2026-11-23 0{hour}:10,lan"
        for hour in range(1, 5)
    ]

    def takes(more: str, value: str) -> list[float]:
        lines = [f"{head}{more}", *(f"{row}{value}" for row in rows)]
        table = read_rows("\n".join(lines).encode(), "past.csv", ZoneInfo("UTC"))
        return work(exported(table, shop(), Period()))

    assert takes(",priority", ",high") == takes("", "")


def test_what_went_on_in_another_ticket_is_no_job_of_its_own() -> None:
    merged = done(AgentMerged, 1, 9, other_ticket_id="T2")
    assert len(work(history(written(1, 0), written(2, 5), merged))) == 1


def test_the_crew_that_was_found_keeps_the_share_and_nobody_can_be_spared() -> None:
    keep = Fraction(9, 10)
    replay = play(shop(), RUSH)[1]
    staffing = rosters(replay, keep, USUAL)["care"].staffing
    assert (staffing.jobs, staffing.enough) == (60, True)

    def kept_by(crew: tuple[int, ...]) -> Fraction:
        jobs = jobs_of(replay, USUAL)["care"]
        calendar = shop().team_calendar("care")
        queue = Queue(jobs, list(stretches(calendar, at(0), at(60 * 24 * 8))))
        queue.work_off(crew)
        return 1 - Fraction(queue.missed, len(jobs))

    assert kept_by(staffing.crew) >= keep
    for hour, agents in enumerate(staffing.crew):
        if agents:
            fewer = (*staffing.crew[:hour], agents - 1, *staffing.crew[hour + 1 :])
            assert kept_by(fewer) < keep
