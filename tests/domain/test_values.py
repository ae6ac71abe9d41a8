"""Changed copies are what `dataclasses.replace` makes, only faster."""

import dataclasses
from datetime import timedelta

import pytest

from chalicelib.domain.tickets import Metric, Timer
from chalicelib.domain.values import replace
from tests.conftest import START

TIMER = Timer(
    metric=Metric.ACCEPT, target=timedelta(minutes=5), started_at=START, due_at=START, fired=("x",)
)


def test_a_changed_copy_is_the_one_that_the_library_makes() -> None:
    later = START + timedelta(hours=1)
    changed = replace(TIMER, met_at=later, fired=())
    assert changed == dataclasses.replace(TIMER, met_at=later, fired=())
    assert hash(changed) == hash(dataclasses.replace(TIMER, met_at=later, fired=()))
    assert (TIMER.met_at, TIMER.fired) == (None, ("x",))


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(TypeError, match="Timer has no meat_at"):
        replace(TIMER, meat_at=START)
