"""A decision in the making: what an event changes is collected here, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.desk.alerts import weightiest
from chalicelib.desk.decision import (
    AgentChange,
    Context,
    Decision,
    Fact,
    Notification,
    Outgoing,
)
from chalicelib.desk.figures import ended
from chalicelib.desk.model import Desk
from chalicelib.desk.schedule import with_moment
from chalicelib.desk.standing import rank
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.domain.values import replace
from chalicelib.sla.timers import BREACH, is_same_wait

LATE_AFTER = timedelta(seconds=5)
"""How far behind its time a moment may fire before it is marked late."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """`event_id` makes every id in the decision the same however often it is made."""

    event_id: str
    context: Context
    desk: Desk
    now: datetime
    ticket: Ticket
    contact: Contact | None = None
    identity: Identity | None = None
    entries: list[TimelineEntry] = field(default_factory=list)
    named: list[tuple[str, TimelineEntry]] = field(default_factory=list)
    moved: tuple[Identity, ...] = ()
    dropped: tuple[Identity, ...] = ()
    deliveries: list[tuple[TimelineEntry, TimelineEntry]] = field(default_factory=list)
    merged: Ticket | None = None
    agents: dict[str, AgentChange] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    outbox: list[Outgoing] = field(default_factory=list)
    alerts: list[Notification] = field(default_factory=list)
    _timed: tuple[Ticket, Ticket] | None = None

    def change(self, **changes: Any) -> None:
        self.ticket = replace(self.ticket, **changes)

    def tell_timeline(
        self,
        event_type: str,
        actor: str,
        *,
        at: datetime | None = None,
        detail: Mapping[str, str] | None = None,
        **facts: Any,
    ) -> TimelineEntry:
        """Add a line to the ticket's story; it happened now unless `at` says otherwise."""
        entry = TimelineEntry(
            id=f"{self.event_id}:{len(self.entries)}",
            ticket_id=self.ticket.id,
            at=at or self.now,
            type=event_type,
            actor=actor,
            detail=dict(detail or {}),
            **facts,
        )
        self.entries.append(entry)
        return entry

    def timed(self) -> Ticket:
        """Return the ticket with its place in the queue and its next moment, worked out once."""
        if self._timed is None or self._timed[0] is not self.ticket:
            ranked = replace(self.ticket, rank=rank(self.ticket, self.desk))
            self._timed = self.ticket, with_moment(ranked, self.desk, self.now)
        return self._timed[1]

    def decision(self) -> Decision:
        """Return what is to be written; the ticket's next moment follows from all of it."""
        self._tell_missed()
        ticket = self.timed()
        is_changed = self.entries or ticket != self.context.stored
        before = (self.context.ticket, self.context.other_ticket)
        return Decision(
            contact=self.contact,
            identity=self.identity,
            ticket=ticket if is_changed else None,
            merged=self.merged,
            moved=self.moved,
            dropped=self.dropped,
            entries=tuple(self.entries),
            named=tuple(self.named),
            deliveries=tuple(self.deliveries),
            agents=tuple(each for each in self.agents.values() if not each.is_nothing),
            facts=(*self.facts, *ended(before, ticket, self.desk)),
            outbox=(*self.outbox, *weightiest(self.alerts)),
        )

    def _tell_missed(self) -> None:
        """Say on the timeline which deadlines were met too late, if no alert did."""
        missed = [timer for timer in self.ticket.timers if timer.breached_at]
        if not missed:
            return
        before = self.context.ticket.timers if self.context.ticket else ()
        known = {timer.metric: timer for timer in before if timer.breached_at}
        alerted = {e.detail["metric"] for e in self.entries if e.type == "sla.breached"}
        for timer in missed:
            told = known.get(timer.metric)
            is_known = told is not None and is_same_wait(told, timer)
            if not is_known and timer.metric not in alerted:
                due_at = timer.due_at.isoformat()
                self.tell_timeline(
                    "sla.breached",
                    "desk",
                    detail={"metric": str(timer.metric), "step": BREACH, "due_at": due_at},
                )


def lateness(due_at: datetime, now: datetime) -> dict[str, str]:
    """Return how late something happens, as facts for the timeline; empty when on time."""
    late = now - due_at
    return {"late_seconds": str(round(late.total_seconds()))} if late > LATE_AFTER else {}
