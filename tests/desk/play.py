"""A world that tests play in: who writes, who acts, how time goes on."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Identity
from chalicelib.domain.events import Act, OwnerLeft
from chalicelib.domain.tickets import Metric, Ticket, TimelineEntry, Timer
from tests.conftest import START
from tests.desk.events import MAI, message, moment_of
from tests.desk.world import World

ENDLESS = 200


class Play:
    """A desk on Monday morning at nine. `at` minutes are counted from then."""

    def __init__(self, desk: Desk) -> None:
        self.world = World(desk)
        self.now = START
        self.count = 0

    @property
    def ticket(self) -> Ticket:
        return self.world.only_ticket()

    def says(self, text: str, *, identity: Identity = MAI, ago: int = 0, **more: Any) -> None:
        """Have a customer write, `ago` minutes before it arrives."""
        self.count += 1
        at = self.now - timedelta(minutes=ago)
        self.world.fold(message(text, at, number=self.count, identity=identity, **more), self.now)

    def does(
        self, kind: type[Act], agent: str | None = "lan", *, ticket: str = "", **facts: Any
    ) -> None:
        self.count += 1
        ago = timedelta(minutes=facts.pop("ago", 0))
        self.world.fold(
            kind(
                id=f"act:{self.count}",
                ticket_id=ticket or self.ticket.id,
                occurred_at=self.now - ago,
                agent_id=agent,
                via="page",
                **facts,
            ),
            self.now,
        )

    def leaves(self, agent: str) -> None:
        self.world.away.add(agent)
        for ticket in list(self.world.tickets.values()):
            self.world.fold(OwnerLeft(ticket_id=ticket.id, agent_id=agent), self.now)

    def until(self, minutes: float) -> None:
        """Let time pass up to so many minutes after nine, everything firing at its moment."""
        end = START + timedelta(minutes=minutes)
        for _ in range(ENDLESS):
            due = [t for t in self.world.tickets.values() if t.moment and t.moment.at <= end]
            if not due:
                break
            ticket = min(due, key=lambda t: t.moment.at if t.moment else end)
            event = moment_of(ticket)
            self.now = max(self.now, event.moment_at)
            self.world.fold(event, self.now)
        else:
            raise AssertionError("moments without end")
        self.now = end

    def wakes_at(self, minutes: float) -> None:
        """Let time pass with nothing firing: the scheduler is down."""
        self.now = START + timedelta(minutes=minutes)

    def lines(self, *types: str) -> list[TimelineEntry]:
        return [entry for entry in self.world.entries if entry.type in types]

    def happened(self, *types: str) -> list[tuple[float, str]]:
        """Return when, in minutes after nine, and what: the step or whom it concerns."""
        return [
            (minutes(entry.at), entry.detail.get("step") or entry.detail.get("agent", ""))
            for entry in self.lines(*types)
        ]

    def timer(self, metric: Metric) -> Timer:
        return next(timer for timer in self.ticket.timers if timer.metric is metric)


def minutes(at: datetime) -> float:
    return (at - START).total_seconds() / 60
