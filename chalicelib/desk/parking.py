"""Nobody can take a ticket: it waits until somebody can, and those who wait with it are told."""

from datetime import datetime

from chalicelib.desk.assurance import tell_that_nobody_can_come
from chalicelib.desk.decision import NotificationKind
from chalicelib.desk.draft import Draft
from chalicelib.desk.telling import tell_agent
from chalicelib.errors import ConfigurationError
from chalicelib.routing.assignment import Assignment
from chalicelib.sla.calendar import Calendar, closing, is_open, next_opening


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
    opens_at = _opens_at(draft.desk.team_calendar(draft.ticket.team_id), draft.now)
    draft.change(parked_until=min(filter(None, (chosen.again_at, opens_at)), default=None))


def _opens_at(calendar: Calendar, now: datetime) -> datetime | None:
    """Return a team's next opening; None where it never closes, or opens no more.

    Then only its people's comings and goings tell.
    """
    closed_at = closing(calendar, now) if is_open(calendar, now) else now
    try:
        return next_opening(calendar, closed_at) if closed_at else None
    except ConfigurationError:
        return None
