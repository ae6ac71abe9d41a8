"""Until when a ticket is left to wait, as a person says it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from chalicelib.desk.home import rehomed
from chalicelib.desk.model import Desk
from chalicelib.domain.durations import parse_duration
from chalicelib.domain.tickets import Ticket
from chalicelib.errors import InvalidRequestError
from chalicelib.routing.speech import fold_accents
from chalicelib.sla.calendar import next_opening

LONGEST = timedelta(days=366)
MORNING = time(8)
TOMORROW = ("mai", "sang mai", "ngay mai", "tomorrow")


def spoken_wait(said: str, ticket: Ticket, desk: Desk, now: datetime) -> datetime | None:
    """Return the end of a wait said as `2h`, `mai` or `tomorrow`; nothing said is without end.

    Tomorrow is in the morning, or when the ticket's team opens after that. Raises
    `InvalidRequestError`.
    """
    plain = " ".join(fold_accents(said).split())
    if not plain:
        return None
    if plain in TOMORROW:
        return _tomorrow(ticket, desk, now)
    try:
        return wait_until(parse_duration(plain), now)
    except ValueError as error:
        raise InvalidRequestError(f"{said!r} is no wait: write 2h, 3d or tomorrow") from error


def wait_until(until: datetime | timedelta, now: datetime) -> datetime:
    """Return the end of a wait. Raises `InvalidRequestError` where it is too far away."""
    wait = until if isinstance(until, timedelta) else until - now
    if wait > LONGEST:
        raise InvalidRequestError(f"a ticket waits for at most {LONGEST.days} days")
    return now + wait


def _tomorrow(ticket: Ticket, desk: Desk, now: datetime) -> datetime:
    zone = ZoneInfo(desk.time_zone)
    day = now.astimezone(zone).date() + timedelta(days=1)
    morning = datetime.combine(day, MORNING, zone).astimezone(now.tzinfo)
    return next_opening(desk.team_calendar(rehomed(ticket, desk).team_id), morning)
