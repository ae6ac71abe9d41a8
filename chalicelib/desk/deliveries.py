"""How far an answer came: receipts, and messages that failed for good."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.desk.decision import Context, Decision, NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk
from chalicelib.desk.telling import tell_agent
from chalicelib.domain.events import MessageFailed, ReceiptReceived
from chalicelib.domain.messages import Delivery
from chalicelib.domain.tickets import TimelineEntry

PROGRESS = list(Delivery)


def receipt_received(
    event: ReceiptReceived, context: Context, desk: Desk, now: datetime
) -> Decision:
    """Move the messages named on, never back; a watermark moves the whole conversation."""
    further = [entry for entry in context.entries if _is_further(event.delivery, entry)]
    if event.message_ids and not context.entries:
        return Decision(unknown=event)
    if event.delivery is Delivery.FAILED:
        reason = event.reason or "unknown"
        return _failed(_Failure(event.id, reason, tuple(further)), context, desk, now)
    if event.message_ids:
        return Decision(
            deliveries=tuple((entry, replace(entry, delivery=event.delivery)) for entry in further)
        )
    ticket, until_at = context.ticket, event.watermark_at
    if ticket is None or until_at is None or event.delivery is not Delivery.READ:
        return Decision()
    if ticket.read_until_at and until_at <= ticket.read_until_at:
        return Decision()
    return Decision(ticket=replace(ticket, read_until_at=until_at))


def message_failed(event: MessageFailed, context: Context, desk: Desk, now: datetime) -> Decision:
    """Tell the owner, once, that an answer did not reach the customer, and why."""
    known = [entry.delivery is Delivery.FAILED for entry in context.entries]
    if known and all(known):
        return Decision()
    failure = _Failure(event.outbox_id, event.reason, context.entries)
    return _failed(failure, context, desk, now)


@dataclass(frozen=True, slots=True)
class _Failure:
    """Which messages failed; ids of what follows are made from `cause`."""

    cause: str
    reason: str
    entries: tuple[TimelineEntry, ...]


def _failed(failure: _Failure, context: Context, desk: Desk, now: datetime) -> Decision:
    """Mark messages as failed and tell the owner."""
    if context.ticket is None or (context.entries and not failure.entries):
        return Decision()
    draft = Draft(
        event_id=failure.cause, context=context, desk=desk, now=now, ticket=context.ticket
    )
    reason = failure.reason
    draft.deliveries = [(entry, _as_failed(entry, reason)) for entry in failure.entries]
    draft.tell_timeline("message.failed", "desk", detail={"reason": reason})
    told = draft.ticket.assignee_id or desk.teams[draft.ticket.team_id].lead
    tell_agent(draft, told, NotificationKind.SEND_FAILED, {"reason": reason})
    return draft.decision()


def _as_failed(entry: TimelineEntry, reason: str) -> TimelineEntry:
    detail = {**entry.detail, "failure": reason}
    return replace(entry, delivery=Delivery.FAILED, detail=detail)


def _is_further(delivery: Delivery, entry: TimelineEntry) -> bool:
    """Only what is under way can fail: who received a message has it."""
    if entry.delivery is None or entry.delivery is Delivery.FAILED:
        return False
    if delivery is Delivery.FAILED:
        return entry.delivery in (Delivery.QUEUED, Delivery.SENT)
    return PROGRESS.index(delivery) > PROGRESS.index(entry.delivery)
