"""What agents correct: what a ticket is, and that two tickets are one."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.desk import history
from chalicelib.desk.acts import actor, draft_of
from chalicelib.desk.changing import changed, recomputed
from chalicelib.desk.counting import count_out
from chalicelib.desk.decision import Context, Decision
from chalicelib.desk.draft import Draft
from chalicelib.desk.model import Desk
from chalicelib.desk.passing_on import to_team
from chalicelib.desk.placing import release
from chalicelib.domain.events import AgentChanged, AgentMerged
from chalicelib.domain.tickets import Metric, Priority, Status, Ticket, TimelineEntry, Timer
from chalicelib.domain.values import replace
from chalicelib.errors import InvalidRequestError, NotFoundError


def corrected(event: AgentChanged, context: Context, desk: Desk, now: datetime) -> Decision:
    """Change what a ticket is; another request type brings it to the team that answers it."""
    draft = draft_of(event, context, desk, now)
    before = draft.ticket.request_type
    asked = {
        "request_type": _known(event.request_type, desk),
        "priority": _priority(event.priority),
        "product": event.product,
        "tier": event.tier,
    }
    changed(draft, actor(event), **{name: new for name, new in asked.items() if new is not None})
    kind = draft.ticket.request_type
    team_id = desk.request_types[kind].team
    is_elsewhere = kind != before and team_id != draft.ticket.team_id
    if is_elsewhere and draft.ticket.status is Status.WATCHED:
        draft.change(team_id=team_id)
    elif is_elsewhere and not draft.ticket.status.is_done:
        release(draft)
        to_team(draft, team_id, actor(event), "")
    return draft.decision()


def merged(event: AgentMerged, context: Context, desk: Desk, now: datetime) -> Decision:
    """Let another ticket go on in this one, whose deadlines count from the earlier of the two."""
    draft = draft_of(event, context, desk, now)
    other = context.other_ticket
    if other is None:
        raise NotFoundError(f"no ticket {event.other_ticket_id}")
    if other.id == draft.ticket.id or other.merged_into or draft.ticket.merged_into:
        raise InvalidRequestError("these two can't be merged")
    if draft.ticket.status.is_done:
        raise InvalidRequestError("the ticket is resolved; reopen it first")
    _go_on_with(draft, other, event.occurred_at)
    draft.merged = _closed(draft, other, event)
    detail = {"number": other.number, "ticket": other.id}
    draft.tell_timeline("ticket.merged", actor(event), at=event.occurred_at, detail=detail)
    return draft.decision()


def _go_on_with(draft: Draft, other: Ticket, at: datetime) -> None:
    """Take over where answers go, who was brought in, and the clocks of what is not done yet."""
    one = draft.ticket
    if other.last_inbound_at > one.last_inbound_at and not other.status.is_done:
        draft.change(
            identity=other.identity,
            reply_to_id=other.reply_to_id,
            surface=other.surface,
            thread=other.thread,
            permalink=other.permalink,
            is_blocked=other.is_blocked,
            last_inbound_at=other.last_inbound_at,
        )
    draft.change(guests=tuple(dict.fromkeys((*one.guests, *other.guests))))
    if not other.status.is_done:
        timers = tuple(_as_of_both(draft.ticket.timers, other.timers))
        # Two policies' rungs are not of one ladder: then this ticket's own begins anew.
        draft.change(timers=timers, policy=other.policy)
        draft.ticket = history.joined(draft.ticket, other, at)
        recomputed(draft)


def _as_of_both(own: tuple[Timer, ...], others: tuple[Timer, ...]) -> Iterator[Timer]:
    """Yield timers that know what was done, and missed, on either ticket: it is not done again."""
    known = {timer.metric: timer for timer in others if _is_of_one_wait(timer)}
    for timer in own:
        other = known.pop(timer.metric, None) if _is_of_one_wait(timer) else None
        yield _also_done(timer, other) if other else timer
    yield from known.values()


def _also_done(timer: Timer, other: Timer) -> Timer:
    missed = filter(None, (timer.breached_at, other.breached_at))
    fired = tuple(dict.fromkeys((*timer.fired, *other.fired)))
    return replace(timer, breached_at=min(missed, default=None), fired=fired)


def _is_of_one_wait(timer: Timer) -> bool:
    """Tell what the customers of both tickets wait for together from a wait that has ended."""
    return timer.metric is not Metric.NEXT_RESPONSE or timer.met_at is None


def _closed(draft: Draft, other: Ticket, event: AgentMerged) -> Ticket:
    """Return the other ticket as it ends, nobody's work any more, and say so on its timeline."""
    count_out(draft, other)
    draft.entries.append(
        TimelineEntry(
            id=f"{event.id}:merged",
            ticket_id=other.id,
            at=event.occurred_at,
            type="ticket.merged_into",
            actor=actor(event),
            detail={"number": draft.ticket.number, "ticket": draft.ticket.id},
        )
    )
    done = other if other.status.is_done else history.resolved(other, event.occurred_at)
    return replace(done, merged_into=draft.ticket.id, counted_on=None, moment=None)


def _known(request_type: str | None, desk: Desk) -> str | None:
    if request_type is not None and request_type not in desk.request_types:
        raise InvalidRequestError(f"no request type {request_type!r}")
    return request_type


def _priority(name: str | None) -> Priority | None:
    try:
        return Priority(name) if name is not None else None
    except ValueError as error:
        raise InvalidRequestError(f"no priority {name!r}") from error
