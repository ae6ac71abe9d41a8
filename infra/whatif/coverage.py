"""When a team is open and nobody is there who could take a ticket, by calendars alone."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from chalicelib.desk.model import Desk
from chalicelib.routing.assignment import Need, assign, candidates
from chalicelib.sla.calendar import ALWAYS, Calendar, closing, elapsed, is_open
from infra.whatif.week import NEVER, opening


def uncovered(desk: Desk, begins_at: datetime, ends_at: datetime) -> Mapping[str, timedelta]:
    """Return how long each team was open with nobody to whom the roster gives a ticket.

    All hands are taken for empty, and the ticket for one that asks for no skill and speaks the
    desk's language.
    """
    return {team_id: _uncovered(team_id, desk, begins_at, ends_at) for team_id in desk.teams}


def _uncovered(team_id: str, desk: Desk, begins_at: datetime, ends_at: datetime) -> timedelta:
    hours, need = desk.team_calendar(team_id), Need(team_id=team_id, language=desk.language)
    total, at = timedelta(), begins_at
    while at < ends_at:
        until = min(ends_at, _next_change(team_id, desk, at))
        if is_open(hours, at) and assign(need, desk.roster, {}, at).agent_id is None:
            total += elapsed(hours, at, until)
        at = until
    return total


def _next_change(team_id: str, desk: Desk, at: datetime) -> datetime:
    """Return when the next of all concerned comes or goes."""
    return min(_change_of(calendar, at) for calendar in _calendars(team_id, desk))


def _calendars(team_id: str, desk: Desk) -> Iterator[Calendar]:
    yield desk.team_calendar(team_id)
    for agent_id in candidates(team_id, desk.roster):
        calendar = desk.agents[agent_id].calendar
        yield desk.calendars[calendar] if calendar else ALWAYS


def _change_of(calendar: Calendar, at: datetime) -> datetime:
    if is_open(calendar, at):
        return closing(calendar, at) or NEVER
    return opening(calendar, at)
