"""A decision in the making: what an event changes is collected here, line by line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.channels.registry import adapter_class
from chalicelib.channels.splitting import split
from chalicelib.desk.alerts import COMPANY, held_until, means, weightiest
from chalicelib.desk.decision import (
    AgentChange,
    Context,
    Decision,
    Fact,
    Fetch,
    Limits,
    Medium,
    Notification,
    NotificationKind,
    Outgoing,
    Reply,
)
from chalicelib.desk.figures import ended
from chalicelib.desk.model import Desk
from chalicelib.desk.schedule import with_moment
from chalicelib.desk.standing import rank
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.messages import (
    Attachment,
    AttachmentKind,
    Button,
    Delivery,
    Surface,
    Template,
)
from chalicelib.domain.tickets import Ticket, TimelineEntry
from chalicelib.domain.values import replace
from chalicelib.sla.timers import BREACH

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
    merged: Ticket | None = None
    agents: dict[str, AgentChange] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    outbox: list[Outgoing] = field(default_factory=list)
    alerts: list[Notification] = field(default_factory=list)

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

    def tell_agent(
        self,
        agent_id: str,
        kind: NotificationKind,
        detail: Mapping[str, str] | None = None,
        *,
        by: Iterable[str] | None = None,
        wake: bool = False,
    ) -> None:
        """Alert an agent `by` these means, where they reach him, or else his own; and the topic.

        In his quiet hours he is told when they end, unless it is to `wake` him.
        """
        agent = self.desk.agent(agent_id)
        media = means(by or (), agent, has_slack=self.desk.slack is not None)
        quiet = None if wake else held_until(agent.quiet, self.desk.time_zone, self.now)
        for medium in dict.fromkeys((*media, Medium.TOPIC)):
            self.alerts.append(
                Notification(
                    id=f"{self.event_id}:alert:{len(self.alerts)}",
                    ticket_id=self.ticket.id,
                    created_at=self.now,
                    kind=kind,
                    medium=medium,
                    agent_id=agent_id,
                    not_before=None if medium in COMPANY else quiet,
                    detail=detail or {},
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

    def _tell_missed(self) -> None:
        """Say on the timeline which deadlines were met too late, if no alert did."""
        before = self.context.ticket.timers if self.context.ticket else ()
        known = {(t.metric, t.started_at) for t in before if t.breached_at}
        alerted = {e.detail["metric"] for e in self.entries if e.type == "sla.breached"}
        for timer in self.ticket.timers:
            is_told = (timer.metric, timer.started_at) in known or timer.metric in alerted
            if timer.breached_at and not is_told:
                due_at = timer.due_at.isoformat()
                self.tell_timeline(
                    "sla.breached",
                    "desk",
                    detail={"metric": str(timer.metric), "step": BREACH, "due_at": due_at},
                )

    def count_in(self, agent_id: str, limits: Limits | None = None) -> None:
        """Count the ticket into an agent's hands, within his limits if these are given."""
        channel = self.ticket.identity.channel
        self.change(counted_on=channel)
        self._count(agent_id, channel, 1)
        if limits:
            changed = self.agents[agent_id]
            limited = {**changed.limits, channel: limits}
            self.agents[agent_id] = replace(changed, limits=limited)

    def count_out(self, ticket: Ticket) -> None:
        """Take a ticket out of its owner's count, under the channel it was counted in on."""
        if ticket.assignee_id and ticket.counted_on:
            self._count(ticket.assignee_id, ticket.counted_on, -1)

    def note_agent(self, agent_id: str, **noted: Any) -> None:
        """Note what else is new about an agent."""
        changed = self.agents.get(agent_id) or AgentChange(agent_id=agent_id)
        self.agents[agent_id] = replace(changed, **noted)

    def _count(self, agent_id: str, channel: str, delta: int) -> None:
        changed = self.agents.get(agent_id) or AgentChange(agent_id=agent_id)
        moved = {**changed.delta, channel: changed.delta.get(channel, 0) + delta}
        self.agents[agent_id] = replace(changed, delta=moved)

    def decision(self) -> Decision:
        """Return what is to be written; the ticket's next moment follows from all of it."""
        self._tell_missed()
        ranked = replace(self.ticket, rank=rank(self.ticket, self.desk))
        ticket = with_moment(ranked, self.desk, self.now)
        is_changed = ticket != self.context.stored or self.entries
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
            facts=(*self.facts, *ended(self.context.ticket, ticket, self.desk)),
            outbox=(*self.outbox, *weightiest(self.alerts)),
        )


def lateness(due_at: datetime, now: datetime) -> dict[str, str]:
    """Return how late something happens, as facts for the timeline; empty when on time."""
    late = now - due_at
    return {"late_seconds": str(round(late.total_seconds()))} if late > LATE_AFTER else {}
