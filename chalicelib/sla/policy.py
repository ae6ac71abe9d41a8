"""Service promises: which tickets they hold for, their targets, and what happens around these."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from chalicelib.domain.durations import Duration
from chalicelib.domain.tickets import Metric, Priority, Time
from chalicelib.sla.ladder import EscalationStep, MarkText, Model, Reminder
from chalicelib.sla.shorthand import short_for

Hours = Literal["inside", "outside"]


class Match(Model):
    """What a ticket must be; an empty list is no demand.

    `hours`: whether it was opened inside the opening hours of its team, or outside.
    """

    request_type: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    priority: tuple[Priority, ...] = ()
    tier: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    language: tuple[Literal["vi", "en"], ...] = ()
    hours: tuple[Hours, ...] = ()

    @cached_property
    def demands(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is demanded, and of that what is allowed."""
        return tuple((name, allowed) for name, allowed in self if allowed)


class Target(Model):
    """So much time, counted in opening hours or on the wall."""

    within: Duration
    time: Time = "working"

    @field_validator("within")
    @classmethod
    def _takes_time(cls, within: timedelta) -> timedelta:
        if within <= timedelta(0):
            raise ValueError("the target is no time at all: write 15m or 4h")
        return within


def _steps(value: Any) -> Any:
    """Return a ladder of one step for a step that stands alone."""
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else [value]


class Policy(Model):
    """Targets for the tickets it matches, on its own calendar or else on the team's.

    `tell_customer_before`: how long before a response's deadline the customer hears that it will
    take longer; 0s is at the deadline itself.
    """

    name: str = Field(min_length=1)
    match: Match = Match()
    calendar: str | None = None
    targets: dict[Metric, Annotated[Target, *short_for(Target, "within", Duration)]] = Field(
        min_length=1
    )
    reminders: tuple[Annotated[Reminder, *short_for(Reminder, "at", MarkText)], ...] = ()
    escalation: Annotated[
        tuple[EscalationStep, ...],
        BeforeValidator(
            _steps, json_schema_input_type=tuple[EscalationStep, ...] | EscalationStep | None
        ),
    ] = ()
    pause_while_pending: bool = True
    tell_customer_before: Duration | None = None

    @field_validator("reminders")
    @classmethod
    def _differ(cls, reminders: tuple[Reminder, ...]) -> tuple[Reminder, ...]:
        steps = [reminder.step for reminder in reminders]
        for reminder in reminders:
            if steps.count(reminder.step) > 1:
                raise ValueError(f"the reminder {reminder.at} stands there twice")
        return reminders


def match_policy(policies: Iterable[Policy], trait: Callable[[str], str | None]) -> Policy | None:
    """Return the first policy that demands nothing the ticket isn't.

    `trait` tells what the ticket is by a name in `Match`, where a policy demands something of it;
    None is what no demand is met by.
    """
    return next((policy for policy in policies if _holds(policy.match, trait)), None)


def takes_all_of(match: Match, other: Match) -> bool:
    """Return whether every ticket that meets `other` meets `match` too."""
    wanted = dict(other.demands)
    return all(
        name in wanted and set(wanted[name]) <= set(allowed) for name, allowed in match.demands
    )


def _holds(match: Match, trait: Callable[[str], str | None]) -> bool:
    return all(trait(name) in allowed for name, allowed in match.demands)
