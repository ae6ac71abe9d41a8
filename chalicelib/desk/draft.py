"""A decision in the making: what an event changes is collected here, line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.registry import adapter_class
from chalicelib.channels.splitting import split
from chalicelib.desk.clock import with_moment
from chalicelib.desk.decision import (
    Context,
    Decision,
    Fetch,
    LoadChange,
    Medium,
    Notification,
    NotificationKind,
    Outgoing,
    Reply,
)
from chalicelib.desk.model import Desk
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.messages import (
    Attachment,
    AttachmentKind,
    Button,
    Delivery,
    Surface,
    Template,
)
from chalicelib.domain.tickets import Ticket, TimelineEntry, Timer

LATE_AFTER = timedelta(seconds=5)
"""How far behind its time a moment may fire before it is marked late."""


FETCHED = (
    AttachmentKind.IMAGE,
    AttachmentKind.AUDIO,
    AttachmentKind.VIDEO,
    AttachmentKind.FILE,
    AttachmentKind.STICKER,
)
"""What is a file; the rest is words: a link, a place, a card."""


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
    loads: dict[str, LoadChange] = field(default_factory=dict)
    outbox: list[Outgoing] = field(default_factory=list)

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

    def tell_agent(self, agent_id: str, kind: NotificationKind, **detail: str) -> None:
        """Alert an agent by every means he asked for, and the company's own topic."""
        media = (*(Medium(name) for name in self.desk.agents[agent_id].notify), Medium.TOPIC)
        for medium in media:
            self.outbox.append(
                Notification(
                    id=f"{self.event_id}:{len(self.outbox)}",
                    ticket_id=self.ticket.id,
                    created_at=self.now,
                    kind=kind,
                    medium=medium,
                    agent_id=agent_id,
                    detail=detail,
                )
            )

    def tell_customer(
        self,
        text: str,
        actor: str,
        *,
        automatic: bool,
        at: datetime,
        attachments: tuple[Attachment, ...] = (),
        surface: Surface | None = None,
        buttons: tuple[Button, ...] = (),
        template: Template | None = None,
    ) -> None:
        """Say something where the customer wrote last, or to himself alone by `surface`."""
        to, surface = self.ticket.identity, surface or self.ticket.surface
        can = adapter_class(to.channel).capabilities_on(surface)
        entry = self.tell_timeline(
            "message.sent",
            actor,
            at=at,
            text=text,
            channel=to.channel,
            attachments=attachments,
            delivery=Delivery.QUEUED,
            detail={
                **({"automatic": "true"} if automatic else {}),
                **({"surface": str(surface)} if self.ticket.surface is Surface.PUBLIC else {}),
            },
        )
        self.outbox.append(
            Reply(
                id=f"{self.event_id}:{len(self.outbox)}",
                ticket_id=self.ticket.id,
                entry_id=entry.id,
                created_at=self.now,
                entry_at=entry.at,
                to=to,
                parts=tuple(split(text, can.text_limit, can.measure)) if text else (),
                automatic=automatic,
                reply_to_id=self.ticket.reply_to_id,
                subject=self.ticket.subject,
                surface=surface,
                thread=self.ticket.thread,
                files=attachments,
                buttons=buttons,
                template=template,
                contact_id=self.ticket.contact_id,
                last_inbound_at=self.ticket.last_inbound_at,
                is_blocked=self.ticket.is_blocked,
            )
        )

    def fetch_files(self, entry: TimelineEntry, identity: Identity) -> None:
        """Have the files of a customer's message kept by us, as long as their links live."""
        for place, attachment in enumerate(entry.attachments):
            has_address = attachment.url or attachment.file_id
            if attachment.kind in FETCHED and has_address and attachment.key is None:
                self.outbox.append(
                    Fetch(
                        id=f"{self.event_id}:{len(self.outbox)}",
                        ticket_id=self.ticket.id,
                        entry_id=entry.id,
                        entry_at=entry.at,
                        created_at=self.now,
                        channel=identity.channel,
                        account=identity.account,
                        place=place,
                        attachment=attachment,
                    )
                )

    def tell_missed(self) -> None:
        """Say on the timeline which deadlines an answer came too late for, if no alert did."""
        known = {t.metric for t in self._timers_before() if t.breached_at}
        for timer in self.ticket.timers:
            if timer.breached_at and timer.metric not in known:
                due_at = timer.due_at.isoformat()
                self.tell_timeline(
                    "sla.breached",
                    "desk",
                    detail={"metric": str(timer.metric), "step": "breach", "due_at": due_at},
                )

    def _timers_before(self) -> tuple[Timer, ...]:
        return self.context.ticket.timers if self.context.ticket else ()

    def move_load(self, agent_id: str, delta: int, capacity: int | None = None) -> None:
        """Count a ticket in or out of an agent's hands; within one decision they add up."""
        before = self.loads.get(agent_id)
        total = delta + (before.delta if before else 0)
        self.loads[agent_id] = LoadChange(
            agent_id=agent_id, delta=total, capacity=capacity if total > 0 else None
        )

    def decision(self) -> Decision:
        """Return what is to be written; the ticket's next moment follows from all of it."""
        ticket = with_moment(self.ticket, self.desk)
        return Decision(
            contact=self.contact,
            identity=self.identity,
            ticket=ticket if ticket != self.context.stored or self.entries else None,
            moved=self.moved,
            dropped=self.dropped,
            entries=tuple(self.entries),
            named=tuple(self.named),
            deliveries=tuple(self.deliveries),
            loads=tuple(load for load in self.loads.values() if load.delta),
            outbox=tuple(self.outbox),
        )


def lateness(due_at: datetime, now: datetime) -> dict[str, str]:
    """Return how late something happens, as facts for the timeline; empty when on time."""
    late = now - due_at
    return {"late_seconds": str(round(late.total_seconds()))} if late > LATE_AFTER else {}
