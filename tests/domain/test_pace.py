from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import UNTIMED, AgentResolved, ReceiptReceived
from chalicelib.domain.messages import Delivery
from chalicelib.domain.pace import Pace, Stretch, real_time

REAL = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DESK = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SIXTY = Pace((Stretch(60, REAL, DESK),))

factors = st.floats(1, 3600)
moments = st.timedeltas(timedelta(days=-300), timedelta(days=400)).map(REAL.__add__)
waits = st.timedeltas(timedelta(), timedelta(days=30))


@given(moments, waits)
def test_without_a_pace_desk_time_is_real_time(at: datetime, wait: timedelta) -> None:
    pace = real_time()
    assert (pace.desk_time(at), pace.desk_wait(wait), pace.real_wait(wait)) == (at, wait, wait)


def test_a_real_second_is_a_minute_of_the_desk() -> None:
    assert SIXTY.desk_time(REAL + 5 * SECOND) == DESK + timedelta(minutes=5)
    assert SIXTY.desk_wait(5 * SECOND) == timedelta(minutes=5)
    assert SIXTY.real_wait(timedelta(minutes=5)) == 5 * SECOND


@given(factors, st.lists(st.tuples(waits, factors, moments), max_size=4), moments)
def test_what_happened_keeps_its_time_however_the_pace_changes(
    factor: float, changes: list[tuple[timedelta, float, datetime]], at: datetime
) -> None:
    pace, changed_at = Pace((Stretch(factor, REAL, DESK),)), max(at, REAL)
    before = pace.desk_time(at)
    for wait, other, desk_at in changes:
        changed_at += wait + SECOND
        pace = Pace((*pace.stretches, Stretch(other, changed_at, desk_at)))
    assert pace.desk_time(at) == before


@given(factors, waits, waits)
def test_a_wait_of_the_desk_is_over_when_its_real_wait_is(
    factor: float, since: timedelta, wait: timedelta
) -> None:
    pace, now = Pace((Stretch(factor, REAL, DESK),)), REAL + since
    over_at = pace.desk_time(now + pace.real_wait(wait))
    # Clocks know microseconds, of which a fast desk has some in one of ours.
    assert abs(over_at - (pace.desk_time(now) + wait)) <= factor * timedelta(microseconds=1)


def test_all_that_a_platform_dates_gets_the_desks_time() -> None:
    receipt = ReceiptReceived(
        id="r",
        identity=Identity("messenger", "hoa-mai", "1"),
        occurred_at=REAL + 2 * SECOND,
        delivery=Delivery.READ,
        watermark_at=REAL + SECOND,
    )
    dated = SIXTY.dated(receipt)
    assert dated.occurred_at == DESK + timedelta(minutes=2)
    assert dated.watermark_at == DESK + timedelta(minutes=1)
    assert (dated.id, dated.identity, dated.delivery) == ("r", receipt.identity, Delivery.READ)


def test_what_is_not_dated_stays_so() -> None:
    act = AgentResolved(id="a", ticket_id="1", occurred_at=UNTIMED, agent_id="lan", via="email")
    assert SIXTY.dated(act) == real_time().dated(act) == act
