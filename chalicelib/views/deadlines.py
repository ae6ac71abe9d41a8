"""A ticket's deadlines in words: when, and how long until then or since."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.tickets import Metric, Timer
from chalicelib.views.ticket import TicketView
from chalicelib.views.times import say_span, say_time, say_time_shortly
from chalicelib.views.words import words

_SOON = 4
"""A deadline is near in the last quarter of its time."""

_MOMENT = timedelta(minutes=1)
"""What is less than this late is said to be due just now."""


class Urgency(StrEnum):
    CALM = "calm"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    MET = "met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`countdown` stands beside its label; `sentence` tells of it alone."""

    metric: Metric
    label: str
    due: str
    countdown: str
    urgency: Urgency
    sentence: str


def deadlines(view: TicketView, language: str) -> tuple[Deadline, ...]:
    """Return every deadline of the ticket, running ones first, the nearest on top."""
    ordered = sorted(view.ticket.timers, key=lambda timer: (not timer.is_running, timer.due_at))
    return tuple(_deadline(timer, view, language) for timer in ordered)


def pressing(view: TicketView, language: str) -> Deadline | None:
    """Return the deadline a notification is about, else the nearest one running, or None."""
    running = sorted((t for t in view.ticket.timers if t.is_running), key=lambda t: t.due_at)
    about = [timer for timer in running if timer.metric == view.about]
    timer = next(iter(about + running), None)
    return _deadline(timer, view, language) if timer else None


def resting(view: TicketView, language: str) -> Deadline | None:
    """Return the nearest deadline that stands still, or None."""
    found = (each for each in deadlines(view, language) if each.urgency is Urgency.PAUSED)
    return next(found, None)


def _deadline(timer: Timer, view: TicketView, language: str) -> Deadline:
    return Deadline(
        metric=timer.metric,
        label=words(language)[f"metric.{timer.metric}"],
        due=say_time(timer.due_at, view.now, view.time_zone, language),
        countdown=_countdown(timer, view, language),
        urgency=_urgency(timer, view.now),
        sentence=_sentence(timer, view, language),
    )


def _urgency(timer: Timer, now: datetime) -> Urgency:
    if timer.met_at:
        return Urgency.MET
    if timer.paused_at:
        return Urgency.PAUSED
    if now >= timer.due_at:
        return Urgency.LATE
    near = timer.due_at - now <= (timer.due_at - timer.started_at) / _SOON
    return Urgency.SOON if near else Urgency.CALM


def _countdown(timer: Timer, view: TicketView, language: str) -> str:
    say = words(language)
    if timer.met_at:
        name = "met.late" if timer.met_at > timer.due_at else "met"
        return say[name].format(time=say_time_shortly(timer.met_at, view.now, view.time_zone))
    if timer.paused_at:
        return say["paused"]
    left = timer.due_at - view.now
    if timedelta(0) >= left > -_MOMENT:
        return say["late.now"]
    return say["left" if left > timedelta(0) else "late"].format(span=say_span(left, language))


def _sentence(timer: Timer, view: TicketView, language: str) -> str:
    """Return a deadline with its metric, which for a late one must not read as what was done."""
    say = words(language)
    metric = say[f"metric.{timer.metric}"]
    if _urgency(timer, view.now) is not Urgency.LATE:
        return f"{metric}: {_countdown(timer, view, language)}"
    late = view.now - timer.due_at
    name = "overdue.now" if late < _MOMENT else "overdue"
    told = say[name].format(metric=metric.lower(), span=say_span(late, language))
    return told[:1].upper() + told[1:]
