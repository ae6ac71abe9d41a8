"""`decide`: from an event and what is known about it to everything that changes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.desk import (
    acts,
    availability,
    corrections,
    deliveries,
    facts,
    inbound,
    moments,
    people,
    watch,
)
from chalicelib.desk.decision import Context, Decision
from chalicelib.desk.home import rehomed
from chalicelib.desk.model import Desk
from chalicelib.domain import events
from chalicelib.domain.events import Event

Handler = Callable[[Any, Context, Desk, datetime], Decision]

HANDLERS: Mapping[type[Event], Handler] = {
    events.MessageReceived: inbound.message_received,
    events.MessageEchoed: facts.message_echoed,
    events.PeerAnswered: watch.peer_answered,
    events.ReceiptReceived: deliveries.receipt_received,
    events.MessageEdited: facts.message_edited,
    events.MessageDeleted: facts.message_deleted,
    events.MessageReacted: facts.message_reacted,
    events.ContactUpdated: people.contact_updated,
    events.ContactBlocked: people.contact_blocked,
    events.ContactReturned: people.contact_returned,
    events.IdentityLinked: people.identity_linked,
    events.LookupNeeded: facts.lookup_needed,
    events.AgentReplied: acts.replied,
    events.AgentHid: acts.hid,
    events.AgentNoted: acts.noted,
    events.AgentAcknowledged: acts.acknowledged,
    events.AgentAssigned: acts.assigned,
    events.AgentResolved: acts.resolved,
    events.AgentReopened: acts.reopened,
    events.AgentPended: acts.pended,
    events.AgentChanged: corrections.corrected,
    events.AgentMerged: corrections.merged,
    events.AgentInvited: acts.invited,
    events.AgentAway: availability.went_away,
    events.AgentBack: availability.came_back,
    events.AgentTakes: availability.takes,
    events.MomentDue: moments.moment_due,
    events.DeskChanged: moments.desk_changed,
    events.RoomMade: moments.room_made,
    events.OwnerLeft: moments.owner_left,
    events.MessageFailed: deliveries.message_failed,
}


def decide(event: Event, context: Context, desk: Desk, now: datetime) -> Decision:
    """Return what `event` changes. The same arguments always give the same decision.

    Raises `InvalidRequestError` for an act that can't be done on this ticket.
    """
    if context.ticket:
        home = rehomed(context.ticket, desk)
        context = context._replace(ticket=home, stored=context.ticket)
    return HANDLERS[type(event)](event, context, desk, now)
