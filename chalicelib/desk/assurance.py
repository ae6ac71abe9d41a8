"""What the customer hears by himself: received, by when an answer comes, that it takes longer."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.desk.callback import OFFER
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk
from chalicelib.desk.telling import tell_customer
from chalicelib.desk.texts import fill, places
from chalicelib.domain.localtime import spoken
from chalicelib.domain.messages import Button, Surface
from chalicelib.domain.tickets import Metric, Ticket, Timer
from chalicelib.sla.calendar import is_open, next_opening, opening_hours


def acknowledge(draft: Draft) -> None:
    """Tell the customer that his message is here, and offer a call when nobody can come."""
    if draft.ticket.surface is not Surface.DIRECT:
        return
    template = _acknowledgement(draft)
    _say(draft, template, is_offer=draft.ticket.nobody_told)


def tell_that_nobody_can_come(draft: Draft) -> None:
    """Tell a customer who waits, once, that he has to wait for people, and offer to call him."""
    ticket = draft.ticket
    is_out_of_reach = ticket.surface is not Surface.DIRECT or ticket.is_blocked
    if ticket.nobody_told or is_out_of_reach or ticket.waiting_since is None:
        return
    draft.change(nobody_told=True)
    # A new ticket's acknowledgement says it, a moment later.
    if ticket.version:
        _say(draft, draft.desk.texts[ticket.language].nobody, is_offer=True)


def apologise(draft: Draft, timer: Timer) -> bool:
    """Tell the customer that his answer takes longer than was promised; say whether that went."""
    ticket = draft.ticket
    if ticket.surface is not Surface.DIRECT or ticket.is_blocked:
        return False
    _say(draft, draft.desk.texts[ticket.language].delayed, is_offer=False)
    return True


def promised_at(ticket: Ticket) -> datetime | None:
    """Return when the customer has an answer: rounded up, so that the promise is kept."""
    due = {timer.metric: timer.due_at for timer in ticket.timers if timer.is_running}
    promises = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION)
    due_at = next((due[metric] for metric in promises if metric in due), None)
    if due_at is None or due_at.second == due_at.microsecond == 0:
        return due_at
    return due_at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _acknowledgement(draft: Draft) -> str:
    texts = draft.desk.texts[draft.ticket.language]
    if promised_at(draft.ticket) is None:
        return texts.acknowledgement_undated
    if is_open(draft.desk.team_calendar(draft.ticket.team_id), draft.now):
        return texts.acknowledgement
    return texts.acknowledgement_closed


def _say(draft: Draft, template: str, *, is_offer: bool) -> None:
    ticket = draft.ticket
    texts = draft.desk.texts[ticket.language]
    words = " ".join((template, texts.callback)) if is_offer else template
    values = {place: PLACES[place](ticket, draft.desk, draft.now) for place in places(words)}
    text = fill(words, values)
    buttons = (Button(title=texts.callback_button, payload=OFFER),) if is_offer else ()
    tell_customer(draft, text, "desk", automatic=True, at=draft.now, buttons=buttons)


def _due(ticket: Ticket, desk: Desk, now: datetime) -> str:
    due_at = promised_at(ticket)
    zone = ZoneInfo(ticket.time_zone or desk.time_zone)
    return spoken(due_at, now, zone, ticket.language) if due_at else ""


def _hours(ticket: Ticket, desk: Desk, now: datetime) -> str:
    calendar = desk.team_calendar(ticket.team_id)
    opens_on = next_opening(calendar, now).astimezone(ZoneInfo(calendar.time_zone)).date()
    return ", ".join(map(str, opening_hours(calendar, opens_on)))


PLACES: Mapping[str, Callable[[Ticket, Desk, datetime], str]] = {
    "name": lambda ticket, desk, _: ticket.customer or desk.texts[ticket.language].nameless,
    "desk": lambda _, desk, __: desk.name,
    "due": _due,
    "hours": _hours,
    "number": lambda ticket, *_: ticket.number,
}
"""What stands in the places of a text, by their names in `PLACEHOLDERS`."""
