"""A morning of a desk in a real minute: its minutes are seconds, whatever the machines do."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.e2e.conftest import running
from tests.e2e.desk import DAYS, HOME, document
from tests.e2e.world import Found, World, at, until
from tests.measured import Measured

pytestmark = pytest.mark.e2e

PACE = 60
EARLY = "2027-03-01T07:55+07:00"
"""A Monday, five minutes before the shop opens."""

HALF_PAST_EIGHT = at("2027-03-01T08:30+07:00")
UNIT = timedelta(seconds=PACE)
"""Platforms date by their own second or millisecond, rounded down."""

STEPS = ("sla.reminded", "sla.breached", "sla.escalated")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A cloud of its own, with a shop that opens at eight: its clock would disturb the others."""
    for local in running(tmp_path_factory.mktemp("paced")):
        for world in World.told_by(local.stack_file):
            desk = document()
            desk["calendars"]["luon-mo"]["week"] = {
                day: ["08:00-12:00", "13:30-17:30"] for day in DAYS
            }
            assert world.api("PUT", "/api/desk", json=desk).status_code == 200
            yield world


@pytest.fixture(scope="module")
def ticket(world: World) -> Found:
    """A question that came before the shop opened, to be answered within half an hour."""
    clock(world, "set", "--pace", str(PACE), "--at", EARLY)
    return world.opened(world.customer("zalo"), "Shop có giao hàng đi Huế không ạ?")


def clock(world: World, *arguments: str) -> datetime:
    """Run `deskctl clock`; return the desk's time."""
    code, said = world.deskctl("clock", *arguments, "--json")
    assert code == 0, said
    told: Any = json.loads(said)
    return at(told["desk_time"])


def test_the_deadline_is_one_of_the_desks_morning(world: World, ticket: Found) -> None:
    assert at(EARLY) - UNIT <= at(ticket["opened_at"]) <= at("2027-03-01T08:00+07:00")
    (response, _) = ticket["sla"]
    assert at(response["due_at"]) == HALF_PAST_EIGHT
    assert "08:30" in until(lambda: world.mails(f"lan@{HOME}", ticket))[0]["text"]


@pytest.mark.parametrize("channel", ["zalo", "telegram", "email"])
def test_a_message_of_any_channel_gets_the_desks_time(world: World, channel: str) -> None:
    before = clock(world, "show")
    ticket = world.opened(world.customer(channel), "Shop còn hàng không ạ?")
    after = clock(world, "show")
    (line,) = world.entries(ticket["id"], "message.received")
    assert before - UNIT <= at(line["at"]) <= after
    assert before - UNIT <= at(ticket["opened_at"]) <= after


def test_an_answer_by_mail_goes_out_and_gets_the_desks_time(world: World) -> None:
    customer = world.customer("zalo")
    ticket = world.opened(customer, "Shop mở cửa mấy giờ ạ?")
    mail = world.mail(f"lan@{HOME}", ticket, "assigned")
    before = clock(world, "show")
    world.answer(mail, "Dạ tám giờ ạ")
    until(lambda: "Dạ tám giờ ạ" in world.heard_by(customer))
    (line,) = (one for one in world.entries(ticket["id"], "message.sent") if one["actor"] != "desk")
    assert before - UNIT <= at(line["at"]) <= clock(world, "show")


def test_reminder_breach_and_escalation_come_at_their_second_of_the_desk(
    world: World, ticket: Found, measured: Measured
) -> None:
    found = until(lambda: _all_steps(world, ticket), patience=90)
    assert {kind: HALF_PAST_EIGHT - at(line["detail"]["at"]) for kind, line in found.items()} == {
        "sla.reminded": timedelta(minutes=15),
        "sla.breached": timedelta(),
        "sla.escalated": -timedelta(minutes=10),
    }
    late = {kind: at(line["at"]) - at(line["detail"]["at"]) for kind, line in found.items()}
    for kind, each in late.items():
        measured(f"at a pace of {PACE}, {kind}", each / PACE)
    assert all(each >= timedelta() for each in late.values()), late


def test_a_jump_fires_at_once_what_was_due_in_between(world: World, measured: Measured) -> None:
    clock(world, "set", "--pace", "1", "--at", "2027-03-02T09:00+07:00")
    ticket = world.opened(world.customer("zalo"), "Shop có bán sỉ không ạ?")
    clock(world, "set", "--at", "2027-03-02T09:45+07:00")
    found = until(lambda: _all_steps(world, ticket))
    assert found["sla.breached"]["detail"]["late_seconds"]
    (response, _) = world.ticket(ticket["id"])["sla"]
    assert response["breached_at"] == response["due_at"]


def test_real_time_comes_back(world: World) -> None:
    assert clock(world, "reset") < at(EARLY)
    ticket = world.opened(world.customer("zalo"), "Shop ơi")
    assert at(ticket["opened_at"]) < at(EARLY)


def _all_steps(world: World, ticket: Found) -> dict[str, Found] | None:
    found = {line["type"]: line for line in world.entries(ticket["id"], *STEPS)}
    return found if len(found) == len(STEPS) else None
