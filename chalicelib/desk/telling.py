"""Telling people: an agent by the means that reach him, the customer where he wrote last."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.channels.registry import adapter_class
from chalicelib.channels.splitting import split
from chalicelib.desk.alerts import COMPANY, held_until, means
from chalicelib.desk.decision import Medium, Notification, NotificationKind, Reply
from chalicelib.desk.draft import Draft
from chalicelib.domain.messages import Attachment, Button, Delivery, Surface, Template


def tell_agent(
    draft: Draft,
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
    agent = draft.desk.agent(agent_id)
    media = means(by or (), agent, has_slack=draft.desk.slack is not None)
    quiet = None if wake else held_until(agent.quiet, draft.desk.time_zone, draft.now)
    for medium in dict.fromkeys((*media, Medium.TOPIC)):
        draft.alerts.append(
            Notification(
                id=f"{draft.event_id}:alert:{len(draft.alerts)}",
                ticket_id=draft.ticket.id,
                created_at=draft.now,
                kind=kind,
                medium=medium,
                agent_id=agent_id,
                not_before=None if medium in COMPANY else quiet,
                detail=detail or {},
            )
        )


def tell_customer(
    draft: Draft,
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
    to, surface = draft.ticket.identity, surface or draft.ticket.surface
    can = adapter_class(to.channel).capabilities_on(surface)
    entry = draft.tell_timeline(
        "message.sent",
        actor,
        at=at,
        text=text,
        channel=to.channel,
        attachments=attachments,
        delivery=Delivery.QUEUED,
        detail={
            **({"automatic": "true"} if automatic else {}),
            **({"surface": str(surface)} if draft.ticket.surface is Surface.PUBLIC else {}),
        },
    )
    draft.outbox.append(
        Reply(
            id=f"{draft.event_id}:{len(draft.outbox)}",
            ticket_id=draft.ticket.id,
            entry_id=entry.id,
            created_at=draft.now,
            entry_at=entry.at,
            to=to,
            parts=tuple(split(text, can.text_limit, can.measure)) if text else (),
            automatic=automatic,
            reply_to_id=draft.ticket.reply_to_id,
            subject=draft.ticket.subject,
            surface=surface,
            thread=draft.ticket.thread,
            files=attachments,
            buttons=buttons,
            template=template,
            contact_id=draft.ticket.contact_id,
            last_inbound_at=draft.ticket.last_inbound_at,
            is_blocked=draft.ticket.is_blocked,
        )
    )
