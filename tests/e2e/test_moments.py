"""Reminders, breaches and escalations: each at its second, once, and late only after an outage."""

import time
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.e2e.desk import FAR, HOME
from tests.e2e.outage import OUTAGE, Waiting
from tests.e2e.world import Customer, Found, World, at, until
from tests.measured import Measured

pytestmark = pytest.mark.e2e

PROMISE = timedelta(seconds=2)
STEPS = ("sla.reminded", "sla.breached", "sla.escalated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tickets:
    """Opened together, so that their times pass together."""

    complaint: Found
    technical: Found
    answered: Found
    customer: Customer


@pytest.fixture(scope="module")
def tickets(world: World) -> Tickets:
    complaining, asking, answered = (world.customer("zalo") for _ in range(3))
    answered_ticket = world.opened(answered, "Em khiếu nại đơn 103")
    world.act(answered_ticket["id"], "messages", text="Dạ em xin lỗi ạ", agent="thao")
    return Tickets(
        complaint=world.opened(complaining, "Em khiếu nại: bát bị vỡ"),
        technical=world.opened(asking, "Trang web báo lỗi thanh toán"),
        answered=answered_ticket,
        customer=complaining,
    )


def lateness(line: Found) -> timedelta:
    """Return how long after its due time a step happened."""
    return at(line["at"]) - at(line["detail"]["at"])


def steps(world: World, ticket: Found, metric: str) -> dict[str, Found]:
    """Return what happened about a metric, by type; each at most once."""
    lines = [
        line for line in world.entries(ticket["id"], *STEPS) if line["detail"]["metric"] == metric
    ]
    found = {line["type"]: line for line in lines}
    assert len(found) == len(lines), lines
    return found


def test_reminder_breach_and_escalation_each_come_on_time(
    world: World, tickets: Tickets, measured: Measured
) -> None:
    ticket = tickets.complaint
    found = until(lambda: _all_steps(world, ticket, "first_response"))
    opened_at = at(ticket["opened_at"])
    assert {kind: at(line["detail"]["at"]) - opened_at for kind, line in found.items()} == {
        "sla.reminded": timedelta(seconds=6),
        "sla.breached": timedelta(seconds=12),
        "sla.escalated": timedelta(seconds=17),
    }
    late = {kind: lateness(line) for kind, line in found.items()}
    for kind, each in late.items():
        measured(f"first response, {kind}", each)
    assert all(timedelta() <= each <= PROMISE for each in late.values()), late
    assert not any("late_seconds" in line["detail"] for line in found.values())
    (timer, _) = world.ticket(ticket["id"])["sla"]
    assert timer["breached_at"] == timer["due_at"]


def test_who_answers_is_reminded_and_backup_and_lead_are_told_once(
    world: World, tickets: Tickets
) -> None:
    ticket = tickets.complaint
    until(lambda: _all_steps(world, ticket, "first_response"))
    until(lambda: world.mails(f"ha@{HOME}", ticket))
    until(lambda: world.mails(f"duc@{HOME}", ticket))
    time.sleep(1)
    told = {
        agent: [
            mail["headers"]["X-Frontline-Notification"]
            for mail in world.mails(f"{agent}@{HOME}", ticket)
        ]
        for agent in ("thao", "duc", "ha")
    }
    assert told == {
        "thao": ["assigned", "reminder", "breached"],
        "duc": ["escalated"],
        "ha": ["escalated"],
    }
    texts = [
        sms["text"]
        for sms in world.http.get(f"{world.platforms}/sms").json()
        if ticket["number"] in sms["text"]
    ]
    assert len(texts) == 3
    assert all(len(text) <= 160 and text.isascii() for text in texts)


def test_a_reminder_before_the_deadline_and_an_escalation_that_reassigns(
    world: World, tickets: Tickets, measured: Measured
) -> None:
    ticket = tickets.technical
    found = until(lambda: _all_steps(world, ticket, "resolution"))
    opened_at = at(ticket["opened_at"])
    assert {kind: at(line["detail"]["at"]) - opened_at for kind, line in found.items()} == {
        "sla.reminded": timedelta(seconds=8),
        "sla.breached": timedelta(seconds=14),
        "sla.escalated": timedelta(seconds=17),
    }
    late = {kind: lateness(line) for kind, line in found.items()}
    for kind, each in late.items():
        measured(f"resolution, {kind}", each)
    assert all(timedelta() <= each <= PROMISE for each in late.values()), late
    first, second = world.entries(ticket["id"], "ticket.assigned")
    assert (first["detail"]["agent"], second["detail"]["agent"]) == ("khoa", "my")
    assert second["detail"]["backup_for"] == "khoa"
    assert world.ticket(ticket["id"])["assignee"] == "my"
    world.mail(f"my@{HOME}", ticket, "assigned")


def test_an_answer_in_time_leaves_nothing_to_remind_of(world: World, tickets: Tickets) -> None:
    until(lambda: _all_steps(world, tickets.complaint, "first_response"))
    assert world.entries(tickets.answered["id"], *STEPS) == []
    (timer, _) = world.ticket(tickets.answered["id"])["sla"]
    assert timer["met_at"] is not None
    assert timer["breached_at"] is None


@pytest.mark.slow
def test_a_moment_missed_while_the_sweep_was_down_fires_once_and_is_marked_late(
    world: World, waiting: Waiting, measured: Measured
) -> None:
    (breach,) = until(lambda: _breaches(world, waiting.missed), patience=300)
    assert lateness(breach) >= OUTAGE
    assert int(breach["detail"]["late_seconds"]) == round(lateness(breach).total_seconds())
    measured("after the outage", lateness(breach) - OUTAGE)
    (timer,) = world.ticket(waiting.missed["id"])["sla"]
    assert timer["breached_at"] == timer["due_at"]
    world.mail(f"quynh@{HOME}", waiting.missed, "breached")


@pytest.mark.slow
def test_a_moment_beyond_the_horizon_fires_on_time_through_the_sweep(
    world: World, waiting: Waiting, measured: Measured
) -> None:
    (breach,) = until(lambda: _breaches(world, waiting.far), patience=300)
    assert at(breach["detail"]["at"]) - at(waiting.far["opened_at"]) == FAR
    measured("beyond the horizon", lateness(breach))
    assert timedelta() <= lateness(breach) <= PROMISE
    assert "late_seconds" not in breach["detail"]
    time.sleep(2)
    assert len(_breaches(world, waiting.far)) == 1
    assert len(_breaches(world, waiting.missed)) == 1


def _all_steps(world: World, ticket: Found, metric: str) -> dict[str, Found] | None:
    found = steps(world, ticket, metric)
    return found if len(found) == len(STEPS) else None


def _breaches(world: World, ticket: Found) -> list[Found]:
    return world.entries(ticket["id"], "sla.breached")
