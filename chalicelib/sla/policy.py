"""Service promises: which tickets they hold for, their targets, reminders and escalation."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    field_validator,
)

from chalicelib.domain.durations import Duration, format_duration, parse_duration
from chalicelib.domain.tickets import Metric, Priority

Recipient = Literal["assignee", "backup", "lead"]


@dataclass(frozen=True, slots=True)
class Reminder:
    """A nudge before the deadline. Exactly one is set: part of the target used, or time left."""

    percent: int | None = None
    left: timedelta | None = None

    def __str__(self) -> str:
        return f"{self.percent}%" if self.left is None else format_duration(self.left)

    @property
    def step(self) -> str:
        return f"reminder:{self}"


def parse_reminder(text: object) -> Reminder:
    """Return the reminder that `text` names: `50%` used, or `15m` left. Raises `ValueError`."""
    if isinstance(text, Reminder):
        return text
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a reminder: write 50% (in quotes) or 15m")
    if found := re.fullmatch(r"([1-9][0-9]?)\s*%", text.strip()):
        return Reminder(percent=int(found[1]))
    if "%" in text:
        raise ValueError(f"{text!r} is not between 1% and 99%")
    left = parse_duration(text)
    if not left:
        raise ValueError("a reminder at the deadline comes too late: write 15m, or 80%")
    return Reminder(left=left)


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(_Model):
    """What a ticket must be; an empty list is no demand."""

    request_type: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    priority: tuple[Priority, ...] = ()
    team: tuple[str, ...] = ()


class Escalation(_Model):
    """Whom a breach is told, `after` so much open time; `reassign` also moves the ticket."""

    after: Duration = Field(default=timedelta(0), json_schema_extra={"default": "0s"})
    to: tuple[Recipient, ...] = Field(default=("backup", "lead"), min_length=1)
    reassign: bool = False


class Policy(_Model):
    """Targets for the tickets it matches, on its own calendar or else on the team's."""

    name: str = Field(min_length=1)
    match: Match = Match()
    calendar: str | None = None
    targets: dict[Metric, Duration] = Field(min_length=1)
    reminders: tuple[
        Annotated[
            Reminder,
            PlainValidator(parse_reminder),
            PlainSerializer(str, return_type=str),
            WithJsonSchema({"type": "string", "examples": ["50%", "15m"]}),
        ],
        ...,
    ] = ()
    escalation: Escalation | None = None
    pause_while_pending: bool = True

    @field_validator("targets")
    @classmethod
    def _take_time(cls, targets: dict[Metric, timedelta]) -> dict[Metric, timedelta]:
        for metric, target in targets.items():
            if target <= timedelta(0):
                raise ValueError(f"the target of {metric} is no time at all: write 15m or 4h")
        return targets

    @field_validator("reminders")
    @classmethod
    def _differ(cls, reminders: tuple[Reminder, ...]) -> tuple[Reminder, ...]:
        steps = [reminder.step for reminder in reminders]
        for reminder in reminders:
            if steps.count(reminder.step) > 1:
                raise ValueError(f"the reminder {reminder} stands there twice")
        return reminders


def match_policy(
    policies: Iterable[Policy],
    *,
    request_type: str,
    channel: str,
    account: str,
    priority: Priority,
    team: str,
) -> Policy | None:
    """Return the first policy that demands nothing the ticket isn't."""
    ticket = {
        "request_type": request_type,
        "channel": channel,
        "account": account,
        "priority": priority,
        "team": team,
    }
    return next((policy for policy in policies if _holds(policy.match, ticket)), None)


def _holds(match: Match, ticket: dict[str, str]) -> bool:
    demands: dict[str, tuple[str, ...]] = dict(match)
    return all(not allowed or ticket[name] in allowed for name, allowed in demands.items())
