"""The index behind a calendar: built as far as needed, cut anywhere, gone with its calendar."""

import copy
import gc
import pickle
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from weakref import ref
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.intervals import WHOLE_DAY, Interval
from chalicelib.sla.calendar import (
    _KNOWN_BLOCKS,
    Calendar,
    before,
    closing,
    due_at,
    elapsed,
    is_open,
    next_opening,
)
from chalicelib.sla.open_time import BLOCK_DAYS, build_block, build_whole_block, number_of

from .calendars import NIGHTS, SAIGON, daily, local

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EDGE = datetime.fromordinal(739_840 // BLOCK_DAYS * BLOCK_DAYS).replace(tzinfo=UTC)
"""The first moment of a block, in 2026."""


def test_a_block_asks_only_for_its_own_days() -> None:
    asked: list[date] = []

    def hours_on(day: date) -> Sequence[Interval]:
        asked.append(day)
        return ()

    build_block(hours_on, ZoneInfo(SAIGON), number_of(EDGE))
    assert min(asked) >= EDGE.date() - 2 * DAY
    assert max(asked) <= EDGE.date() + (BLOCK_DAYS + 1) * DAY
    assert len(asked) == len(set(asked))


def test_days_without_a_closed_door_are_one_span() -> None:
    built = build_block(lambda _: (WHOLE_DAY,), ZoneInfo(SAIGON), number_of(EDGE))
    assert built == build_whole_block(number_of(EDGE))
    assert built.total == BLOCK_DAYS * DAY


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", SAIGON, "UTC"])
def test_nothing_is_lost_or_counted_twice_where_blocks_meet(zone: str) -> None:
    hours = daily("00:00-10:00", "11:00-24:00", zone=zone)
    for number in range(-50, 50):
        moment = EDGE + number * HOUR
        assert elapsed(hours, moment - DAY, moment + DAY) == 46 * HOUR
        assert due_at(hours, moment - DAY, 46 * HOUR) in (moment + DAY, moment + DAY - HOUR)
        assert before(hours, moment + DAY, 46 * HOUR) in (moment - DAY, moment - DAY + HOUR)


def test_a_night_over_the_end_of_a_block_is_one_night() -> None:
    nights = daily("22:00-06:00", zone="UTC")
    evening = EDGE - HOUR
    assert is_open(nights, EDGE)
    assert closing(nights, evening) == EDGE + 6 * HOUR
    assert next_opening(nights, EDGE + 6 * HOUR) == EDGE + 22 * HOUR


def test_a_changed_copy_answers_for_itself() -> None:
    moment = local("2026-03-02 23:00")
    assert is_open(NIGHTS, moment)
    closed = NIGHTS.model_copy(update={"week": {}, "exceptions": {}})
    assert not is_open(closed, moment)
    assert is_open(NIGHTS, moment)


def test_what_a_calendar_was_asked_is_no_part_of_it() -> None:
    hours = daily("08:00-12:00")
    fresh = copy.deepcopy(hours)
    is_open(hours, EDGE)
    assert hours == fresh
    assert pickle.dumps(hours) == pickle.dumps(fresh)
    assert Calendar.model_validate(hours.model_dump()) == hours


def test_a_calendar_takes_its_index_along_when_it_goes() -> None:
    hours = daily("08:00-12:00", holidays="VN")
    due_at(hours, EDGE, 1_000 * HOUR)
    identity, gone = id(hours), ref(hours)
    assert identity in _KNOWN_BLOCKS
    del hours
    gc.collect()
    assert gone() is None
    assert identity not in _KNOWN_BLOCKS
