"""What happens around a deadline: reminders before it, a ladder of escalation steps after it."""

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    field_validator,
)

from chalicelib.domain.durations import Duration, format_duration, parse_duration
from chalicelib.domain.tickets import Priority, Time

MOST_REPEATS = 100

Means = Literal["email", "sms", "topic", "slack"]
"""How somebody is told; `topic` and `slack` are the company's own, read by everybody."""

ROLES = ("assignee", "backup", "lead", "manager")
"""Who may be told, beside an agent by his id."""


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a timer. Exactly one is set: part of the target used, or time left."""

    percent: int | None = None
    left: timedelta | None = None

    def __str__(self) -> str:
        return f"{self.percent}%" if self.left is None else format_duration(self.left)


def parse_mark(text: object) -> Mark:
    """Return the mark that `text` names: `50%` used, or `15m` left. Raises `ValueError`."""
    if isinstance(text, Mark):
        return text
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is not a reminder: write 50% (in quotes) or 15m")
    if found := re.fullmatch(r"([1-9][0-9]?)\s*%", text.strip()):
        return Mark(percent=int(found[1]))
    if "%" in text:
        raise ValueError(f"{text!r} is not between 1% and 99%")
    left = parse_duration(text.strip().removesuffix("before").strip())
    if not left:
        raise ValueError("a reminder at the deadline comes too late: write 15m, or 80%")
    return Mark(left=left)


MarkText = Annotated[
    Mark,
    PlainValidator(parse_mark),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["50%", "15m"]}),
]


class Alert(Model):
    """Somebody is told: agents by role or id, by `by` or else as each of them wants it.

    `time`: how its moment is counted; as the target is, when nothing is said.
    """

    by: tuple[Means, ...] | None = Field(default=None, min_length=1)
    time: Time | None = None


class Reminder(Alert):
    """A word before the deadline: so much of the target used, or so much time left."""

    at: MarkText
    to: tuple[str, ...] = Field(default=("assignee",), min_length=1)

    @cached_property
    def step(self) -> str:
        return f"reminder:{self.at}"


class Repeat(Model):
    """Once more each `every`, so many `times`."""

    every: Duration
    times: int = Field(default=3, ge=1, le=MOST_REPEATS)

    @field_validator("every")
    @classmethod
    def _takes_time(cls, every: timedelta) -> timedelta:
        if every <= timedelta(0):
            raise ValueError("a repetition takes no time at all: write 15m")
        return every


Way = Literal["backup", "lead", "next", "next_level"]
"""Whereto a step moves a ticket: to the owner's backup, the lead, the next one, the team above."""


def _way(value: Any) -> Any:
    """Return the way that yes or no stands for."""
    if isinstance(value, bool):
        return "backup" if value else None
    return value


class EscalationStep(Alert):
    """One step of the ladder, `after` so much time since the deadline.

    `priority` raises the ticket to it; `reassign` moves the ticket. `until` is what stops the step
    and its repetitions: somebody says he has seen the breach, the customer has his answer (the
    target is met), or nothing less than the resolution. `wake` tells agents in their quiet hours
    too.
    """

    after: Duration = Field(default=timedelta(0), json_schema_extra={"default": "0s"})
    to: tuple[str, ...] = Field(default=("backup", "lead"), min_length=1)
    priority: Priority | None = None
    reassign: Annotated[
        Way | None, BeforeValidator(_way, json_schema_input_type=Way | bool | None)
    ] = None
    repeat: Repeat | None = None
    until: Literal["acknowledged", "answered", "resolved"] = "answered"
    wake: bool = False
