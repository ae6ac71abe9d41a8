"""What happened to a ticket, as its clocks see it: accepted, answered, waiting, at rest.

Most functions return the ticket after what happened. Told twice, it has happened once; told with
an earlier time than the last, it stands where it belongs.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from chalicelib.domain.tickets import Rest, Status, Ticket
from chalicelib.domain.values import replace

CLOCKS_DIFFER = timedelta(seconds=2)
"""Mails are dated by the second, and no two clocks agree: so close together, an answer answers."""

ASKED_KEPT = 8
"""Further messages of a wait whose times are kept, the first and the last, to tell which of them
an answer came before."""

OLDEST_BELIEVED = timedelta(days=8)
"""Platforms retry for up to seven days; an older time is a test button's, not a customer's."""


def believed(occurred_at: datetime, now: datetime) -> datetime:
    """Return the customer's own send time, or `now` for one that can't be true."""
    return occurred_at if now - OLDEST_BELIEVED <= occurred_at <= now else now


def accepted(ticket: Ticket, at: datetime) -> Ticket:
    """Return `ticket` after its owner said that he has it."""
    accepted_at = min(ticket.accepted_at or at, at)
    return replace(ticket, acknowledged_at=ticket.acknowledged_at or at, accepted_at=accepted_at)


def answered(ticket: Ticket, at: datetime) -> Ticket:
    """Return `ticket` after an answer at `at`: we wait for the customer.

    Unless he wrote again after it: then he waits on since then.
    """
    ticket = accepted(ticket, at)
    if not ticket.status.is_done:
        later = [each for each in _asked(ticket) if each - at >= CLOCKS_DIFFER]
        ticket = _waiting(_waited(ticket, at), later)
        ticket = ticket if later else _pending(ticket, at)
    return replace(ticket, answered_at=min(ticket.answered_at or at, at))


def pended(ticket: Ticket, at: datetime, wake_at: datetime | None) -> Ticket:
    """Return `ticket` as waiting because an agent says so; the customer's wait goes on."""
    return replace(_pending(ticket, at), wake_at=wake_at)


def woken(ticket: Ticket, at: datetime) -> Ticket:
    """Return `ticket` as ours to work on again."""
    return replace(_rested(ticket, at), status=Status.OPEN)


def asked_again(ticket: Ticket, at: datetime) -> Ticket:
    """Return `ticket` after the customer wrote again: several messages are one wait."""
    return _waiting(woken(ticket, at), (*_asked(ticket), at))


def joined(ticket: Ticket, other: Ticket, at: datetime) -> Ticket:
    """Return `ticket` as begun when the earlier of the two was, its customer waiting for both.

    What was done for the other was done for this one; it rests no more while the other doesn't.
    """
    begun = replace(
        ticket,
        opened_at=min(ticket.opened_at, other.opened_at),
        accepted_at=_first(ticket.accepted_at, other.accepted_at),
        answered_at=_first(ticket.answered_at, other.answered_at),
        last_wait=ticket.last_wait or other.last_wait,
        rests=(*_rests_until(other, ticket.opened_at), *ticket.rests),
    )
    goes_on = other.status is Status.OPEN and ticket.status is Status.PENDING
    return _waiting(woken(begun, at) if goes_on else begun, (*_asked(ticket), *_asked(other)))


def resolved(ticket: Ticket, at: datetime) -> Ticket:
    ended = _waiting(_waited(_rested(ticket, at), at), ())
    return replace(ended, status=Status.RESOLVED, resolved_at=at)


def reopened(ticket: Ticket, at: datetime) -> Ticket:
    """Return a resolved ticket as open again: it goes on with the time that it had used."""
    resolved_at = ticket.resolved_at or at
    rest = Rest(status=Status.RESOLVED, from_at=resolved_at, until_at=max(at, resolved_at))
    return replace(ticket, status=Status.OPEN, resolved_at=None, rests=(*ticket.rests, rest))


def first_closed_at(ticket: Ticket) -> datetime | None:
    """Return when it was resolved for the first time: no first answer was owed after that."""
    closed = [rest.from_at for rest in ticket.rests if rest.status is Status.RESOLVED]
    return min(closed, default=ticket.resolved_at)


def last_closed_at(ticket: Ticket) -> datetime | None:
    """Return when it was resolved last, however it went on."""
    closed = [rest.from_at for rest in ticket.rests if rest.status is Status.RESOLVED]
    return ticket.resolved_at or max(closed, default=None)


def _first(*times: datetime | None) -> datetime | None:
    return min(filter(None, times), default=None)


def _rests_until(ticket: Ticket, at: datetime) -> Iterator[Rest]:
    """Yield how a ticket rested until `at`."""
    for rest in _rested(ticket, at).rests:
        if rest.from_at < at:
            yield Rest(status=rest.status, from_at=rest.from_at, until_at=min(rest.until_at, at))


def _asked(ticket: Ticket) -> tuple[datetime, ...]:
    """Return when the customer wrote what has no answer yet."""
    return (ticket.waiting_since, *ticket.asked_at) if ticket.waiting_since else ()


def _waiting(ticket: Ticket, asked: Iterable[datetime]) -> Ticket:
    """Return `ticket` with a customer who waits since the first of these times, if any."""
    since, *more = sorted(set(asked)) or (None,)
    kept = more if len(more) <= ASKED_KEPT else (*more[: ASKED_KEPT - 1], more[-1])
    return replace(ticket, waiting_since=since, asked_at=tuple(kept))


def _waited(ticket: Ticket, at: datetime) -> Ticket:
    """Note how long the customer waited, unless it was for the first answer, or began later."""
    is_first = ticket.answered_at is None and first_closed_at(ticket) is None
    since = ticket.waiting_since
    if is_first or since is None or since - at >= CLOCKS_DIFFER:
        return ticket
    return replace(ticket, last_wait=(since, max(at, since)))


def _pending(ticket: Ticket, at: datetime) -> Ticket:
    since = ticket.pending_since or at
    return replace(ticket, status=Status.PENDING, pending_since=since, wake_at=None)


def _rested(ticket: Ticket, at: datetime) -> Ticket:
    """End a wait for the customer, if there is one."""
    since = ticket.pending_since
    if since is None:
        return ticket
    rest = Rest(status=Status.PENDING, from_at=since, until_at=max(at, since))
    rests = (*ticket.rests, rest) if rest.until_at > since else ticket.rests
    return replace(ticket, pending_since=None, wake_at=None, rests=rests)
