"""An owner who doesn't answer or isn't there: the ticket goes on to somebody who is."""

from chalicelib.desk.counting import note_agent
from chalicelib.desk.decision import NotificationKind, Presence
from chalicelib.desk.draft import Draft
from chalicelib.desk.placing import place, place_again
from chalicelib.desk.telling import tell_agent
from chalicelib.domain.tickets import Status
from chalicelib.routing.roster import is_present, on_break


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
    """Tell whether a ticket's owner is absent for longer than a break, and may not keep it."""
    ticket, desk = draft.ticket, draft.desk
    team = desk.teams[ticket.team_id]
    if ticket.assignee_id is None or team.give_back == "never":
        return False
    if team.give_back == "unanswered" and ticket.status is not Status.OPEN:
        return False
    agent, state = desk.agents[ticket.assignee_id], draft.context.state(ticket.assignee_id)
    is_here = is_present(agent, state, desk.calendars, draft.now)
    # Who is away by his own hand is no more on a break, whatever his calendar says.
    is_gone = agent.away or state.away
    return not is_here and (is_gone or not on_break(agent, team, desk.calendars, draft.now))
