"""What the customer is told at once: received, and by when an answer comes."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.desk.model import Desk
from chalicelib.desk.texts import fill
from chalicelib.domain.contacts import Contact
from chalicelib.domain.localtime import spoken
from chalicelib.domain.tickets import Metric, Ticket
from chalicelib.sla.calendar import is_open, next_opening, opening_hours


def acknowledgement(ticket: Ticket, contact: Contact, desk: Desk, now: datetime) -> str:
    """Return the text for a new ticket, with the opening hours when the desk is closed."""
    texts = desk.texts[ticket.language]
    zone = ZoneInfo(desk.time_zone)
    calendar = desk.calendars[desk.teams[ticket.team_id].calendar]
    opens_at = next_opening(calendar, now)
    due_at = promised_at(ticket)
    if due_at is None:
        template = texts.acknowledgement_undated
    elif is_open(calendar, now):
        template = texts.acknowledgement
    else:
        template = texts.acknowledgement_closed
    hours = opening_hours(calendar, opens_at.astimezone(ZoneInfo(calendar.time_zone)).date())
    return fill(
        template,
        {
            "name": contact.name or texts.nameless,
            "desk": desk.name,
            "due": spoken(due_at, now, zone, ticket.language) if due_at else "",
            "hours": ", ".join(map(str, hours)),
            "number": ticket.number,
        },
    )


def promised_at(ticket: Ticket) -> datetime | None:
    """Return when the customer has an answer: rounded up, so that the promise is kept."""
    due = {timer.metric: timer.due_at for timer in ticket.timers}
    due_at = due.get(Metric.FIRST_RESPONSE) or due.get(Metric.RESOLUTION)
    if due_at is None or due_at.second == due_at.microsecond == 0:
        return due_at
    return due_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
