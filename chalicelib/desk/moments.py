"""What happens on a ticket by itself: each thing once, at its time, or as soon as can be."""

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.desk import alarms, clock, watch
from chalicelib.desk.assurance import tell_that_nobody_can_come
from chalicelib.desk.changing import recomputed
from chalicelib.desk.decision import Context, Decision, NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.history import woken
from chalicelib.desk.leaving import drop, give_back, is_left_alone
from chalicelib.desk.model import Desk
from chalicelib.desk.placing import place, try_to_place
from chalicelib.desk.schedule import (
    ACKNOWLEDGE,
    OPENING,
    SHIFT_END,
    WAKE,
    WATCHED,
    WINDOW_CLOSING,
    window_told_at,
)
from chalicelib.desk.telling import tell_agent
from chalicelib.domain.events import DeskChanged, MomentDue, OwnerLeft, RoomMade, Signal
from chalicelib.domain.tickets import Moment, Status, Ticket


def moment_due(event: MomentDue, context: Context, desk: Desk, now: datetime) -> Decision:
    """Do what is due on a ticket, once: a moment that is no longer the ticket's is stale.

    What falls on the same instant is done together, so that nobody is told twice of it.
    """
    ticket = context.ticket
    if ticket is None or ticket.moment is None or ticket.moment.at != event.moment_at:
        return Decision()
    if now < ticket.moment.at:
        return Decision()
    draft = _draft(event, context, desk, now, ticket)
    moment: Moment | None = ticket.moment
    while moment and moment.at == event.moment_at:
        _fire(draft, moment)
        moment = draft.timed().moment
    return draft.decision()


def desk_changed(event: DeskChanged, context: Context, desk: Desk, now: datetime) -> Decision:
    """Count a ticket's deadlines again under the desk now in force."""
    if context.ticket is None or context.ticket.status.is_done:
        return Decision()
    draft = _draft(event, context, desk, now, context.ticket)
    recomputed(draft)
    if draft.ticket.status is not Status.WATCHED:
        _find_owner(draft)
    return draft.decision()


def room_made(event: RoomMade, context: Context, desk: Desk, now: datetime) -> Decision:
    """Give a parked ticket to somebody who can take it now; else leave it parked."""
    ticket = context.ticket
    if ticket is None or ticket.assignee_id or ticket.status.is_done:
        return Decision()
    draft = _draft(event, context, desk, now, ticket)
    _offer_again(draft)
    return draft.decision()


def owner_left(event: OwnerLeft, context: Context, desk: Desk, now: datetime) -> Decision:
    """Give back the ticket of somebody who went away, if his team's rule says so."""
    ticket = context.ticket
    if ticket is None or ticket.status.is_done or ticket.assignee_id != event.agent_id:
        return Decision()
    draft = _draft(event, context, desk, now, ticket)
    if not is_left_alone(draft):
        return Decision()
    give_back(draft, "away")
    return draft.decision()


def _find_owner(draft: Draft) -> None:
    """Place what is nobody's under a new desk, and give back what it sends an owner away from."""
    stored, owner_id = draft.context.stored, draft.ticket.assignee_id
    if owner_id is None and stored and stored.assignee_id:
        place(draft)  # he has left the company
    elif owner_id is None:
        try_to_place(draft)
    elif draft.desk.agents[owner_id].away and is_left_alone(draft):
        give_back(draft, "away")


def _fire(draft: Draft, moment: Moment) -> None:
    if moment.step in OWN_STEPS:
        OWN_STEPS[moment.step](draft)
    else:
        alarms.sound(draft, moment)


def _lose_or_keep(draft: Draft) -> None:
    drop(draft, str(draft.ticket.assignee_id))


def _end_shift(draft: Draft) -> None:
    if is_left_alone(draft):
        give_back(draft, "shift end")


def _offer_again(draft: Draft) -> None:
    chosen = try_to_place(draft)
    if chosen.agent_id is None and not chosen.waits_for_room:
        tell_that_nobody_can_come(draft)


def _wake(draft: Draft) -> None:
    wake_at = draft.ticket.wake_at or draft.now
    draft.ticket = clock.retimed(woken(draft.ticket, wake_at), draft.desk)
    draft.tell_timeline("ticket.woken", "desk")
    if is_left_alone(draft):
        give_back(draft, "absent")
    else:
        tell_agent(draft, alarms.responsible(draft), NotificationKind.WOKEN)


def _tell_of_closing_window(draft: Draft) -> None:
    """Remind the owner while an answer may still go as usual."""
    told = window_told_at(draft.ticket, draft.desk)
    draft.change(window_told_at=draft.ticket.last_inbound_at)
    if told is None or told[1] <= draft.now:
        return  # It closed while the ticket was: there is nothing to hurry for.
    detail = {"closes_at": told[1].isoformat()}
    draft.tell_timeline("window.closing", "desk", detail=detail)
    tell_agent(draft, alarms.responsible(draft), NotificationKind.WINDOW_CLOSING, detail)


OWN_STEPS: Mapping[str, Callable[[Draft], None]] = {
    WATCHED: watch.end,
    WINDOW_CLOSING: _tell_of_closing_window,
    ACKNOWLEDGE: _lose_or_keep,
    SHIFT_END: _end_shift,
    OPENING: _offer_again,
    WAKE: _wake,
}


def _draft(event: Signal, context: Context, desk: Desk, now: datetime, ticket: Ticket) -> Draft:
    """Signals have no id of their own: the ticket's version makes them one."""
    return Draft(
        event_id=f"{event.type}:{ticket.id}:{ticket.version}",
        context=context,
        desk=desk,
        now=now,
        ticket=ticket,
    )
