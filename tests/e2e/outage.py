"""A sweep that is down for a while, and two deadlines that nothing else can see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Timer
from typing import Any

from tests.e2e.desk import NEAR
from tests.e2e.world import Found, World, at

OUTAGE = timedelta(seconds=8)
"""How long the sweep stays down after the first deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Two tickets with deadlines beyond the horizon: one in the outage, one after it."""

    missed: Found
    far: Found


def sweep_outage(world: World) -> Iterator[Waiting]:
    """Take the sweep down, open both tickets, and let it run again after the first deadline."""
    rules = world.aws("events")
    name = _sweep_rule(rules)
    rules.disable_rule(Name=name)
    missed = world.opened(world.customer("zalo"), "Em hẹn gần ạ")
    far = world.opened(world.customer("zalo"), "Em hẹn xa ạ")
    up_again_at = at(missed["opened_at"]) + NEAR + OUTAGE
    timer = Timer(
        (up_again_at - datetime.now(UTC)).total_seconds(), lambda: rules.enable_rule(Name=name)
    )
    timer.start()
    yield Waiting(missed=missed, far=far)
    timer.cancel()
    rules.enable_rule(Name=name)


def _sweep_rule(events: Any) -> str:
    rules = events.list_rules()["Rules"]
    (name,) = (r["Name"] for r in rules if r.get("ScheduleExpression") == "rate(1 minute)")
    return str(name)
