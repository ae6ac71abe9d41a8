"""Whom an alert reaches, by which means, and when: one alert per person and decision."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.desk.decision import Medium, Notification, NotificationKind
from chalicelib.domain.intervals import DAY_MINUTES, Interval
from chalicelib.routing.roster import Agent

WEIGHT = (
    NotificationKind.ASSIGNED,
    NotificationKind.ESCALATED,
    NotificationKind.BREACHED,
    NotificationKind.PARKED,
    NotificationKind.DROPPED,
    NotificationKind.SEND_FAILED,
    NotificationKind.CUSTOMER_WROTE,
    NotificationKind.REMINDER,
    NotificationKind.WINDOW_CLOSING,
    NotificationKind.WOKEN,
    NotificationKind.MENTIONED,
    NotificationKind.INVITED,
)
"""Of several things at once, a person is told the first of these: it asks most of him."""

COMPANY = (Medium.TOPIC, Medium.SLACK)
"""Read by everybody, at any time."""

TO_KNOW_OF = (NotificationKind.DROPPED, NotificationKind.MENTIONED, NotificationKind.INVITED)
"""Not to work on: such a mail offers a look at the ticket, and what is answered to it is a note."""


def means(asked: Iterable[str], agent: Agent, *, has_slack: bool) -> tuple[Medium, ...]:
    """Return by what to tell an agent: as asked where that can be, or else as he wants it."""
    lacking = {Medium.SMS: agent.phone is None, Medium.SLACK: not has_slack}
    found = tuple(medium for medium in map(Medium, asked) if not lacking.get(medium))
    return found or tuple(map(Medium, agent.notify))


def weightiest(notifications: Iterable[Notification]) -> list[Notification]:
    """Return one notification for each recipient, in the order in which they came.

    It goes when the first of them was to go: one that wakes brings the others along.
    """
    kept: dict[str, Notification] = {}
    for each in notifications:
        before = kept.get(each.recipient)
        kept[each.recipient] = each if before is None else _together(before, each)
    return list(kept.values())


def _together(one: Notification, other: Notification) -> Notification:
    told = min(one, other, key=lambda each: WEIGHT.index(each.kind))
    if one.not_before is None or other.not_before is None:
        return replace(told, not_before=None)
    return replace(told, not_before=min(one.not_before, other.not_before))


def held_until(quiet: Interval | None, zone: str, now: datetime) -> datetime | None:
    """Return the end of the quiet hours that `now` lies in, or None."""
    if quiet is None:
        return None
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if not any(quiet.opens <= passed < quiet.closes for passed in (minute, minute + DAY_MINUTES)):
        return None
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ends_at = midnight + timedelta(minutes=quiet.closes % DAY_MINUTES)
    return (ends_at if ends_at > local else ends_at + timedelta(days=1)).astimezone(now.tzinfo)
