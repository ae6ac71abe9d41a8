"""Nobody can take a ticket: it waits until somebody can, and those who wait with it are told."""

from chalicelib.desk.assurance import tell_that_nobody_can_come
from chalicelib.desk.decision import NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.telling import tell_agent
from chalicelib.routing.assignment import Assignment
from chalicelib.sla.calendar import closing, is_open, next_opening


def park(draft: Draft, chosen: Assignment) -> None:
    """Leave the ticket in its team's queue until somebody is back, and tell the lead."""
    wait_on(draft, chosen)
    until_at = draft.ticket.parked_until
    team_id = draft.ticket.team_id
    detail = {
        "team": team_id,
        "reason": chosen.reason,
        "considered": "; ".join(chosen.considered),
        "until": until_at.isoformat() if until_at else "",
    }
    told = {name: value for name, value in detail.items() if value}
    draft.tell_timeline("ticket.parked", "desk", detail=told)
    if not chosen.waits_for_room:
        tell_that_nobody_can_come(draft)
    lead = draft.desk.teams[team_id].lead
    tell_agent(draft, lead, NotificationKind.PARKED, {"reason": chosen.reason})


def wait_on(draft: Draft, chosen: Assignment) -> None:
    """Have it tried again when somebody comes to work or goes home, or the team opens."""
    calendar = draft.desk.team_calendar(draft.ticket.team_id)
    # None for a team that never closes: then only its people's comings and goings tell.
    closed_at = closing(calendar, draft.now) if is_open(calendar, draft.now) else draft.now
    opens_at = next_opening(calendar, closed_at) if closed_at else None
    draft.change(parked_until=min(filter(None, (chosen.again_at, opens_at)), default=None))
