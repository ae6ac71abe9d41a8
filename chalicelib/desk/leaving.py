"""An owner who doesn't answer or isn't there: the ticket goes on to somebody who is."""

from chalicelib.desk.counting import note_agent
from chalicelib.desk.decision import NotificationKind, Presence
from chalicelib.desk.draft import Draft
from chalicelib.desk.placing import place, place_again
from chalicelib.desk.telling import tell_agent
from chalicelib.domain.tickets import Status
from chalicelib.routing.roster import is_present, shift_ended_at


def drop(draft: Draft, owner_id: str) -> None:
    """Take a ticket from who did not say in time that he has it; he never gets it again.

    Who lets one after another go by is taken for absent until he says that he is back.
    """
    draft.change(dropped_by=(*draft.ticket.dropped_by, owner_id))
    draft.tell_timeline("ticket.dropped", "desk", detail={"agent": owner_id})
    misses = draft.context.state(owner_id).misses + 1
    is_gone = misses >= draft.desk.routing.away_after
    note_agent(draft, owner_id, misses=1, presence=Presence(away=True) if is_gone else None)
    tell_agent(draft, owner_id, NotificationKind.DROPPED, {"away": "yes"} if is_gone else {})
    place(draft, "not acknowledged")


def give_back(draft: Draft, because: str) -> None:
    """Give the ticket of an absent owner to his backup, or to somebody else of the team."""
    owner_id = draft.ticket.assignee_id
    if owner_id is None:
        return
    draft.tell_timeline("ticket.given_back", "desk", detail={"agent": owner_id, "reason": because})
    place_again(draft, because)


def is_left_alone(draft: Draft) -> bool:
    """Tell whether a ticket's owner is absent for longer than a break, and may not keep it.

    What he was given, or took, while he was not there he keeps until the end of his next shift.
    """
    ticket, desk = draft.ticket, draft.desk
    team = desk.teams[ticket.team_id]
    if ticket.assignee_id is None or team.give_back == "never":
        return False
    if team.give_back == "unanswered" and ticket.status is not Status.OPEN:
        return False
    agent, state = desk.agents[ticket.assignee_id], draft.context.state(ticket.assignee_id)
    is_here = is_present(agent, state, desk.calendars, draft.now)
    # Who is away by his own hand is no more on a break, whatever his calendar says.
    if is_here or agent.away or state.away:
        return not is_here
    left_at = shift_ended_at(agent, team, desk.calendars, draft.now)
    return left_at is not None and (ticket.assigned_at is None or ticket.assigned_at < left_at)
