"""A customer wrote: his open ticket goes on, a fresh one reopens, or a new one starts."""

from datetime import datetime

from chalicelib.desk import callback, clock, history, watch
from chalicelib.desk.assurance import acknowledge
from chalicelib.desk.changing import recomputed, recounted
from chalicelib.desk.decision import Context, Decision, NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.files import fetch_files
from chalicelib.desk.leaving import give_back, is_left_alone
from chalicelib.desk.model import Desk
from chalicelib.desk.opening import new_ticket, where
from chalicelib.desk.people import contact_of
from chalicelib.desk.placing import place, place_again, try_to_place
from chalicelib.desk.request import classification_of
from chalicelib.desk.telling import tell_agent
from chalicelib.domain.contacts import Contact, Identity
from chalicelib.domain.events import MessageReceived
from chalicelib.domain.messages import Surface
from chalicelib.domain.tickets import Status, Ticket
from chalicelib.domain.values import replace
from chalicelib.routing.classify import Classification


def message_received(
    event: MessageReceived, context: Context, desk: Desk, now: datetime
) -> Decision:
    """Return what a customer's message changes."""
    sent_at = history.believed(event.occurred_at, now)
    contact = _contact(event, context, now)
    ticket = context.ticket
    found = None
    if ticket is None or _is_over(ticket, sent_at, desk):
        if event.automatic:
            return Decision()
        found = classification_of(event, contact.tier, desk)
        ticket = new_ticket(event, found, context, contact, desk=desk, sent_at=sent_at)
    draft = Draft(event_id=event.id, context=context, desk=desk, now=now, ticket=ticket)
    _tell_message(draft, event, sent_at)
    if event.automatic:
        return draft.decision()
    _remember(draft, event, contact)
    if event.watch_for and (found or watch.was_never_ours(ticket)):
        watch.begin(draft, sent_at + event.watch_for)
    elif found:
        _open(draft, found)
    else:
        _go_on(draft, event, sent_at, is_own=contact.id == ticket.contact_id)
    return draft.decision()


def _is_over(ticket: Ticket, sent_at: datetime, desk: Desk) -> bool:
    if not ticket.status.is_done:
        return False
    return sent_at - (ticket.resolved_at or sent_at) > desk.routing.reopen_within


def _remember(draft: Draft, event: MessageReceived, contact: Contact) -> None:
    """Keep who wrote, and which ticket is his newest."""
    own = draft.ticket.contact_id == contact.id
    contact = replace(contact, ticket_id=draft.ticket.id if own else contact.ticket_id)
    if contact != draft.context.contact:
        draft.contact = contact
        draft.identity = None if draft.context.contact else event.identity


def _open(draft: Draft, found: Classification) -> None:
    draft.tell_timeline("ticket.opened", "desk", detail=_why(found))
    place(draft)
    acknowledge(draft)


def _go_on(draft: Draft, event: MessageReceived, sent_at: datetime, *, is_own: bool) -> None:
    """Go on with a ticket; a late message, or somebody else's, does not move where answers go.

    The second picture of an album is no second message: nobody is told of it.
    """
    watch.take_over(draft, sent_at)
    callback.read(draft, event)
    was_pending = draft.ticket.status is Status.PENDING
    is_more_of_the_same = event.group_id is not None and event.group_id == draft.ticket.group_id
    if is_own and sent_at >= draft.ticket.last_inbound_at:
        _move(draft, event)
        draft.change(last_inbound_at=sent_at)
    if draft.ticket.status.is_done:
        reopened = history.reopened(draft.ticket, sent_at)
        draft.ticket = clock.retimed(history.asked_again(reopened, sent_at), draft.desk)
        draft.tell_timeline("ticket.reopened", "customer")
        place_again(draft)
    else:
        _begin_earlier(draft, sent_at)
        draft.ticket = clock.retimed(history.asked_again(draft.ticket, sent_at), draft.desk)
        if was_pending and is_left_alone(draft):
            give_back(draft, "absent")
        elif not is_more_of_the_same:
            _tell_owner(draft)


def _move(draft: Draft, event: MessageReceived) -> None:
    """Let answers go where he wrote last; another channel or account may promise otherwise."""
    before = draft.ticket.identity
    draft.change(**where(event))
    is_elsewhere = (before.channel, before.account) != (
        event.identity.channel,
        event.identity.account,
    )
    if is_elsewhere and not draft.ticket.status.is_done:
        recomputed(draft)


def _begin_earlier(draft: Draft, sent_at: datetime) -> None:
    """Let a ticket begin with its earliest message, when that was overtaken by another."""
    if sent_at < draft.ticket.opened_at:
        draft.change(opened_at=sent_at)
        recounted(draft)


def _tell_owner(draft: Draft) -> None:
    if draft.ticket.assignee_id is None and try_to_place(draft).agent_id:
        return
    told = draft.ticket.assignee_id or draft.desk.teams[draft.ticket.team_id].lead
    tell_agent(draft, told, NotificationKind.CUSTOMER_WROTE)


def _tell_message(draft: Draft, event: MessageReceived, sent_at: datetime) -> None:
    entry = draft.tell_timeline(
        "message.received",
        "customer",
        at=sent_at,
        text=event.text,
        channel=event.identity.channel,
        message_id=event.message_id,
        attachments=event.attachments,
        detail=_detail(draft, event),
    )
    fetch_files(draft, entry, event.identity)
    if event.surface is Surface.PUBLIC or event.thread:
        draft.named.append((event.identity.account, entry))


def _detail(draft: Draft, event: MessageReceived) -> dict[str, str]:
    public = event.surface is Surface.PUBLIC
    is_guest = draft.ticket.version > 0 and event.identity not in _known(draft)
    return {
        **({"automatic": "true"} if event.automatic else {}),
        **({"author": event.name or event.identity.external_id} if is_guest else {}),
        **({"surface": str(event.surface)} if public else {}),
        **({"rating": str(event.rating)} if event.rating else {}),
        **({"group": event.group_id} if event.group_id else {}),
        **({"permalink": event.permalink} if event.permalink else {}),
    }


def _known(draft: Draft) -> tuple[Identity, ...]:
    """Return as whom the ticket's customer may speak."""
    contact, ticket = draft.context.contact, draft.ticket
    own = contact.identities if contact and contact.id == ticket.contact_id else ()
    return (ticket.identity, *own)


def _contact(event: MessageReceived, context: Context, now: datetime) -> Contact:
    """Return who wrote, with what his message newly says about him."""
    known = contact_of(event, context, now)
    return replace(
        known,
        name=known.name or event.name,
        language=known.language or event.language,
        phone=event.phone or known.phone,
        email=event.email or known.email,
        blocked=tuple(each for each in known.blocked if each != event.identity),
    )


def _why(found: Classification) -> dict[str, str]:
    """Return what the customer wants, and what tells so."""
    told = {"by": found.by, "rule": found.rule or "", "matched": found.matched or ""}
    return {
        "request_type": found.request_type,
        **{name: value for name, value in told.items() if value},
    }
